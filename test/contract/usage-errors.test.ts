import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '..', '..', 'src');

/** The text of every call that makes a usage error, with its file and line. */
function usageErrors(): readonly { readonly place: string; readonly text: string }[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((name) => {
    const text = readFileSync(join(src, name), 'utf8');
    return [...text.matchAll(/new GuardError\(\s*'usage'/g)].map(({ index }) => ({
      place: `${name}:${text.slice(0, index).split('\n').length}`,
      text: callAt(text, text.indexOf('(', index)),
    }));
  });
}

function callAt(text: string, open: number): string {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(open, at + 1);
  }
  return text.slice(open);
}

test('every usage error says why, and what to type instead', () => {
  const found = usageErrors();
  expect(found.length).toBeGreaterThan(40);
  const bare = found.filter(({ text }) => !/\bhint\b/.test(text) || !(/\bwhy\b/.test(text) || text.includes('cause')));
  expect(bare.map(({ place }) => place)).toEqual([]);
});
