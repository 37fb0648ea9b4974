/** Names that obfuscators generate. */
const mangled = /\b_0x[0-9a-f]{4,}\b/g;
const minMangled = 20;
/** What counts as minified: by the length of the text and of its lines, and by how many names it declares. */
interface Bounds {
  readonly minLength: number;
  readonly minLine: number;
  readonly minNames: number;
}

/** Anywhere: below this a person can still read a minified file in one sitting, and many packages publish a part so. */
const whole: Bounds = { minLength: 50_000, minLine: 20_000, minNames: 100 };
/** In the server's own package, where a person reads what was published; below this there is nothing to read. */
const part: Bounds = { minLength: 2_000, minLine: 1_000, minNames: 30 };
/** As much minified text inside a bundle that is otherwise readable is a part that nobody reads. */
const maxInside = 200_000;

/** The rule for a minified file that counts only in the server's own package. */
export const minifiedPart = 'minified-part';

/**
 * The rule that says why nobody can read this text, or null. Conservative: a bundle with readable names is readable,
 * however large; a minified one is not, and neither is one whose names were replaced by an obfuscator.
 */
export function looksObfuscated(text: string): 'obfuscated' | 'minified' | typeof minifiedPart | null {
  mangled.lastIndex = 0;
  let found = 0;
  while (mangled.exec(text) !== null) if (++found >= minMangled) return 'obfuscated';
  if (text.length < part.minLength) return null;
  const lines = longLines(text);
  if (lines.length === 0) return null;
  if (isMinified(text, lines, whole, Number.POSITIVE_INFINITY)) return 'minified';
  return isMinified(text, lines, part, maxInside) ? minifiedPart : null;
}

function isMinified(text: string, lines: readonly string[], { minLength, minLine, minNames }: Bounds, enough: number): boolean {
  const long = lines.filter((line) => line.length >= minLine);
  const dense = long.reduce((sum, line) => sum + line.length, 0);
  if (text.length < minLength || (dense <= text.length / 2 && dense <= enough)) return false;
  let declared = 0;
  let short = 0;
  for (const line of long) {
    for (const match of line.matchAll(/(?:\bfunction |\b(?:let|const|var|class) |[(,])([A-Za-z_$][\w$]*)(?=[=,(){])/g)) {
      declared++;
      if ((match[1] ?? '').length <= 2) short++;
    }
  }
  return declared > minNames && short / declared > 0.6;
}

/** Most files have none: no line of theirs is copied. */
function longLines(text: string): readonly string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    if (stop - start >= part.minLine) found.push(text.slice(start, stop));
    start = stop + 1;
  }
  return found;
}
