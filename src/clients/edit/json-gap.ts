import type { Dialect } from './editable-text.ts';

/** A stretch between two tokens of JSON text. `open-comment`: a block comment without its end. */
export interface GapPiece {
  readonly kind: 'space' | 'line-break' | 'line-comment' | 'block-comment' | 'open-comment';
  /** Offset just behind it. */
  readonly end: number;
}

// What JavaScript calls white space is exactly what JSON5 allows; other dialects allow less, and their parser has said so.
const space = /[^\S\n\r\u2028\u2029]+/y;
const lineBreak = /\r\n|[\n\r\u2028\u2029]/y;
const restOfLine = /[^\n\r]*/y;
const restOfLineJson5 = /[^\n\r\u2028\u2029]*/y;

/** The piece that begins at an offset; null where a token begins, or the text ends. */
export function gapPieceAt(text: string, at: number, dialect: Dialect): GapPiece | null {
  if (text.startsWith('//', at)) return { kind: 'line-comment', end: endOf(dialect === 'json5' ? restOfLineJson5 : restOfLine, text, at) };
  if (text.startsWith('/*', at)) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? { kind: 'open-comment', end: text.length } : { kind: 'block-comment', end: close + 2 };
  }
  const afterSpace = endOf(space, text, at);
  if (afterSpace > at) return { kind: 'space', end: afterSpace };
  const afterBreak = endOf(lineBreak, text, at);
  return afterBreak > at ? { kind: 'line-break', end: afterBreak } : null;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
