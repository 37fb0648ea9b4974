/** One run of a word diff. */
export interface WordChange {
  readonly op: 'same' | 'add' | 'del';
  readonly text: string;
}

/** Cells of the table; beyond it the middle is shown as one deletion and one addition, which is coarse but whole. */
const maxCells = 4_000_000;

/**
 * What was taken out and put in, word by word, in reading order. Joining `same` and `del` gives `before` again, `same`
 * and `add` gives `after`: no character is left out, whatever the bound.
 */
export function wordDiff(before: string, after: string): readonly WordChange[] {
  const left = words(before);
  const right = words(after);
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const changes: WordChange[] = [];
  push(changes, 'same', left.slice(0, start));
  middle(left.slice(start, left.length - end), right.slice(start, right.length - end), changes);
  push(changes, 'same', left.slice(left.length - end));
  return withoutCrumbs(changes);
}

/** A space or a short word that two changes happen to share is part of what was rewritten, not of what stayed. */
const crumb = 3;

function withoutCrumbs(changes: readonly WordChange[]): readonly WordChange[] {
  const whole: WordChange[] = [];
  let [gone, come] = ['', ''];
  const flush = () => {
    if (gone !== '') push(whole, 'del', [gone]);
    if (come !== '') push(whole, 'add', [come]);
    [gone, come] = ['', ''];
  };
  for (const [index, { op, text }] of changes.entries()) {
    const isBetween = index > 0 && index < changes.length - 1;
    if (op === 'same' && !(isBetween && gone !== '' && come !== '' && text.trim().length <= crumb)) {
      flush();
      whole.push({ op, text });
      continue;
    }
    if (op !== 'add') gone += text;
    if (op !== 'del') come += text;
  }
  flush();
  return whole;
}

function words(text: string): readonly string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

function middle(left: readonly string[], right: readonly string[], changes: WordChange[]): void {
  if (left.length === 0 || right.length === 0 || left.length * right.length > maxCells) {
    push(changes, 'del', left);
    push(changes, 'add', right);
    return;
  }
  const width = right.length + 1;
  const common = new Uint32Array((left.length + 1) * width);
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      common[row * width + column] =
        left[row] === right[column]
          ? (common[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(common[(row + 1) * width + column] ?? 0, common[row * width + column + 1] ?? 0);
    }
  }
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      push(changes, 'same', [left[row++] as string]);
      column++;
    } else if (
      row < left.length &&
      (column >= right.length || (common[(row + 1) * width + column] ?? 0) >= (common[row * width + column + 1] ?? 0))
    ) {
      push(changes, 'del', [left[row++] as string]);
    } else {
      push(changes, 'add', [right[column++] as string]);
    }
  }
}

function push(changes: WordChange[], op: WordChange['op'], parts: readonly string[]): void {
  if (parts.length === 0) return;
  const last = changes.at(-1);
  if (last?.op === op) changes[changes.length - 1] = { op, text: last.text + parts.join('') };
  else changes.push({ op, text: parts.join('') });
}
