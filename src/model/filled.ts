import type { PinnedWord } from './pin.ts';
import { fromTemplate, type Surroundings, splitTemplate, toTemplate } from './surroundings.ts';

/** A part of a text that a pin leaves open: what the client fills in, or a value that no lock may hold. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Stands in a pinned word for text that only the client's entry holds. */
const open = 'client';

/** The word as a pin says it: home as `{{home}}`, every span as `{{client}}`. Spans may overlap and come in any order. */
export function pinWord(text: string, spans: readonly Span[], surroundings: Surroundings): PinnedWord {
  let [word, at] = ['', 0];
  for (const { start, end } of joined(spans)) {
    word += `${toTemplate(text.slice(at, start), surroundings)}{{${open}}}`;
    at = end;
  }
  return word + toTemplate(text.slice(at), surroundings);
}

/** The same text with something harmless in every span, for a start that must not see secrets. */
export function withoutSpans(text: string, spans: readonly Span[], instead: string): string {
  let [result, at] = ['', 0];
  for (const { start, end } of joined(spans)) {
    result += text.slice(at, start) + instead;
    at = end;
  }
  return result + text.slice(at);
}

/** In order, overlapping and touching ones as one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last === undefined || span.start > last.end) result.push(span);
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return result;
}

/** True when the word has to come from the client's entry. */
export function isOpen(word: PinnedWord): boolean {
  return splitTemplate(word, open).length > 1;
}

/** The word as it may look when it is filled in, for a start that only looks: nothing of the entry is in it. */
export function exampleOf(word: PinnedWord, surroundings: Surroundings): string {
  return splitTemplate(word, open)
    .map((piece) => fromTemplate(piece, surroundings))
    .join(example);
}

/** What stands in for text that must not be seen. */
export const example = 'filled-in';

/** Stands in an entry for a part of a word that is kept as a secret. No client fills it in, and no shell reads anything into it. */
export const keptMark = 'pinfold:kept';

/** The word as an entry says it when what is open in it is kept as a secret. */
export function markedWord(word: PinnedWord, surroundings: Surroundings): string {
  return splitTemplate(word, open)
    .map((piece) => fromTemplate(piece, surroundings))
    .join(keptMark);
}

/** An open word of a launch. */
export interface OpenWord {
  /** Place in the command line: 1 = the first argument, 0 = the command itself. */
  readonly place: number;
  readonly word: PinnedWord;
  /** The pinned word before it; empty = it is the first. */
  readonly before: PinnedWord;
}

/** The open words of what a pin starts, in order: those that an entry hands on values for. */
export function openWords({ command, args }: { readonly command?: PinnedWord; readonly args: readonly PinnedWord[] }): readonly OpenWord[] {
  return [command ?? '', ...args].flatMap((word, place, all) => (isOpen(word) ? [{ place, word, before: all[place - 1] ?? '' }] : []));
}

/** What stands in the open parts of a word in this value of it, in order; null = it is no value of the word. */
export function openParts(word: PinnedWord, value: string, surroundings: Surroundings): readonly string[] | null {
  const found = partsOf(word, value, surroundings);
  return 'wrong' in found ? null : found.parts;
}

/** The words of a launch, or why what the entry hands on cannot be what was approved. Values are never in `why`. */
export type Filled = { readonly words: readonly string[] } | { readonly why: string };

/**
 * Pinned words filled for a launch: literal ones from the surroundings, open ones with the values that the entry hands
 * on, in order. Each value must begin, go on and end with the literal text of its word, and count must equal count.
 */
export function fillWords(words: readonly PinnedWord[], values: readonly string[], surroundings: Surroundings): Filled {
  const wanted = words.filter(isOpen).length;
  if (wanted !== values.length) return { why: `the entry hands on ${count(values.length)}, approved were ${wanted}` };
  const filled: string[] = [];
  let next = 0;
  for (const [at, word] of words.entries()) {
    if (!isOpen(word)) {
      filled.push(fromTemplate(word, surroundings));
      continue;
    }
    const value = values[next] ?? '';
    next += 1;
    const wrong = misfit(word, value, surroundings) ?? (isProgram(words, at) ? misfitInProgram(word, value, surroundings) : null);
    if (wrong !== null) return { why: `value ${next} that the entry hands on ${wrong}` };
    filled.push(value);
  }
  return { words: filled };
}

function count(values: number): string {
  return values === 0 ? 'no values' : values === 1 ? '1 value' : `${values} values`;
}

/** Why a value is not an instance of the word; null = it is. */
function misfit(word: PinnedWord, value: string, surroundings: Surroundings): string | null {
  const found = partsOf(word, value, surroundings);
  return 'wrong' in found ? found.wrong : null;
}

/** True for the word behind `bash -c`, `node -e` and their like: it is a program, whether it has white space in it or not. */
function isProgram(words: readonly PinnedWord[], at: number): boolean {
  const before = words[at - 1] ?? '';
  if (/^(?:-[a-z]*c|--command|-Command|\/[ck])$/i.test(before)) return true;
  return /^(?:-p?e|-p|--eval|--print)$/.test(before) && words.slice(0, at).some(isInterpreter);
}

function isInterpreter(word: PinnedWord): boolean {
  return /^(?:node(?:js)?|bun|deno|perl|ruby|php|lua)[\d.]*(?:\.exe)?$/i.test(word.split(/[/\\]/).at(-1) ?? '');
}

function misfitInProgram(word: PinnedWord, value: string, surroundings: Surroundings): string | null {
  const parts = openParts(word, value, surroundings) ?? [];
  return parts.every(isHarmlessInLine) ? null : 'would be read as a program of its own';
}

function partsOf(
  word: PinnedWord,
  value: string,
  surroundings: Surroundings,
): { readonly parts: readonly string[] } | { readonly wrong: string } {
  const pieces = splitTemplate(word, open).map((piece) => fromTemplate(piece, surroundings));
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  const wrong = { wrong: 'does not have the approved text around it' };
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return wrong;
  const inner = value.slice(first.length, value.length - last.length);
  const parts: string[] = [];
  let at = 0;
  for (const piece of rest) {
    const found = inner.indexOf(piece, at);
    if (found === -1) return wrong;
    parts.push(inner.slice(at, found));
    at = found + piece.length;
  }
  parts.push(inner.slice(at));
  if (value.includes('\0')) return { wrong: 'holds a character that no argument can have' };
  // A folder named `--eval=…` must stay a folder.
  if (first === '' && value.startsWith('-')) return { wrong: 'would be read as an option' };
  if (pieces.some((piece) => /\s/.test(piece)) && !parts.every(isHarmlessInLine)) return { wrong: 'would be read as more than one word' };
  return { parts };
}

/** Words with white space in them are often lines for a shell, where a value must stay one word. */
function isHarmlessInLine(part: string): boolean {
  return !/[\s;&|<>$`()"'*?[\]{}!#~]/.test(part);
}
