import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { TextPath } from './editable-text.ts';

/** True when both are the same JSON value; the order of members does not count. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) && Array.isArray(right) && left.length === right.length && left.every((item, at) => sameJson(item, right[at]))
    );
  }
  const [one, other] = [left as JsonObject, right as JsonObject];
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && sameJson(one[name], other[name]))
  );
}

/** The value at a path; undefined when there is nothing. Only own members count: `constructor` is not in every object. */
export function valueAt(value: JsonValue | undefined, path: TextPath): JsonValue | undefined {
  let found = value;
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, segment)) return undefined;
    found = (found as Readonly<Record<string | number, JsonValue>>)[segment];
  }
  return found;
}

/** A copy with the value at `path` set, or taken out when `replacement` is undefined; missing objects on the way are made. */
export function withValueAt(value: JsonValue | undefined, path: TextPath, replacement: JsonValue | undefined): JsonValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return replacement;
  if (Array.isArray(value) || (value === undefined && typeof segment === 'number')) {
    const items: JsonValue[] = Array.isArray(value) ? [...value] : [];
    const next = withValueAt(items[Number(segment)], rest, replacement);
    items.splice(Number(segment), 1, ...(next === undefined ? [] : [next]));
    return items;
  }
  const members: Record<string, JsonValue> = Object.assign(Object.create(null), value);
  const next = withValueAt(members[segment], rest, replacement);
  if (next === undefined) delete members[segment];
  else members[segment] = next;
  return members;
}
