/**
 * The words of one simple shell command; null when it holds anything whose meaning only a shell knows: operators,
 * expansions, globs, comments, an open quote.
 * @see POSIX.1-2017, Shell Command Language, 2.2 Quoting
 */
export function splitShellLine(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === ' ' || character === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) return null;
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const end = line.indexOf('"', at + 1);
      const inside = end === -1 ? '$' : line.slice(at + 1, end);
      if (/[$`\\!]/.test(inside)) return null;
      word = (word ?? '') + inside;
      at = end;
    } else if (/[|&;<>()$`\\*?[\]{}!\n\r#~]/.test(character) && !(character === '#' && word !== null)) {
      return null;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
