import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hang, table, truncate, width, wrap } from '../../src/report/layout.ts';

test('width counts columns, not code units', () => {
  expect(width('abc')).toBe(3);
  expect(width('日本')).toBe(4);
  expect(width('e\u0301')).toBe(1);
  expect(width('\u001b[1mbold\u001b[0m')).toBe(4);
});

test('truncate cuts to the columns that were asked for', () => {
  expect(truncate('a sentence that is long', 12)).toBe('a sentence…');
  expect(truncate('short', 12)).toBe('short');
  fc.assert(fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, columns) => width(truncate(text, columns)) <= columns));
});

test('wrap loses no word and breaks no word', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
      const lines = wrap(words.join(' '), 20);
      expect(lines.join(' ')).toBe(words.join(' '));
      expect(lines.every((line) => width(line) <= 20)).toBe(true);
    }),
  );
});

test('hang indents what follows to the first text', () => {
  expect(hang('  why: ', 'one two three four five six seven', 27)).toBe('  why: one two three four\n       five six seven');
});

test('table aligns columns and keeps a row on its line', () => {
  const rows = [
    ['a', 'first', 'x'.repeat(100)],
    ['longer', 'b', 'short'],
  ];
  expect(table(rows, 40).split('\n')).toEqual([`  a       first  ${'x'.repeat(22)}…`, '  longer  b      short']);
});

describe('the last column of a table', () => {
  const rows = [
    ['a', 'short'],
    ['long', 'a sentence that does not fit into the width of a terminal of eighty columns, so it goes on below'],
    ['word', `npm:${'x'.repeat(90)}`],
  ];

  test('is cut, left whole, or wrapped below itself; a word that is too long stands on a line of its own', () => {
    expect(table(rows, 80)).toMatchInlineSnapshot(`
      "  a     short
        long  a sentence that does not fit into the width of a terminal of eighty col…
        word  npm:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
    `);
    expect(table(rows, 80, 'whole').split('\n').map(width)).toEqual([13, 104, 102]);
    expect(table(rows, 80, 'wrap')).toMatchInlineSnapshot(`
      "  a     short
        long  a sentence that does not fit into the width of a terminal of eighty
              columns, so it goes on below
        word
            npm:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    `);
  });

  test('stands below its row when there is too little room beside it', () => {
    expect(table([['x'.repeat(60), 'a sentence that needs more than that']], 80, 'wrap')).toMatchInlineSnapshot(`
      "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
            a sentence that needs more than that"
    `);
  });
});
