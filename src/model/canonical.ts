import type { JsonValue } from './json.ts';

/**
 * The RFC 8785 (JCS) form of a value: members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript prints them. Text is kept exactly (no Unicode normalisation: folding would hide homoglyphs).
 *
 * @throws TypeError for a lone surrogate (RFC 8785 §3.2.2.2) and for a number that JSON cannot carry.
 * @see RFC 8785
 */
export function canonical(value: JsonValue): string {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return string(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as { readonly [member: string]: JsonValue };
  const members = Object.keys(object)
    .sort() // default order: UTF-16 code units, as RFC 8785 §3.2.3 demands
    .map((member) => `${string(member)}:${canonical(object[member] as JsonValue)}`);
  return `{${members.join(',')}}`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('not a JSON number');
  return JSON.stringify(value);
}

function string(value: string): string {
  // Lone surrogates have no UTF-8 form: two implementations would hash two different things.
  if (!value.isWellFormed()) throw new TypeError('lone surrogate in text');
  return JSON.stringify(value);
}
