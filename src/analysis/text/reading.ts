import { decodings, type Encoded } from './decode.ts';
import type { TextField } from './field.ts';
import { type Folded, fold } from './fold.ts';

/** How a text was read when a rule fired; anything but `written` means that somebody took pains to hide it. */
export type ReadingKind =
  | 'written'
  | 'unbroken'
  | 'letters-apart'
  | 'digits-for-letters'
  | 'other-letters'
  | 'several-fields'
  | Encoded['how'];

/** One way to read a field (or several fields in a row), with the way back to what is written. */
export interface Reading {
  readonly kind: ReadingKind;
  readonly text: string;
  readonly cased: string;
  /** Where units `start` to `end` of `text` are written; null = this reading found there nothing that the plain one does not. */
  readonly origin: (start: number, end: number) => Origin | null;
}

/** A place in the original text of a field: UTF-16 units. */
export interface Origin {
  readonly field: TextField;
  readonly start: number;
  readonly end: number;
}

/** The readings of one field, the plain one first. */
export function readingsOf(field: TextField): readonly Reading[] {
  const folded = fold(field.text);
  const readings: Reading[] = [
    { kind: folded.mixed ? 'other-letters' : 'written', ...folded, origin: (start, end) => originIn(field, folded, start, end) },
  ];
  if (folded.text.includes('\n')) readings.push(unbroken(field, folded));
  readings.push(...lettersApart(field, folded), ...digitsForLetters(field, folded));
  for (const encoded of decodings(field.text)) {
    const { text, cased } = fold(encoded.text);
    readings.push({ kind: encoded.how, text, cased, origin: () => ({ field, start: encoded.start, end: encoded.end }) });
  }
  return readings;
}

/** The fields in a row as one text; only what crosses from one field into the next has an origin, its first part. */
export function readingOverFields(fields: readonly TextField[]): Reading {
  const parts = fields.map((field) => ({ field, folded: fold(field.text) }));
  let at = 0;
  const starts = parts.map(({ folded }) => {
    const start = at;
    at += folded.text.length + 1;
    return start;
  });
  const partAt = (unit: number): number =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= unit),
    );
  const text = parts.map(({ folded }) => folded.text.replaceAll('\n', ' ')).join(' ');
  return {
    kind: 'several-fields',
    text,
    cased: parts.map(({ folded }) => folded.cased.replaceAll('\n', ' ')).join(' '),
    origin(start, end) {
      const first = partAt(start);
      const part = parts[first];
      if (part === undefined || partAt(end - 1) === first) return null;
      return originIn(part.field, part.folded, start - (starts[first] ?? 0), part.folded.text.length);
    },
  };
}

function originIn(field: TextField, folded: Folded, start: number, end: number): Origin {
  const last = Math.max(start, Math.min(end, folded.to.length) - 1);
  return { field, start: folded.from[start] ?? 0, end: folded.to[last] ?? field.text.length };
}

/** Empty lines inside a sentence do not end it for a model. */
function unbroken(field: TextField, folded: Folded): Reading {
  return {
    kind: 'unbroken',
    text: folded.text.replaceAll('\n', ' '),
    cased: folded.cased.replaceAll('\n', ' '),
    origin: (start, end) => (folded.text.slice(start, end).includes('\n') ? originIn(field, folded, start, end) : null),
  };
}

const tokens = /[\p{L}\p{N}]+/gu;
/** Shorter runs of single letters are variables and lists: `a, b, c`. */
const apartMin = 6;
const apartMaxGap = 4;

/** `i g n o r e`, `i.g.n.o.r.e`: the letters without what stands between them, so words run together too. */
function lettersApart(field: TextField, folded: Folded): readonly Reading[] {
  const runs: { letters: string; start: number; end: number }[] = [];
  for (const { 0: token, index } of folded.text.matchAll(tokens)) {
    if (!/^\p{L}$/u.test(token)) continue;
    const run = runs.at(-1);
    if (run !== undefined && index - run.end <= apartMaxGap && !/[\p{L}\p{N}]/u.test(folded.text.slice(run.end, index))) {
      run.letters += token;
      run.end = index + token.length;
    } else runs.push({ letters: token, start: index, end: index + token.length });
  }
  return runs
    .filter(({ letters }) => letters.length >= apartMin)
    .map(({ letters, start, end }) => ({
      kind: 'letters-apart',
      text: letters,
      cased: letters,
      origin: () => originIn(field, folded, start, end),
    }));
}

const digits: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

/** `1gn0r3 pr3v10us`: digits inside words as the letters they resemble. */
function digitsForLetters(field: TextField, folded: Folded): readonly Reading[] {
  const changed = (of: string) =>
    folded.text.replace(
      /(?<=[a-z][013457@$!]{0,3})[013457@$!](?=[a-z0-9@$])|(?<![\w.])[013457@$]+(?=[a-z])|(?<=[a-z])[01357](?![\w.])/g,
      (run) => [...run].map((digit) => (digit === '1' ? of : (digits[digit] ?? digit))).join(''),
    );
  const texts = new Set([changed('i'), changed('l')]);
  texts.delete(folded.text);
  return [...texts].map((text) => ({
    kind: 'digits-for-letters',
    text,
    cased: text,
    origin: (start, end) => (text.slice(start, end) === folded.text.slice(start, end) ? null : originIn(field, folded, start, end)),
  }));
}
