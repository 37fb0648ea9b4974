import { isAscii } from 'node:buffer';
import type { Verdict } from './verdict.ts';

/** What ends a line for many readers (Java's `Scanner`, Python's `splitlines`), and is text in JSON: NEL, and both separators. */
const lineEnds = /[\u0085\u2028\u2029]/g;

/**
 * The verdict about a message of the server as one line for whoever reads lines: each of these characters as its JSON
 * escape, which says the same in a string. Elsewhere JSON has none, and what is forwarded unparsed could hold a whole message
 * between two of them, which such a reader takes for an answer that nobody judged. In every mode: no person let it in.
 */
export function asOneLine(verdict: Verdict, original: Buffer): Verdict {
  if (verdict.action !== 'forward' && verdict.action !== 'replace') return verdict;
  const bytes = verdict.action === 'forward' ? original : verdict.bytes;
  if (isAscii(bytes) || !bytesOfLineEnds.some((end) => bytes.includes(end))) return verdict;
  const escaped = bytes.toString('utf8').replace(lineEnds, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const line = Buffer.from(escaped.endsWith('\n') ? escaped : `${escaped}\n`);
  return { ...verdict, action: 'replace', bytes: line };
}

const bytesOfLineEnds = ['\u0085', '\u2028', '\u2029'].map((end) => Buffer.from(end));
