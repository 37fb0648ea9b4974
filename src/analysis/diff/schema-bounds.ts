import type { JsonValue } from '../../model/json.ts';

/** Whether a schema's change lets more through, less, or something else; `unclear` counts as more. */
export type SchemaEffect = 'wider' | 'narrower' | 'neutral' | 'unclear';

const upper = new Set(['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties', 'maxContains']);
const lower = new Set(['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties', 'minContains']);
/** Without them more goes; changed, nobody can tell. */
const limiting = new Set(['pattern', 'format', 'multipleOf', 'contentEncoding', 'contentMediaType', 'uniqueItems']);

/** True for keywords that bound a value by themselves. */
export function isBound(keyword: string): boolean {
  return upper.has(keyword) || lower.has(keyword) || limiting.has(keyword);
}

/** @param before undefined = the keyword is not there */
export function boundEffect(keyword: string, before: JsonValue | undefined, after: JsonValue | undefined): SchemaEffect {
  if (after === undefined) return 'wider';
  if (before === undefined) return 'narrower';
  if (limiting.has(keyword) || typeof before !== 'number' || typeof after !== 'number') return 'unclear';
  return after > before === upper.has(keyword) ? 'wider' : 'narrower';
}

/** Types that a list allows beyond another; null = any. `number` holds every `integer`. */
export function typeEffect(before: readonly string[] | null, after: readonly string[] | null): SchemaEffect {
  if (before === null) return after === null ? 'neutral' : 'narrower';
  if (after === null) return 'wider';
  const holds = (types: readonly string[], type: string) => types.includes(type) || (type === 'integer' && types.includes('number'));
  const more = after.some((type) => !holds(before, type));
  const less = before.some((type) => !holds(after, type));
  return more ? (less ? 'unclear' : 'wider') : less ? 'narrower' : 'neutral';
}
