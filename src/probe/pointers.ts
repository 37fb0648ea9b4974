import { canonical } from '../model/canonical.ts';
import { isObject, type JsonValue } from '../model/json.ts';

/**
 * JSON pointers (RFC 6901) of the smallest values that differ, in document order; empty = the two are equal.
 * Where members or elements come and go, the pointer names what holds them. `''` is the whole.
 */
export function pointersBetween(left: JsonValue, right: JsonValue, at = ''): readonly string[] {
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    if (canonical(names.toSorted()) !== canonical(Object.keys(right).sort())) return [at];
    return names.flatMap((name) => pointersBetween(left[name] ?? null, right[name] ?? null, `${at}/${escaped(name)}`));
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return left.flatMap((inner: JsonValue, index) => pointersBetween(inner, right[index] as JsonValue, `${at}/${index}`));
  }
  return canonical(left) === canonical(right) ? [] : [at];
}

/** The value with null in the place of what the pointers name. A pointer to nothing changes nothing. */
export function masked(value: JsonValue, pointers: readonly string[], at = ''): JsonValue {
  if (pointers.length === 0) return value;
  if (pointers.includes(at)) return null;
  if (Array.isArray(value)) return value.map((inner: JsonValue, index) => masked(inner, pointers, `${at}/${index}`));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner, pointers, `${at}/${escaped(name)}`)]));
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
