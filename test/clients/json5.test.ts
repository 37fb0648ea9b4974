import fc from 'fast-check';
import json5 from 'json5';
import { describe, expect, test, vi } from 'vitest';
import { parseJson5 } from '../../src/clients/edit/json5-parse.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { limits } from '../../src/model/limits.ts';
import { jsonDocument } from './json-document.ts';
import { jsonc } from './string-engine.ts';

const entry = { command: '/opt/guard', args: ['run', 'x'] };

describe('reads', () => {
  test.each<[string, string, JsonValue]>([
    ['names without quotes, and in either', `{a: 1, $_é9: 2, 'c"': 3, "d'": 4}`, { a: 1, $_é9: 2, 'c"': 3, "d'": 4 }],
    ['an escape in a name', '{\\u0061b: 1}', { ab: 1 }],
    ['words of JavaScript as names', '{null: 1, class: 2, Infinity: 3}', { null: 1, class: 2, Infinity: 3 }],
    ['escapes', String.raw`'\x41\u0042\v\0\q\'\"\/'`, 'AB\v\0q\'"/'],
    ['line continuations', "'a\\\nb\\\r\nc\\\rd\\\u2028e'", 'abcde'],
    ['the separators that JSON5 leaves in strings', "'\u2028\u2029\t\u0001'", '\u2028\u2029\t\u0001'],
    ['numbers', '[0x1F, -0XA, .5, 5., +1, 5.e2, -0.0]', [31, -10, 0.5, 5, 1, 500, -0]],
    ['what JSON cannot say, by its name', '[Infinity, -Infinity, NaN, +NaN, 1e999]', ['Infinity', '-Infinity', 'NaN', 'NaN', 'Infinity']],
    ['commas at the end', '[1, {a: 2,},]', [1, { a: 2 }]],
    ['every kind of space and comment', '\ufeff\v\f\u00a0\u2003/* a */{// b\u2028a:1}//', { a: 1 }],
  ])('%s', (_, text, value) => {
    expect(jsonc.parse(text, 'json5')).toEqual({ value, problems: [], duplicates: [] });
  });

  test.each(['', ' \n', '// nothing'])('%j as no value', (text) => {
    expect(jsonc.parse(text, 'json5')).toEqual({ value: undefined, problems: [], duplicates: [] });
  });

  test('a member twice, in whatever spelling, and the last one wins', () => {
    const { value, duplicates } = jsonc.parse(`{s: {x: 1, 'x': 2, "\\x78": 3, \\u0078: 4}}`, 'json5');
    expect([value, duplicates]).toEqual([{ s: { x: 4 } }, [['s', 'x']]]);
  });

  test('`__proto__` is only a name', () => {
    const { value } = jsonc.parse('{__proto__: {command: 1}, constructor: 2}', 'json5');
    expect(Object.entries(value ?? {})).toEqual([
      ['__proto__', { command: 1 }],
      ['constructor', 2],
    ]);
  });
});

describe('refuses', () => {
  test.each([
    ['{a: 1', 'a closing brace is missing in line 1, column 6'],
    ['[1', 'a closing bracket is missing in line 1, column 3'],
    ['{a 1}', 'a colon is missing in line 1, column 4'],
    ['{a: }', 'a value is missing in line 1, column 5'],
    ['[1 2]', 'a comma is missing in line 1, column 4'],
    ['[,]', 'a value is missing in line 1, column 2'],
    ['[1,,]', 'a value is missing in line 1, column 4'],
    ['{,}', 'a member name is missing in line 1, column 2'],
    ['{1: 2}', 'a member name is missing in line 1, column 2'],
    ['{a-b: 2}', 'a colon is missing in line 1, column 3'],
    ['{\\u0031: 2}', 'an invalid unicode escape in line 1, column 2'],
    ['nullx', 'a word that is not JSON5 in line 1, column 1'],
    ['undefined', 'a word that is not JSON5 in line 1, column 1'],
    ['01', 'text after the end of the document in line 1, column 2'],
    ['0x', 'text after the end of the document in line 1, column 2'],
    ['.', 'a word that is not JSON5 in line 1, column 1'],
    ['+ 1', 'a word that is not JSON5 in line 1, column 1'],
    ["'a\nb'", 'a string that does not end in line 1, column 1'],
    ['"\\01"', 'an invalid escape in line 1, column 2'],
    ['"\\8"', 'an invalid escape in line 1, column 2'],
    ['"\\x4"', 'an invalid escape in line 1, column 2'],
    ['"\\u004"', 'an invalid unicode escape in line 1, column 2'],
    ['{} /* open', 'a comment that does not end in line 1, column 4'],
    ['/a/', 'a word that is not JSON5 in line 1, column 1'],
    ['`a`', 'a word that is not JSON5 in line 1, column 1'],
    ['{} {}', 'text after the end of the document in line 1, column 4'],
  ])('%j', (text, message) => {
    expect(jsonc.parse(text, 'json5').problems).toEqual([{ message }]);
    expect(() => jsonc.set(text, ['s', 'x'], entry, 'json5')).toThrow(expect.objectContaining({ code: 'config-invalid', why: message }));
  });

  test('depth, also of a million brackets', () => {
    const at = limits.jsonMaxDepth + 1;
    for (const text of ['['.repeat(at), '['.repeat(1_000_000)])
      expect(jsonc.parse(text, 'json5').problems).toEqual([{ message: `nested deeper than ${at - 1} in line 1, column ${at}` }]);
    expect(jsonc.parse(`${'['.repeat(at - 1)}${']'.repeat(at - 1)}`, 'json5').problems).toEqual([]);
  });

  test.each(['{a', "{'a", '\\u0061', "'\\a", '/**/', '//\n', '[1,', '{a:1,', 'é', '0x'])(
    '%j over and over, without taking for ever',
    (text) => {
      expect(() => jsonc.parse(`{${text.repeat(200_000)}`, 'json5')).not.toThrow();
    },
  );

  test('to edit where the name occurs twice in other spellings', () => {
    const error = expect.objectContaining({ code: 'config-invalid', why: '"x" occurs twice in the same object' });
    expect(() => jsonc.set(`{s: {x: 1, 'x': 2}}`, ['s', 'x'], entry, 'json5')).toThrow(error);
  });
});

