import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { TextPath } from './editable-text.ts';

/** A key, bare where TOML allows it. */
export function printKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : printText(name);
}

/** A header of a table, or of an element of an array of tables. Indexes are not written: the last element is meant. */
export function printHeader(path: TextPath, array: boolean): string {
  const key = path
    .filter((segment) => typeof segment === 'string')
    .map(printKey)
    .join('.');
  return array ? `[[${key}]]` : `[${key}]`;
}

/** A value on one line; maps as inline tables. TOML has no null: such members are left out. */
export function printValue(value: JsonValue): string {
  if (typeof value === 'string') return printText(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(printValue).join(', ')}]`;
  if (isObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== null);
    return members.length === 0 ? '{}' : `{ ${members.map(([name, member]) => `${printKey(name)} = ${printValue(member)}`).join(', ')} }`;
  }
  return String(value);
}

/** The lines of a new table and of its maps, which become tables of their own, with a blank line between them. */
export function printTable(path: TextPath, value: JsonObject, array: boolean): readonly string[] {
  const members = Object.entries(value).filter(([, member]) => member !== null);
  const own = members.filter(([, member]) => !isObject(member));
  const maps = members.flatMap(([name, member]) => (isObject(member) ? [[name, member] as const] : []));
  return [
    printHeader(path, array),
    ...own.map(([name, member]) => `${printKey(name)} = ${printValue(member)}`),
    ...maps.flatMap(([name, member]) => ['', ...printTable([...path, name], member, false)]),
  ];
}

/** A basic string. @see TOML 1.0, "String" */
function printText(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, (character) => {
    const short = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped.toWellFormed()}"`;
}
