import type { PyNode } from './syntax.ts';

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The value of a String token; null when it is none. `\N{…}` stands for itself. @see Python reference §2.4.1 */
export function stringValue(token: string): string | null {
  const opened = /^([a-z]{0,2})('''|"""|'|")/i.exec(token);
  if (opened === null) return null;
  const [start, prefix = '', quote = ''] = opened;
  const body = token.slice(start.length, token.endsWith(quote) && token.length >= start.length + quote.length ? -quote.length : undefined);
  return /r/i.test(prefix) ? body : unescaped(body, /b/i.test(prefix));
}

/** Escape sequences in a text between quotes. */
export function unescaped(body: string, isBytes: boolean): string {
  if (!body.includes('\\')) return body;
  return body.replace(
    /\\(?:(\r?\n)|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (whole: string, line?: string, x?: string, u?: string, big?: string, octal?: string, one?: string) => {
      if (line !== undefined) return '';
      if ((u ?? big) !== undefined && isBytes) return whole;
      const code = x ?? u ?? big;
      if (code !== undefined) return character(Number.parseInt(code, 16), whole);
      if (octal !== undefined) return character(Number.parseInt(octal, 8), whole);
      return one === undefined ? whole : (escapes[one] ?? whole);
    },
  );
}

function character(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

/** The pieces of an f-string: texts, and the expressions in its holes. */
export function formatPieces(node: PyNode, text: string): readonly (string | PyNode)[] {
  const opened = /^([a-z]{0,3})('''|"""|'|")/i.exec(text.slice(node.from, Math.min(node.to, node.from + 8)));
  const [start, prefix = '', quote = ''] = opened ?? ['', '', ''];
  const piece = (from: number, to: number): string => {
    const raw = text.slice(from, to).replaceAll('{{', '{').replaceAll('}}', '}');
    return /r/i.test(prefix) ? raw : unescaped(raw, false);
  };
  const found: (string | PyNode)[] = [];
  let at = node.from + start.length;
  for (const hole of node.children.filter(({ type }) => type === 'FormatReplacement')) {
    if (hole.from > at) found.push(piece(at, hole.from));
    found.push(hole);
    at = hole.to;
  }
  const end = node.to - quote.length;
  if (end > at) found.push(piece(at, end));
  return found;
}

/** A text with its indent taken off, as `inspect.cleandoc` does. */
export function cleaned(text: string): string {
  const [first = '', ...rest] = text.replaceAll('\t', '        ').split('\n');
  const indent = Math.min(...rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  const lines = [first.trimStart(), ...rest.map((line) => (Number.isFinite(indent) ? line.slice(indent) : line))];
  return lines.join('\n').replace(/^\n+|\s+$/g, '');
}

/** A text without what all its lines begin with, as `textwrap.dedent` does. */
export function dedented(text: string): string {
  const lines = text.split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(indent))).join('\n');
}
