import { expect, test } from 'vitest';
import type { EntryValues } from '../../src/clients/client.ts';
import { openText } from '../../src/clients/edit/open-text.ts';
import { type EntryWord, withWords } from '../../src/clients/entry-words.ts';
import { temporaryHost } from '../support/home.ts';

const entry = {
  command: 'docker',
  args: ['run', '-e', 'KEY=fake-one', 'image', '--token', 'fake-two', '--again', 'fake-two'],
  env: { COPY: 'fake-three' },
};
const textOf = (one: typeof entry) => `{ "servers": { "a": ${JSON.stringify(one)} } } // mine\n`;
const text = textOf(entry);

function edited(words: readonly EntryWord[], one: typeof entry = entry): string {
  const document = openText(textOf(one), 'jsonc');
  const values: EntryValues = { transport: 'stdio', cwd: null, url: null, headers: {}, ...one };
  return withWords(words, { document, path: ['servers', 'a'], values }, temporaryHost()).text;
}

test('a word is replaced where it stands, also when the same text stands there twice', () => {
  expect(edited([{ fromEnd: 5, word: 'KEY={{client}}', text: 'KEY=fake-new' }])).toBe(text.replace('KEY=fake-one', 'KEY=fake-new'));
  expect(edited([{ fromEnd: 0, word: '{{client}}', text: 'fake-new' }])).toBe(text.replace(/fake-two(?=.*mine)(?!.*fake-two)/, 'fake-new'));
  expect(edited([{ fromEnd: 2, word: '{{client}}', text: 'fake-two' }])).toBe(text);
});

test('nothing is put in the place of another word, past the line, or where the text also stands for something else', () => {
  const why = { code: 'config-invalid' };
  expect(() => edited([{ fromEnd: 4, word: 'KEY={{client}}', text: 'KEY=fake-new' }])).toThrowError(expect.objectContaining(why));
  expect(() => edited([{ fromEnd: 9, word: '{{client}}', text: 'fake-new' }])).toThrowError(expect.objectContaining(why));
  const alsoInEnv = { ...entry, args: entry.args.with(7, 'fake-three') };
  expect(() => edited([{ fromEnd: 0, word: '{{client}}', text: 'fake-new' }], alsoInEnv)).toThrowError(expect.objectContaining(why));
});
