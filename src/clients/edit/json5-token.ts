/** Where a text stops being JSON5, and why; for the parser, which catches it. */
export class NotJson5 extends Error {
  readonly offset: number;
  readonly why: string;

  constructor(offset: number, why: string) {
    super(why);
    this.offset = offset;
    this.why = why;
  }
}

/** A token's value, and the offset just behind it. */
export interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

/** The string that begins at an offset with either quote. Line continuations are not in its value. @throws NotJson5 */
export function stringAt(text: string, start: number): Read<string> {
  const quote = text[start];
  const plain = quote === '"' ? /[^"\\\n\r]*/y : /[^'\\\n\r]*/y;
  let [value, at] = ['', start + 1];
  for (;;) {
    plain.lastIndex = at;
    value += plain.exec(text)?.[0] ?? '';
    at = plain.lastIndex;
    if (text[at] === quote) return { value, end: at + 1 };
    if (text[at] !== '\\') throw new NotJson5(start, 'a string that does not end');
    const escaped = escapeAt(text, at);
    value += escaped.value;
    at = escaped.end;
  }
}

const single: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' };

function escapeAt(text: string, at: number): Read<string> {
  const next = text[at + 1] ?? '';
  if (next === '') throw new NotJson5(at, 'a string that does not end');
  if (next === 'x') return hexEscapeAt(text, at, /[0-9a-fA-F]{2}/y);
  if (next === 'u') return hexEscapeAt(text, at, /[0-9a-fA-F]{4}/y);
  if (next === '\r' && text[at + 2] === '\n') return { value: '', end: at + 3 };
  if (/[\n\r\u2028\u2029]/.test(next)) return { value: '', end: at + 2 };
  // `\1` and `\01` would be octal in old JavaScript, which JSON5 leaves out.
  if (/[1-9]/.test(next) || (next === '0' && /\d/.test(text[at + 2] ?? ''))) throw new NotJson5(at, 'an invalid escape');
  return { value: Object.hasOwn(single, next) ? (single[next] ?? next) : next, end: at + 2 };
}

function hexEscapeAt(text: string, at: number, digits: RegExp): Read<string> {
  digits.lastIndex = at + 2;
  const found = digits.exec(text)?.[0];
  if (found === undefined) throw new NotJson5(at, text[at + 1] === 'u' ? 'an invalid unicode escape' : 'an invalid escape');
  return { value: String.fromCharCode(Number.parseInt(found, 16)), end: digits.lastIndex };
}

// Letters of newer Unicode versions than a client's library knows are read as well: such a name is then listed for nothing.
const starts = /^[$_\p{L}\p{Nl}]$/u;
const continues = /^[$_\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u200c\u200d]$/u;

/** The identifier that begins at an offset, with its escapes taken; empty when none does. @throws NotJson5 */
export function identifierAt(text: string, start: number): Read<string> {
  const ascii = /[A-Za-z0-9$_]+/y;
  let [value, at] = ['', start];
  for (;;) {
    ascii.lastIndex = at;
    if ((value !== '' || !/\d/.test(text[at] ?? '')) && ascii.test(text)) {
      value += text.slice(at, ascii.lastIndex);
      at = ascii.lastIndex;
    }
    const escaped = text.startsWith('\\u', at) ? hexEscapeAt(text, at, /[0-9a-fA-F]{4}/y) : null;
    const character = escaped?.value ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (!(value === '' ? starts : continues).test(character)) {
      if (escaped !== null) throw new NotJson5(at, 'an invalid unicode escape');
      return { value, end: at };
    }
    value += character;
    at = escaped?.end ?? at + character.length;
  }
}

/**
 * The number that begins at an offset; null when none does. What JSON cannot say (`Infinity`, `NaN`, an overflow) is
 * given as its name, so that it compares, and stays in the file as it is written.
 */
export function numberAt(text: string, start: number): Read<number | string> | null {
  const number = /[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/y;
  number.lastIndex = start;
  const spelling = number.exec(text)?.[0];
  if (spelling === undefined) return null;
  const negative = spelling.startsWith('-');
  const size = Number(spelling.replace(/^[+-]/, ''));
  const value = negative ? -size : size;
  return { value: Number.isFinite(value) ? value : String(value), end: number.lastIndex };
}
