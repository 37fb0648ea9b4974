import type { JsonValue } from '../model/json.ts';

/**
 * The one text of a value in our own files: members sorted by code unit, 2 spaces, LF, final new line, empty lists and
 * objects on one line. Equal values give equal bytes, so a no-op changes nothing and a pull request shows only what moved.
 */
export function printJson(value: JsonValue): string {
  return `${print(value, '')}\n`;
}

function print(value: JsonValue, indent: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return block(
      '[',
      ']',
      indent,
      value.map((item: JsonValue) => inner + print(item, inner)),
    );
  // Not JSON.stringify: it moves members that look like numbers to the front, whatever order they were put in.
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return block(
    '{',
    '}',
    indent,
    members.map(([name, found]) => `${inner}${JSON.stringify(name)}: ${print(found, inner)}`),
  );
}

function block(open: string, close: string, indent: string, lines: readonly string[]): string {
  return lines.length === 0 ? open + close : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
