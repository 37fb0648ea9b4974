import { expect, test } from 'vitest';
import { openWords, pinWord } from '../../src/model/filled.ts';
import { secretSpans } from '../../src/model/secret-spans.ts';
import { isSecretWord, isWordName, optionOf, wordName } from '../../src/model/secret-word.ts';

const home = { home: '/home/me' };

/** The words of a command line that are moved, as `adopt` would pin them. */
function secretWords(...words: readonly string[]): readonly string[] {
  const spans = secretSpans(words);
  const args = words.map((word, at) => pinWord(word, spans[at] ?? [], home));
  return openWords({ args })
    .filter((open) => isSecretWord(open, words[open.place - 1] ?? '', home))
    .map((open) => `${wordName(open)}${optionOf(open) === null ? '' : ` ${optionOf(open)}`}`);
}

test.each([
  [['--api-key=fake-canary-1'], ['argument-1 --api-key']],
  [['-y', 'server', '--token', 'fake-canary-1'], ['argument-4 --token']],
  [['--token', '-fake-canary-1'], ['argument-2 --token']],
  [['-p', 'sk-0123456789abcdef'], ['argument-2 -p']],
  [['postgres://me:fake-pass@db.example/x'], ['argument-1']],
  [['https://ghp_0123456789abcdef0123@github.example/x'], ['argument-1']],
  [['--header', 'Authorization: Bearer fake-canary-1'], ['argument-2 --header']],
  [['{"apiKey":"fake-canary-1"}'], ['argument-1']],
  [['-e', 'API_TOKEN=fake-canary-1'], ['argument-2 -e']],
  // What only looks odd is left open by `adopt`, and stays where it is.
  [['-e', 'LOG_LEVEL=debug', '--key', '/etc/key.pem', 'postgres://me@db.example/x'], []],
  [['--api-key', '<your key>', '--token=${env:TOKEN}', '--password', 'op://private/x'], []],
] as const)('%j', (words, expected) => {
  expect(secretWords(...words)).toEqual(expected);
});

test('no variable is called like a word', () => {
  expect(['argument-0', 'argument-12'].map(isWordName)).toEqual([true, true]);
  expect(['argument-', 'argument-01', 'argument_1', 'argument-1x', 'ARGUMENT-1'].map(isWordName)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