describe('edits', () => {
  test('a new member is plain JSON, and nothing else changes', () => {
    const before = "// mine\n{\n  mcpServers: {\n    'a': {command: 'b',}, // about a\n  },\n  port: 0x1F,\n}\n";
    const after = jsonc.set(before, ['mcpServers', 'x'], { command: "it's", args: [] }, 'json5');
    expect(after).toBe(before.replace('// about a\n', '// about a\n    "x": {\n      "command": "it\'s",\n      "args": []\n    },\n'));
    expect(jsonc.remove(after, ['mcpServers', 'x'], 'json5')).toBe(before);
  });

  test('a file of plain JSON stays plain JSON', () => {
    const after = jsonc.set('{"s": {"a": 1}}', ['s', 'x'], entry, 'json5');
    expect(JSON.parse(after)).toEqual({ s: { a: 1, x: entry } });
  });

  test('an existing entry changes in the members that differ, and comes back byte for byte', () => {
    const before =
      "{s: {\n  x: { // mine\n    timeout: Infinity, big: 0xffffffffffffffff,\n    command: 'npx', // old\n    args: ['-y', 'p',],\n  },\n}}";
    const value = { timeout: 'Infinity', big: 2 ** 64, command: '/opt/guard', args: ['-y', 'p'] };
    const after = jsonc.set(before, ['s', 'x'], value, 'json5');
    expect(after).toBe(before.replace("'npx'", '"/opt/guard"'));
    expect(jsonc.setText(after, ['s', 'x'], jsonc.textAt(before, ['s', 'x'], 'json5') ?? '', 'json5')).toBe(before);
  });

  test('nothing slips into a comment that ends at a separator of JSON5', () => {
    const before = '{s: {a: 1 // one\u2028}}';
    const after = jsonc.set(before, ['s', 'x'], 2, 'json5');
    expect(jsonc.parse(after, 'json5').value).toEqual({ s: { a: 1, x: 2 } });
    expect(jsonc.remove(after, ['s', 'x'], 'json5')).toBe(before);
  });
});

describe('properties', () => {
  test('what it reads is what the reference implementation reads', () => {
    // It warns of the two separators inside strings, which JSON5 allows.
    const warnings = vi.spyOn(console, 'warn').mockReturnValue();
    const piece = fc.constantFrom(
      ...'{}[],:\'"\\/ \n\r\t.+-_$a1é\0\u2028\u2029\u00a0\ufeff\u180e\v\f\u200d\ud800'.split(''),
      ...['//', '/*', '*/', '0x', '0xA', '01', '5.', 'E+1', 'Infinity', 'NaN', 'null', 'true', '\\u0061', '\\x4', '\\0', '\\1', '\\\r\n'],
      ...['😀', '𝒜', '"s"', "'t'", '{a:1}', '[1,]', '{a:1,}', '\\q'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        for (const whole of [text, `[${text}]`, `{${text}:1}`, `{a:${text}}`, `"${text}"`, `'${text}'`]) expectSame(whole);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(fc.property(jsonDocument('json5'), ({ text }) => expectSame(text)));
    warnings.mockRestore();
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const whole of [text, `{${text}`, `'${text}`, `{a: [${text}`]) expect(() => parseJson5(whole)).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

function expectSame(text: string): void {
  const ours = jsonc.parse(text, 'json5');
  let theirs: unknown;
  try {
    theirs = json5.parse(text, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value));
  } catch {
    theirs = undefined;
  }
  if (ours.problems.length === 0 || theirs !== undefined)
    expect([text, JSON.stringify(ours.value)]).toEqual([text, JSON.stringify(theirs)]);
}
