import type { LaunchPackage } from '../../model/client-entry.ts';
import { plainUnit, urlPackage } from './runner.ts';

/** No requirement that anybody writes is longer; the patterns below would take long over it. */
const maxLength = 2000;

/**
 * What a Python launcher installs: one PEP 508 requirement, a URL, a folder, or (for uv's target) `name@1.2`. Names are
 * PEP 503 normalised. null = it is none of them.
 * @see https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 */
export function requirementUnit(text: string): LaunchPackage | null {
  const plain = text.trim();
  if (plain === '' || plain !== text || text.length > maxLength || /[\0-\x1f\x7f]/.test(text)) return null;
  const named = /^[a-z0-9](?:[\w.-]*[a-z0-9])?(?:\s*\[[^\]]*\])?\s*@\s*(?=[a-z][a-z0-9+.-]*:)/i.exec(plain)?.[0] ?? '';
  const address = plain.slice(named.length);
  if (/^git\+/i.test(address)) return gitUnit(address);
  if (/^https?:\/\//i.test(address)) return urlPackage(address);
  if (/^file:/i.test(address) || /^[./~\\]|^[a-z]:[\\/]/i.test(plain)) return plainUnit('local', address);
  const found =
    /^([a-z0-9](?:[\w.-]*[a-z0-9])?)(?:\s*\[[^\]]*\])?\s*(?:;.*|\(?\s*(@|===?|[<>~!]=?)\s*([^;)\s](?:[^;)]*[^;)\s])?)\s*\)?(?:;.*)?)?$/i.exec(
      plain,
    );
  if (found === null) return null;
  const [, name = '', operator, version = null] = found;
  const pypi = { type: 'pypi', name: pypiName(name), version } as const;
  if (operator === undefined) return { ...pypi, versionKind: 'none' };
  const exact = version !== null && (operator === '@' || operator === '==' || operator === '===') && /^v?\d[\w.!+-]*$/.test(version);
  if (exact) return { ...pypi, versionKind: 'exact' };
  // `@` is uv's own: a version or `latest`, and nothing else.
  if (operator === '@') return version === 'latest' ? { ...pypi, versionKind: 'tag' } : null;
  return { ...pypi, version: `${operator}${version}`, versionKind: 'range' };
}

/** `git+https://host/owner/repo@ref#subdirectory=d`; what stands before an `@` of the host is a user. */
function gitUnit(address: string): LaunchPackage | null {
  const found = /^git\+(?:https?|ssh|git):\/\/(?:[^/?#]*@)?([^/?#@\\]+\/[^?#@\\]+?)(?:\.git)?\/?(?:@([^#@]+))?(?:#.*)?$/i.exec(address);
  if (found === null) return null;
  const [, name = '', ref] = found;
  const [host = '', ...path] = name.split('/');
  const full = [host.toLowerCase(), ...path].join('/');
  return { type: 'git', name: full, version: ref ?? null, versionKind: ref === undefined ? 'none' : 'ref' };
}

/** @see PEP 503 */
function pypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
