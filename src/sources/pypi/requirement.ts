import { isProjectName, projectName } from './name.ts';
import { isSpecifier } from './version.ts';

/** One dependency of a Python package, understood. */
export interface Requirement {
  /** PEP 503 normalised. */
  readonly name: string;
  readonly extras: readonly string[];
  /** `>=1,<2`; '' = any. */
  readonly specifier: string;
  /** Where the package comes from when it is no index; null = an index. */
  readonly url: string | null;
  /** When it counts; null = always. */
  readonly marker: string | null;
}

const maxLength = 2_000;

/** A PEP 508 requirement; null when it is none. @see https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
export function parseRequirement(text: string): Requirement | null {
  if (text.length > maxLength) return null;
  const found = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s.exec(text);
  if (found === null) return null;
  const [, name = '', extras = '', rest = ''] = found;
  if (!isProjectName(name)) return null;
  const base = {
    name: projectName(name),
    extras: extras
      .split(',')
      .map((extra) => projectName(extra.trim()))
      .filter((extra) => extra !== ''),
  };
  if (rest.startsWith('@')) {
    // A URL may hold a semicolon: the marker is parted from it by white space.
    const [, url = '', marker = null] = /^@\s*(\S+?)(?:\s+;\s*(.*)|\s*)$/s.exec(rest) ?? [];
    return url === '' ? null : { ...base, specifier: '', url, marker };
  }
  const semicolon = rest.indexOf(';');
  const specifier = (semicolon < 0 ? rest : rest.slice(0, semicolon))
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
  if (!isSpecifier(specifier)) return null;
  return { ...base, specifier, url: null, marker: semicolon < 0 ? null : rest.slice(semicolon + 1).trim() };
}
