import { expect, test } from 'vitest';
import { mentionedSecrets } from '../../src/analysis/mentioned-secrets.ts';

function file(path: string, text: string) {
  return { path, bytes: Buffer.from(text), executable: false };
}

test.each([
  ['a member', 'const key = process.env.GITHUB_TOKEN;', ['GITHUB_TOKEN']],
  ['a quoted member', `process.env['OPENAI_API_KEY'] ?? process.env["DB_PASSWORD"]`, ['DB_PASSWORD', 'OPENAI_API_KEY']],
  ['an assertion across lines', 'process\n  .env\n  .NOTION_SECRET!', ['NOTION_SECRET']],
  ['what is no secret', 'process.env.PORT + process.env.LOG_LEVEL + process.env.KEYBOARD', []],
  ['another object', 'settings.env.GITHUB_TOKEN', []],
])('%s', (_, text, expected) => {
  expect(mentionedSecrets([file('dist/index.js', text)])).toEqual(expected);
});

test('only sources count, and a file that names thousands is bounded', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `process.env.KEY_${index}`).join(';');
  expect(mentionedSecrets([file('README.md', 'process.env.GITHUB_TOKEN')])).toEqual([]);
  expect(mentionedSecrets([file('a.mjs', many)])).toHaveLength(64);
});
