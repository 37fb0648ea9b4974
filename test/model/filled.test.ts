import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleOf, fillWords, isOpen, pinWord, withoutSpans } from '../../src/model/filled.ts';

const home = { home: '/home/ada' };

function pinned(text: string, ...open: readonly string[]): string {
  const spans = open.map((part) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length }));
  return pinWord(text, spans, home);
}

test('a pinned word holds the text around what is open, and home by its name', () => {
  expect(pinned('--root=${X}', '${X}')).toBe('--root={{client}}');
  expect(pinned('/home/ada/a/${X}/b/${Y}', '${X}', '${Y}')).toBe('{{home}}/a/{{client}}/b/{{client}}');
  expect(pinned('${X}${Y}', '${X}', '${Y}')).toBe('{{client}}');
  expect(withoutSpans('--root=${X}/a', [{ start: 7, end: 11 }], 'x')).toBe('--root=x/a');
  expect(exampleOf('--root={{client}}/a', home)).toBe('--root=filled-in/a');
});

test('text that looks like an open place is text', () => {
  const word = pinned('a {{client}} b');
  expect(isOpen(word)).toBe(false);
  expect(fillWords([word], [], home)).toEqual({ words: ['a {{client}} b'] });
});

test('whatever was pinned is filled again by the same values', () => {
  const piece = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));
  const word = fc.array(fc.record({ text: piece, open: fc.boolean() }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const made = words.map((pieces) => {
        let text = '';
        const spans = pieces.flatMap(({ text: part, open }) => {
          const start = text.length;
          text += part;
          return open && part !== '' ? [{ start, end: text.length }] : [];
        });
        return { text, word: pinWord(text, spans, home) };
      });
      const values = made.flatMap(({ text, word: template }) => (isOpen(template) ? [text] : []));
      const filled = fillWords(
        made.map((one) => one.word),
        values,
        home,
      );
      // What would be an option, or more than one word of a line, is refused and never changed.
      if ('why' in filled) expect(filled.why).toMatch(/would be read as/);
      else expect(filled.words).toEqual(made.map(({ text }) => text));
    }),
  );
});

test.each([
  ['a value too few', ['{{client}}', '{{client}}'], ['x'], 'the entry hands on 1 value, approved were 2'],
  ['a value too many', ['a'], ['x'], 'the entry hands on 1 value, approved were 0'],
  [
    'another beginning',
    ['--root={{client}}'],
    ['--eval=canary'],
    'value 1 that the entry hands on does not have the approved text around it',
  ],
  ['another end', ['{{client}}/bin/python'], ['/bin/canary'], 'value 1 that the entry hands on does not have the approved text around it'],
  [
    'beginning and end that share text',
    ['aba{{client}}aba'],
    ['ababa'],
    'value 1 that the entry hands on does not have the approved text around it',
  ],
  [
    'another middle',
    ['a{{client}}/b/{{client}}'],
    ['a/c/canary'],
    'value 1 that the entry hands on does not have the approved text around it',
  ],
  ['an option instead of a folder', ['{{client}}'], ['--eval=canary'], 'value 1 that the entry hands on would be read as an option'],
  [
    'a command inside a line',
    ['cd {{client}} && run'],
    ['cd x; canary && run'],
    'value 1 that the entry hands on would be read as more than one word',
  ],
  [
    'a second word inside a line',
    ['run {{client}}'],
    ['run a --eval=canary'],
    'value 1 that the entry hands on would be read as more than one word',
  ],
  ['a NUL', ['{{client}}'], ['a\0b'], 'value 1 that the entry hands on holds a character that no argument can have'],
])('refused: %s', (_, words, values, why) => {
  const filled = fillWords(words, values, home);
  expect(filled).toEqual({ why });
  expect(JSON.stringify(filled)).not.toContain('canary');
});
