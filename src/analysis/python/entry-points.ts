import { parse } from 'smol-toml';
import type { PackageFile } from '../../model/artifact.ts';
import { isObject } from '../../model/json.ts';

/** A program that installing a package puts on the path. Attacker-controlled. */
export interface ConsoleScript {
  readonly name: string;
  /** Dotted name of the module with the function that runs. */
  readonly module: string;
  /** The function, dotted; '' = none named. */
  readonly attribute: string;
  /** The file that says so. */
  readonly file: string;
}

const maxScripts = 1_000;

/**
 * The console scripts that the files of a wheel or an sdist declare, sorted by name: `entry_points.txt`, and in an sdist
 * without one `pyproject.toml`, `setup.cfg` and the texts of `setup.py`. Never throws.
 * @see https://packaging.python.org/en/latest/specifications/entry-points/
 */
export function consoleScripts(files: readonly PackageFile[]): readonly ConsoleScript[] {
  const found = new Map<string, ConsoleScript>();
  const add = (file: string, name: string, target: string): void => {
    const [, module = '', attribute = ''] = /^([\w.]+)\s*(?::\s*([\w.]+))?/.exec(target.trim()) ?? [];
    if (module !== '' && name !== '' && found.size < maxScripts && !found.has(name)) found.set(name, { name, module, attribute, file });
  };
  const text = (pattern: RegExp) =>
    files
      .filter(({ path, bytes }) => pattern.test(path) && bytes.byteLength < 1_000_000)
      .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)] as const);
  for (const [path, content] of text(/^[^/]+\.(?:dist-info|egg-info)\/entry_points\.txt$|^src\/[^/]+\.egg-info\/entry_points\.txt$/))
    for (const [name, target] of iniSection(content, /^(?:console|gui)_scripts$/)) add(path, name, target);
  if (found.size > 0) return sorted(found);
  for (const [path, content] of text(/^pyproject\.toml$/)) for (const [name, target] of projectScripts(content)) add(path, name, target);
  for (const [path, content] of text(/^setup\.cfg$/)) {
    for (const [key, value] of iniSection(content, /^options\.entry_points$/))
      if (/^(?:console|gui)_scripts$/.test(key)) for (const line of value.split('\n')) add(path, ...halves(line));
  }
  for (const [path, content] of text(/^setup\.py$/))
    for (const [, name = '', target = ''] of content.matchAll(/['"]\s*([\w.-]+)\s*=\s*([\w.]+:[\w.]+)\s*['"]/g)) add(path, name, target);
  return sorted(found);
}

function sorted(found: ReadonlyMap<string, ConsoleScript>): readonly ConsoleScript[] {
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The pairs of a section of an INI file, indented lines joined to the one before. */
function iniSection(text: string, wanted: RegExp): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (section !== undefined) inside = wanted.test(section.trim());
    else if (inside && /^\s*[#;]/.test(line) === false && line.trim() !== '') {
      const last = found.at(-1);
      if (/^\s/.test(line) && last !== undefined) last[1] = `${last[1]}\n${line.trim()}`;
      else found.push([...halves(line)]);
    }
  }
  return found;
}

function halves(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

function projectScripts(text: string): readonly (readonly [string, string])[] {
  const project = tomlTable(text);
  const tool = isObject(project['tool']) ? project['tool'] : {};
  const poetry = isObject(tool['poetry']) ? tool['poetry']['scripts'] : undefined;
  const own = isObject(project['project']) ? project['project'] : {};
  return [own['scripts'], own['gui-scripts'], poetry].flatMap((table) =>
    isObject(table) ? Object.entries(table).flatMap(([name, target]) => (typeof target === 'string' ? [[name, target] as const] : [])) : [],
  );
}

function tomlTable(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = parse(text);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The build backend that an sdist asks for; null = setuptools by its `setup.py`, or none named. */
export function buildBackend(files: readonly PackageFile[]): string | null {
  const file = files.find(({ path }) => path === 'pyproject.toml');
  const system = file === undefined ? undefined : tomlTable(new TextDecoder().decode(file.bytes))['build-system'];
  const backend = isObject(system) ? system['build-backend'] : undefined;
  return typeof backend === 'string' ? backend : null;
}
