import type { JsonValue } from './json.ts';

/**
 * What an honest server may name in its texts without lying: the folder, home, user, host, … it runs in.
 * Values are real surroundings of one launch; names are what a pinned template says instead (`{{cwd}}`).
 */
export type Surroundings = Readonly<Record<string, string>>;

/** Values shorter than this are too common in ordinary prose to stand for a place ("root", "dev", "20"). */
const minValueLength = 5;

/**
 * The value with every occurrence of a surrounding's value replaced by its placeholder, longest value first.
 * Member names are templated too. A text that already holds `{{` is escaped as `{{{{`, so that a server cannot write
 * a placeholder itself.
 */
export function toTemplate<T extends JsonValue>(value: T, surroundings: Surroundings): T {
  const replacements = usable(surroundings);
  return mapText(value, (text) => {
    let result = text.replaceAll('{{', '{{{{');
    for (const [name, found] of replacements) result = result.replaceAll(found, `{{${name}}}`);
    return result;
  }) as T;
}

/** The inverse: placeholders filled from the surroundings of this launch. A placeholder without a value stays as it is. */
export function fromTemplate<T extends JsonValue>(template: T, surroundings: Surroundings): T {
  return mapText(template, (text) =>
    text.replace(/\{\{\{\{|\{\{([a-z0-9:]+)\}\}/g, (whole, name: string | undefined) =>
      name === undefined ? '{{' : (surroundings[name] ?? whole),
    ),
  ) as T;
}

/** True when the value holds at least one placeholder. */
export function isTemplate(value: JsonValue, surroundings: Surroundings): boolean {
  const names = new Set(Object.keys(surroundings));
  let found = false;
  mapText(value, (text) => {
    for (const match of text.matchAll(/\{\{([a-z0-9:]+)\}\}/g)) if (names.has(match[1] ?? '')) found = true;
    return text;
  });
  return found;
}

function usable(surroundings: Surroundings): readonly (readonly [string, string])[] {
  return Object.entries(surroundings)
    .filter(([, value]) => value.length >= minValueLength)
    .sort(([, a], [, b]) => b.length - a.length);
}

function mapText(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapText(item, map));
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [map(member), mapText(inner, map)]));
}
