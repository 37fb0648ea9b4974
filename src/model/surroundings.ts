import type { JsonValue } from './json.ts';

/**
 * What an honest server may name in its texts without lying: the folder, home, user, host, … it runs in.
 * Values are real surroundings of one launch; names (`cwd`, `home`, `arg:0`) are what a pinned template says instead
 * (`{{cwd}}`). Names that are not of `[a-z0-9:]` are ignored. Of two names with one value the earlier is used.
 */
export type Surroundings = Readonly<Record<string, string>>;

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
