import { lookalikeOf } from '../../model/confusable.ts';

/** A text as it is compared, with the way back. */
export interface Folded {
  /** Lower case, one space for any white space, a new line for an empty line; no marks, no invisible characters. */
  readonly text: string;
  /** The same, before lower case: unit for unit. */
  readonly cased: string;
  /** Per unit of `text`: where its source begins, and where it ends, in UTF-16 units of the original. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Some letter was of another script than its word. */
  readonly mixed: boolean;
}

const invisible = /^[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;
/** Emphasis, quotes of code, comment and heading marks: they draw a text and are no part of its words. */
const marks = /^[*~`"“”„«»]$/u;
const letter = /\p{L}/u;
const word = /[\p{L}\p{M}\p{Cf}]+/gu;

/**
 * What a reader, human or model, takes a text for: NFKC, letters of other scripts that stand in Latin words, tag
 * characters as the ASCII that they spell, without invisible characters, emphasis and comment marks.
 */
export function fold(original: string): Folded {
  const foreign = lettersInDisguise(original);
  const cased: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  for (const { 0: piece, index } of original.matchAll(piecesOfText)) {
    if (piece === '_' && isEmphasis(original, index)) continue;
    for (const unit of plain(piece, foreign.has(index)).split('')) {
      cased.push(unit);
      from.push(index);
      to.push(index + piece.length);
    }
  }
  const lower = cased.map((unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit)).join('');
  return { text: lower, cased: cased.join(''), from, to, mixed: foreign.size > 0 };
}

const piecesOfText = /\s+|<!--|-->|[\s\S]/gu;

/** What stands for one piece: nothing, or mostly one character. */
function plain(piece: string, inDisguise: boolean): string {
  if (/^\s/.test(piece)) return /\n\s*\n/.test(piece) ? '\n' : ' ';
  if (piece.length > 2) return ' ';
  const code = piece.codePointAt(0) ?? 0;
  if (code >= 0xe0020 && code <= 0xe007e) return String.fromCharCode(code - 0xe0000);
  if (piece === '’' || piece === '‘') return "'";
  if (invisible.test(piece) || marks.test(piece)) return '';
  const char = inDisguise ? (lookalikeOf(piece.toLowerCase()) ?? piece) : piece;
  return [...char.normalize('NFKC')].filter((one) => !invisible.test(one)).join('');
}

function isEmphasis(text: string, at: number): boolean {
  return !/\w/.test(text[at - 1] ?? ' ') || !/\w/.test(text[at + 1] ?? ' ');
}

/** Offsets of letters that look Latin and are not, in words that hold Latin letters, or in a text that is Latin otherwise. */
function lettersInDisguise(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  if (/^[\x00-\x7f]*$/.test(text)) return found;
  const latin = (text.match(/[a-z]/gi) ?? []).length;
  const latinText = latin * 2 > (text.match(/\p{L}/gu) ?? []).length;
  for (const { 0: run, index } of text.matchAll(word)) {
    const letters = [...run].filter((char) => letter.test(char));
    const hidden = letters.filter((char) => lookalikeOf(char.toLowerCase()) !== null);
    const mixes = letters.some((char) => /[a-z]/i.test(char));
    if (hidden.length === 0 || !(mixes || (latinText && hidden.length === letters.length))) continue;
    let at = index;
    for (const char of run) {
      if (lookalikeOf(char.toLowerCase()) !== null) found.add(at);
      at += char.length;
    }
  }
  return found;
}
