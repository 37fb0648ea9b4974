/**
 * The words of a command line in one string, for clients that are documented to split it; null when it is one word, or
 * when it may be a path with spaces (`C:\Program Files\…`, `/Applications/My App/…`): a wrong split would name the
 * wrong program. Quotes group, nothing is expanded.
 */
export function splitCommandLine(line: string): readonly string[] | null {
  const words: string[] = [];
  for (const found of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) words.push(found[0].replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
  const [first, second] = words;
  if (first === undefined || second === undefined || hasOpenQuote(line)) return null;
  const path = /[\\/]/.test(first) && !/^["']/.test(line.trim());
  return path && !second.startsWith('-') ? null : words;
}

function hasOpenQuote(line: string): boolean {
  return /["']/.test(line.replace(/"[^"]*"|'[^']*'/g, ''));
}
