import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** Lines of a block map, each behind `indent`. Empty maps and lists are written in one line. */
export function printMembers(value: JsonObject, indent: string, unit: string): readonly string[] {
  return Object.entries(value).flatMap(([name, member]) => printMember(name, member, indent, unit));
}

/** One member of a block map, on as many lines as it needs. */
export function printMember(name: string, value: JsonValue, indent: string, unit: string): readonly string[] {
  const key = `${indent}${printText(name)}:`;
  if (isObject(value) && Object.keys(value).length > 0) return [key, ...printMembers(value, indent + unit, unit)];
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    (value as readonly JsonValue[]).every((item) => typeof item !== 'object' || item === null)
  )
    return [key, ...(value as readonly JsonValue[]).map((item) => `${indent}${unit}- ${printFlow(item)}`)];
  return [`${key} ${printFlow(value)}`];
}

/** An item of a block list: its first member stands behind the dash. */
export function printItem(value: JsonObject, indent: string, unit: string): readonly string[] {
  const [first = `${indent}  {}`, ...rest] = printMembers(value, `${indent}  `, unit);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

/** A value on one line, as JSON is: every YAML reader takes it. */
export function printFlow(value: JsonValue): string {
  if (typeof value === 'string') return printText(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(printFlow).join(', ')}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => `${printText(name)}: ${printFlow(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return JSON.stringify(value);
}

/** Bare only where every reader of YAML 1.1 and 1.2 sees the same text; else double-quoted, with JSON's escapes. */
function printText(text: string): string {
  const bare = /^[A-Za-z_/][A-Za-z0-9_./@+-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(text);
  return bare
    ? text
    : JSON.stringify(text).replace(
        /[\u007f-\u009f\u2028\u2029\ufeff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
}
