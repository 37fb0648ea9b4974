import { parse } from 'smol-toml';

/**
 * A valid text with blanks in the place of every table that says nothing about the member `top` of the root, so that what
 * is left stands where it stood. The part before the first header stays.
 */
export function blankedBut(text: string, top: string): string {
  const headers = headersOf(text);
  let result = text.slice(0, headers[0] ?? text.length);
  for (const [index, start] of headers.entries()) {
    const end = headers[index + 1] ?? text.length;
    result += firstKey(text, start) === top ? text.slice(start, end) : ' '.repeat(end - start);
  }
  return result;
}

/** The first name in a header, whatever way it is spelled; null where there is none. */
function firstKey(text: string, header: number): string | null {
  const key = /\[\[?[ \t]*([\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/y;
  key.lastIndex = header;
  const spelling = key.exec(text)?.[1];
  if (spelling === undefined) return null;
  if (/^[\w-]/.test(spelling)) return spelling;
  if (!spelling.includes('\\')) return spelling.slice(1, -1);
  return String(parse(`key = ${spelling}`)['key']);
}

/** Offsets of the brackets that open a header. The text is valid, so only strings, comments and lists can hide one. */
function headersOf(text: string): readonly number[] {
  const found: number[] = [];
  let at = 0;
  while (at < text.length) {
    at = behind(/[\s\ufeff]*/y, text, at);
    if (text[at] === '[') {
      found.push(at);
      at = endOfLine(text, at);
    } else at = endOfStatement(text, at);
  }
  return found;
}

/** The end of a line that is not inside a value of several lines. */
function endOfStatement(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"' || character === "'") at = endOfString(text, at, character);
    else if (character === '#') at = endOfLine(text, at);
    else if (character === '\n' && depth === 0) return at;
    else {
      if (character === '[' || character === '{') depth += 1;
      else if (character === ']' || character === '}') depth -= 1;
      at = behind(/[^"'#\n[\]{}]*/y, text, at + 1);
    }
  }
  return at;
}

/** Behind the closing quotes of a string of one line or of several; three may be followed by two that belong to it. */
function endOfString(text: string, start: number, quote: '"' | "'"): number {
  const quotes = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const next = quote === '"' ? /["\\]/g : /'/g;
  for (let at = start + quotes.length; ; ) {
    next.lastIndex = at;
    const found = next.exec(text);
    if (found === null) return text.length;
    if (found[0] === '\\') at = found.index + 2;
    else if (!text.startsWith(quotes, found.index)) at = found.index + 1;
    else return quotes.length === 1 ? found.index + 1 : behind(quote === '"' ? /"{3,5}/y : /'{3,5}/y, text, found.index);
  }
}

function endOfLine(text: string, start: number): number {
  const at = text.indexOf('\n', start);
  return at < 0 ? text.length : at;
}

/** Where a sticky expression that starts at an offset ends; the offset itself when it finds nothing. */
function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
