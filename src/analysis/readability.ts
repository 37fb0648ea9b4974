/** Names that obfuscators generate. */
const mangled = /\b_0x[0-9a-f]{4,}\b/g;
const minMangled = 20;
/** Below this a person can still read a minified file in one sitting. */
const minMinifiedLength = 50_000;
const minLongLine = 20_000;

/**
 * The rule that says why nobody can read this text, or null. Conservative: a bundle with readable names is readable,
 * however large; a minified one is not, and neither is one whose names were replaced by an obfuscator.
 */
export function looksObfuscated(text: string): 'obfuscated' | 'minified' | null {
  mangled.lastIndex = 0;
  let found = 0;
  while (mangled.exec(text) !== null) if (++found >= minMangled) return 'obfuscated';
  return isMinified(text) ? 'minified' : null;
}

function isMinified(text: string): boolean {
  if (text.length < minMinifiedLength) return false;
  let dense = 0;
  let declared = 0;
  let short = 0;
  for (const line of text.split('\n')) {
    if (line.length < minLongLine) continue;
    dense += line.length;
    for (const match of line.matchAll(/(?:\bfunction |\b(?:let|const|var|class) |[(,])([A-Za-z_$][\w$]*)(?=[=,(){])/g)) {
      declared++;
      if ((match[1] ?? '').length <= 2) short++;
    }
  }
  return dense > text.length / 2 && declared > 100 && short / declared > 0.6;
}
