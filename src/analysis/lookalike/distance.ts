/** Names longer than this are nobody's slip of the finger. */
const maxLength = 80;
/** Keys beside each other on a QWERTY keyboard, by row. */
const rows = ['1234567890-', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/**
 * True when one name is a slip of the finger away from the other: one edit (a letter left out, put in, replaced, or two
 * swapped) for names of five letters and more, and two for ten and more when each is a likely one: a swap, a letter
 * doubled or left out of a double, or a neighbour on the keyboard.
 */
export function isSlip(name: string, known: string): boolean {
  const shorter = Math.min(name.length, known.length);
  if (name === known || shorter < 5 || Math.max(name.length, known.length) > maxLength) return false;
  const cost = distance(name, known);
  return cost <= 1 || (shorter >= 10 && cost <= 1.5);
}

/**
 * Restricted Damerau-Levenshtein distance in which a likely slip costs three quarters and any other edit one: two likely
 * ones come to 1.5.
 */
export function distance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  const table: number[][] = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  const at = (row: number, column: number): number => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row <= from.length; row++) {
    for (let column = 0; column <= to.length; column++) {
      const cells = table[row];
      if (cells === undefined) continue;
      if (row === 0 || column === 0) {
        cells[column] = row + column;
        continue;
      }
      const [x, y] = [from[row - 1] ?? '', to[column - 1] ?? ''];
      cells[column] = Math.min(
        at(row - 1, column) + (x === from[row - 2] ? 0.75 : 1),
        at(row, column - 1) + (y === to[column - 2] ? 0.75 : 1),
        at(row - 1, column - 1) + (x === y ? 0 : areNeighbours(x, y) ? 0.75 : 1),
        row > 1 && column > 1 && x === to[column - 2] && y === from[row - 2] && x !== y
          ? at(row - 2, column - 2) + 0.75
          : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(from.length, to.length);
}

function areNeighbours(x: string, y: string): boolean {
  return rows.some((row, index) => {
    const place = row.indexOf(x);
    if (place < 0) return false;
    const beside = row[place - 1] === y || row[place + 1] === y;
    return beside || [rows[index - 1], rows[index + 1]].some((other) => other?.[place] === y || other?.[place - 1] === y);
  });
}
