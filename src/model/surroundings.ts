import type { JsonValue } from './json.ts';

/**
 * What an honest server may name in its texts without lying: the folder, home, user, host, … it runs in.
 * Values are real surroundings of one launch; names (`cwd`, `home`, `arg:0`) are what a pinned template says instead
 * (`{{cwd}}`). Names that are not of `[a-z0-9:]` are ignored. Of two names with one value the earlier is used.
 */
export type Surroundings = Readonly<Record<string, string>>;

/**
 * The names that a template may use. `tree` is the folder that the server is started from, `node` the runtime's version
 * and `nodepath` its program. Each argument has `arg:<position>` (the path alone, where it is `--option=/path`), each
 * declared environment variable `env:<its name>` in lower case with `:` for `_`, because names are `[a-z0-9:]` only.
 */
export const surroundingNames = ['cwd', 'home', 'tmp', 'tree', 'user', 'host', 'platform', 'arch', 'node', 'nodepath'] as const;

/** What is true of one launch, real or probed. Environment values are secrets: they are used to fill and find, never shown. */
export interface LaunchFacts {
  readonly cwd: string;
  readonly home: string;
  readonly temp: string;
  readonly tree?: string;
  readonly user: string;
  readonly hostname: string;
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  readonly nodePath?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The surroundings of a launch. The probe and the gate both use this, so that what the one finds the other can fill. */
export function surroundingsOf(facts: LaunchFacts): Surroundings {
  const named = {
    cwd: facts.cwd,
    home: facts.home,
    tmp: facts.temp,
    tree: facts.tree,
    user: facts.user,
    host: facts.hostname,
    platform: facts.platform,
    arch: facts.arch,
    node: facts.nodeVersion,
    nodepath: facts.nodePath,
  } satisfies Record<(typeof surroundingNames)[number], string | undefined>;
  const args = facts.args.map((value, at) => [`arg:${at}`, pathIn(value) ?? value] as const);
  const env = Object.entries(facts.env ?? {}).map(([name, value]) => [`env:${name.toLowerCase().replaceAll('_', ':')}`, value] as const);
  const all = [...Object.entries(named), ...args, ...env];
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}

/** The absolute path that an argument names, alone or as `--option=/path`; null = it names none. */
export function pathIn(argument: string): string | null {
  return /^(?:--?[\w-]+=)?((?:\/|[A-Za-z]:[\\/]).*)$/s.exec(argument)?.[1] ?? null;
}

/** Values shorter than this are too common in ordinary prose to stand for a place ("root", "dev", "20"). */
const minValueLength = 5;
/** Plain words ("search", "server") must be longer still: a user who is called so would turn every mention into a place. */
const minWordLength = 8;
/** What `process.platform` can be. A text that names two of them lists platforms, it does not name its own. */
const platforms = ['darwin', 'linux', 'win32'];

/**
 * The value with every occurrence of a surrounding's value replaced by its placeholder, in one pass, longest value
 * first, and only where it is not part of a longer word. Member names are templated too. `{{` in the text becomes
 * `{{{{`, so that a server cannot write a placeholder itself. `fromTemplate` with the same surroundings gives the exact
 * value back, whatever the value is.
 */
export function toTemplate<T extends JsonValue>(value: T, surroundings: Surroundings): T {
  const names = usable(surroundings);
  const pattern = patternOf([...names.keys()]);
  return mapText(value, (text) => {
    const listsPlatforms = platforms.filter((platform) => text.includes(platform)).length > 1;
    return text.replace(pattern, (found) => {
      const name = names.get(found);
      if (name === undefined) return '{{{{';
      return name === 'platform' && listsPlatforms ? found : `{{${name}}}`;
    });
  }) as T;
}

const placeholder = /\{\{\{\{|\{\{([a-z0-9:]+)\}\}/g;

/** The inverse: placeholders filled from the surroundings of this launch. A placeholder without a value stays as it is. */
export function fromTemplate<T extends JsonValue>(template: T, surroundings: Surroundings): T {
  return mapText(template, (text) =>
    text.replace(placeholder, (whole, name: string | undefined) => (name === undefined ? '{{' : (filledBy(surroundings, name) ?? whole))),
  ) as T;
}

/** The names of all placeholders of a template form, sorted, each once; empty = it names no surroundings. */
export function placeholdersOf(template: JsonValue): readonly string[] {
  const names = new Set<string>();
  mapText(template, (text) => {
    for (const [, name] of text.matchAll(placeholder)) if (name !== undefined) names.add(name);
    return text;
  });
  return [...names].sort();
}

/** The template cut at every placeholder of that name; one piece when it has none. An escaped `{{` is no placeholder. */
export function splitTemplate(template: string, name: string): readonly [string, ...string[]] {
  const pieces: [string, ...string[]] = [''];
  let at = 0;
  for (const match of template.matchAll(placeholder)) {
    if (match[1] !== name) continue;
    pieces[pieces.length - 1] += template.slice(at, match.index);
    pieces.push('');
    at = match.index + match[0].length;
  }
  pieces[pieces.length - 1] += template.slice(at);
  return pieces;
}

/** True when every placeholder of the template has a value here. A template that cannot be filled matches nothing. */
export function canFill(template: JsonValue, surroundings: Surroundings): boolean {
  return placeholdersOf(template).every((name) => filledBy(surroundings, name) !== undefined);
}

function filledBy(surroundings: Surroundings, name: string): string | undefined {
  return Object.hasOwn(surroundings, name) ? surroundings[name] : undefined;
}

/** Value → name. */
function usable(surroundings: Surroundings): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(surroundings)) {
    if (!/^[a-z0-9:]+$/.test(name) || names.has(value) || (name === 'platform' && !platforms.includes(value))) continue;
    const minLength = name !== 'platform' && /^\p{L}+$/u.test(value) ? minWordLength : minValueLength;
    if (value.length >= minLength) names.set(value, name);
  }
  return names;
}

/** Matches `{{` and every value that stands alone; of two values at one place the longer. */
function patternOf(values: readonly string[]): RegExp {
  const alternatives = values.toSorted((a, b) => b.length - a.length).map(alone);
  return new RegExp([...alternatives, '\\{\\{'].join('|'), 'gu');
}

const word = '[\\p{L}\\p{N}_-]';

function alone(value: string): string {
  const escaped = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const before = new RegExp(`^${word}`, 'u').test(value) ? `(?<!${word})` : '';
  const after = new RegExp(`${word}$`, 'u').test(value) ? `(?!${word})` : '';
  return `${before}${escaped}${after}`;
}

function mapText(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapText(item, map));
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [map(member), mapText(inner, map)]));
}
