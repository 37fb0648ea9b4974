import { stripVTControlCharacters } from 'node:util';

/** Columns that a text takes: ANSI sequences none, wide East Asian characters and emoji two, combining marks none. */
export function width(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (/\p{Mark}/u.test(character)) continue;
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return columns;
}

/** The text with spaces up to `columns`; unchanged when it is wider. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** The text cut to `columns`, an ellipsis for its last column when something was cut. The text must hold no ANSI. */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (width(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Lines of at most `columns`, broken at spaces; a word that is longer stays whole (commands must be pasteable). */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** The text wrapped behind `first`, continuation lines indented to the same column. */
export function hang(first: string, text: string, columns: number): string {
  const indent = width(first);
  return wrap(text, Math.max(20, columns - indent))
    .map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line)
    .join('\n');
}

/** What becomes of a last column that is too wide. `whole`: nothing, for what must be pasted; `wrap`: for sentences. */
export type LastColumn = 'cut' | 'whole' | 'wrap';

/** Rows of a screen of `columns` that lines take: a line that is wider goes on in the next row. */
export function rowsOf(text: string, columns: number): number {
  return text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(width(line) / columns)), 0);
}

/**
 * Like `hang`, never more than `rows` lines and never wider than `columns`: what does not fit is cut with an ellipsis,
 * `tail` (what must be read whatever was cut) stands after it. Infinite `rows` cut nothing. `text` and `tail` must hold no
 * ANSI.
 */
export function hangWithin(
  first: string,
  text: string,
  columns: number,
  { rows, tail = '' }: { readonly rows: number; readonly tail?: string },
): string {
  if (rows === Number.POSITIVE_INFINITY) return hang(first, text + tail, columns);
  const room = Math.max(20, columns - width(first));
  const lines = (words: string) =>
    wrap(
      words
        .split(' ')
        .map((word) => truncate(word, room))
        .join(' '),
      room,
    );
  const indented = (all: readonly string[]) => all.map((line, index) => (index === 0 ? first : ' '.repeat(width(first))) + line).join('\n');
  const whole = lines(text + tail);
  if (whole.length <= rows) return indented(whole);
  const kept = lines(text).slice(0, rows);
  return indented([...kept.slice(0, -1), truncate(`${kept.at(-1) ?? ''}…`, Math.max(10, room - width(tail))) + tail]);
}

/** Rows under aligned columns, two spaces between them, each row indented by two. */
export function table(rows: readonly (readonly string[])[], columns: number, last: LastColumn = 'cut'): string {
  // Not spread into one call: a whole ledger has more rows than a call takes arguments.
  const widest = (of: (row: readonly string[]) => number) => rows.reduce((most, row) => Math.max(most, of(row)), 0);
  const widths = Array.from({ length: widest((row) => row.length) }, (_, column) => widest((row) => width(row[column] ?? '')));
  return rows.map((row) => line(row, widths, columns, last)).join('\n');
}

/** Sentences that would be wrapped into less than this, or hold a longer word, stand on lines of their own. */
const leastColumns = 34;

function line(row: readonly string[], widths: readonly number[], columns: number, last: LastColumn): string {
  const before = row.slice(0, -1).map((cell, column) => `${pad(cell, widths[column] ?? 0)}  `);
  const head = `  ${before.join('')}`;
  const cell = row.at(-1) ?? '';
  const left = columns - width(head);
  if (last === 'whole' || width(cell) <= left) return (head + cell).trimEnd();
  if (last === 'cut') return head + truncate(cell, Math.max(10, left));
  const fits = left >= leastColumns && cell.split(' ').every((word) => width(word) <= left);
  return fits ? hang(head, cell, columns) : `${head.trimEnd()}\n${hang('      ', cell, columns)}`;
}
