/** The candidate that takes the fewest single-character edits to become; of equals the first. Candidates must not be empty. */
export function nearest(word: string, candidates: readonly string[]): string {
  const typed = word.toLowerCase().slice(0, 64);
  const best = candidates.map((candidate) => ({ candidate, edits: edits(typed, candidate) })).sort((a, b) => a.edits - b.edits)[0];
  return best?.candidate ?? '';
}

/** @see Levenshtein distance, one row at a time */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let column = 1; column <= to.length; column++) {
      const changed = (row[column - 1] ?? 0) + (from[at - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
