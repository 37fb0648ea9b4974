/** The argv as a person can paste it into a POSIX shell: words quoted only where they must be. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}

function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./~^{}-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
