import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/clients/edit/editable-text.ts';
import { sameJson, valueAt, withValueAt } from '../../src/clients/edit/json-value.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { limits } from '../../src/model/limits.ts';
import { jsonDocument } from './json-document.ts';
import { jsonc } from './string-engine.ts';

const entry = { command: '/opt/guard', args: ['run', 'x'] };

describe('set', () => {
  test.each([
    [
      'an empty object',
      '{}',
      '{\n  "mcpServers": {\n    "x": {\n      "command": "/opt/guard",\n      "args": [\n        "run",\n        "x"\n      ]\n    }\n  }\n}',
    ],
    [
      'one line stays one line',
      '{"mcpServers":{"a":{"b":1}}}',
      '{"mcpServers":{"a":{"b":1},"x":{"command":"/opt/guard","args":["run","x"]}}}',
    ],
    [
      'tabs and CRLF, and the comment stays with its member',
      '{\r\n\t"mcpServers": {\r\n\t\t"a": 1 // about a\r\n\t}\r\n}\r\n',
      '{\r\n\t"mcpServers": {\r\n\t\t"a": 1, // about a\r\n\t\t"x": {\r\n\t\t\t"command": "/opt/guard",\r\n\t\t\t"args": [\r\n\t\t\t\t"run",\r\n\t\t\t\t"x"\r\n\t\t\t]\r\n\t\t}\r\n\t}\r\n}\r\n',
    ],
    [
      'a trailing comma stays the habit of the file',
      '{\n "mcpServers": {\n  "a": 1, /* a */\n },\n}',
      '{\n "mcpServers": {\n  "a": 1, /* a */\n  "x": {\n   "command": "/opt/guard",\n   "args": [\n    "run",\n    "x"\n   ]\n  },\n },\n}',
    ],
    [
      'only a comment',
      '// mine',
      '// mine\n{\n  "mcpServers": {\n    "x": {\n      "command": "/opt/guard",\n      "args": [\n        "run",\n        "x"\n      ]\n    }\n  }\n}\n',
    ],
  ])('%s', (_, before, after) => {
    expect(jsonc.set(before, ['mcpServers', 'x'], entry, 'jsonc')).toBe(after);
  });

  test('an existing entry changes in the members that differ, and in no other byte', () => {
    const before =
      '{"s": {\n  "x": { // mine\n    "timeout": 1.0, "big": 12345678901234567890,\n    "command": "npx", // old\n    "args": ["-y", "p"]\n  }\n}}';
    const value = { timeout: 1, big: Number(12345678901234567890n), command: '/opt/guard', args: ['-y', 'p'] };
    expect(jsonc.set(before, ['s', 'x'], value, 'jsonc')).toBe(before.replace('"npx"', '"/opt/guard"'));
  });

  test.each(['__proto__', '', 'constructor', 'a"b\\c', '\u0000\u001f', '\u202e', '🐑', '\ud800', 'a.b', '0'])(
    'the name %j is only a name',
    (name) => {
      const text = jsonc.set('{"s": {}}', ['s', name], entry, 'json');
      expect(Object.entries(JSON.parse(text).s)).toEqual([[name, entry]]);
      expect(jsonc.remove(text, ['s', name], 'json')).toBe('{"s": {}}');
    },
  );
});

describe('remove', () => {
  test.each([
    ['the first', '{"a": 1, "b": 2}', 'a', '{ "b": 2}'],
    ['in the middle', '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', 'b', '{\n  "a": 1,\n  "c": 3\n}'],
    ['the last, with a comment that is not its own', '{\n  "a": 1, // a\n  "b": 2\n}', 'b', '{\n  "a": 1 // a\n}'],
    ['a comment behind it keeps its line', '{\n  "a": 1,\n  "b": 2 // b\n}', 'b', '{\n  "a": 1\n   // b\n}'],
    ['the only one', '{\n  "b": 2\n}\n', 'b', '{}\n'],
    ['nothing slips into a comment', '{ // c\n  "b": 2 }', 'b', '{ // c\n   }'],
    ['nothing slips into a comment on its own line', '{\n // c\n  "b": 2 }', 'b', '{\n // c\n   }'],
    ['a comma on a line of its own', '{\n  "a": 1\n  , "b": 2\n}', 'b', '{\n  "a": 1\n  \n}'],
  ])('%s', (_, before, name, after) => {
    expect(jsonc.remove(before, [name], 'jsonc')).toBe(after);
  });
});

describe('refuses', () => {
  test.each<[string, string, Dialect, string]>([
    [
      'a comment where the client reads none',
      '{"s": {} /* c */}',
      'json',
      'a comment, which this client does not read in line 1, column 10',
    ],
    ['a trailing comma where the client reads none', '{"s": {},}', 'json-comments', 'a member name is missing in line 1, column 10'],
    ['the map twice', '{"s": {}, "s": {}}', 'json', '"s" occurs twice in the same object'],
    ['the entry twice', '{"s": {"x": 1, "x": 2}}', 'json', '"x" occurs twice in the same object'],
    ['a member of the entry twice', '{"s": {"x": {"command": 1, "command": 2}}}', 'json', '"command" occurs twice in the same object'],
    ['the same name in two spellings', '{"s": {"x": 1, "\\u0078": 2}}', 'json', '"x" occurs twice in the same object'],
    ['a list as the map', '{"s": []}', 'json', 'something other than a map is where the servers belong'],
    ['null as the map', '{"s": null}', 'json', 'something other than a map is where the servers belong'],
    ['a list as the document', '[]', 'json', 'something other than a map is where the servers belong'],
    ['two documents', '{} {}', 'jsonc', 'text after the end of the document in line 1, column 4'],
    ['a raw control character', '{"s": {"a": "\u0001"}}', 'json', 'a control character inside a string in line 1, column 13'],
    ['a number that JSON has not', '{"s": {"a": 01}}', 'json', 'a comma is missing in line 1, column 14'],
    ['an unknown escape', '{"s": {"a": "\\q"}}', 'jsonc', 'an invalid escape in line 1, column 13'],
    [
      'depth',
      '['.repeat(limits.jsonMaxDepth + 1),
      'jsonc',
      `nested deeper than ${limits.jsonMaxDepth} in line 1, column ${limits.jsonMaxDepth + 1}`,
    ],
  ])('%s', (_, text, dialect, why) => {
    const error = { code: 'config-invalid', why };
    expect(() => jsonc.set(text, ['s', 'x'], entry, dialect)).toThrow(expect.objectContaining(error));
    expect(() => jsonc.remove(text, ['s', 'x'], dialect)).toThrow(expect.objectContaining(error));
  });

  test('a million open brackets without running out of stack', () => {
    expect(jsonc.parse('['.repeat(1_000_000), 'json').problems).toHaveLength(1);
  });

  test('what the parser would not read back', () => {
    let deep: JsonValue = 1;
    for (let depth = 0; depth <= limits.jsonMaxDepth; depth++) deep = [deep];
    const error = { code: 'config-invalid', why: 'the edit would change more than this entry' };
    expect(() => jsonc.set('{}', ['s', 'x'], deep, 'json')).toThrow(expect.objectContaining(error));
    expect(() => jsonc.setText('{"s": 1}', ['s'], '1, "t": 2', 'json')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    expect(() => jsonc.setText('{"s": 1}', ['s'], '2 // open', 'jsonc')).toThrow(expect.objectContaining(error));
  });

  test('a value that JSON cannot carry, instead of trying for ever', () => {
    const refusal = expect.objectContaining({ code: 'config-invalid' });
    expect(() => jsonc.set('{}', ['s', 'x'], Number.POSITIVE_INFINITY, 'json')).toThrow(refusal);
  });

  test('twice elsewhere is none of its business', () => {
    const text = '{"other": {"x": 1, "x": 2}, "s": {"y": 1}}';
    expect(jsonc.set(text, ['s', 'y'], 2, 'json')).toBe('{"other": {"x": 1, "x": 2}, "s": {"y": 2}}');
  });
});

describe.each(['jsonc', 'json5'] as const)('properties, %s', (dialect) => {
  test('remove after set of a new member gives the same bytes, wherever it went in', () => {
    fc.assert(
      fc.property(jsonDocument(dialect), fc.string({ unit: 'binary' }), fc.json({ maxDepth: 3 }), ({ text, maps }, name, json) => {
        const value = jsonc.parse(text, dialect).value;
        for (const map of maps) {
          if (valueAt(value, [...map, name]) !== undefined) continue;
          const set = jsonc.set(text, [...map, name], JSON.parse(json), dialect);
          expect(jsonc.remove(set, [...map, name], dialect)).toBe(text);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('set changes only the entry, and no byte outside it', () => {
    fc.assert(
      fc.property(jsonDocument(dialect), fc.json({ maxDepth: 2 }), ({ text, members }, json) => {
        const value = JSON.parse(json);
        const before = jsonc.parse(text, dialect).value;
        for (const path of members) {
          const after = jsonc.set(text, path, value, dialect);
          expect(sameJson(jsonc.parse(after, dialect).value, withValueAt(before, path, value))).toBe(true);
          const old = jsonc.textAt(text, path, dialect) ?? '';
          const now = jsonc.textAt(after, path, dialect) ?? '';
          const at = commonPrefix(text, after);
          expect(text.length - old.length).toBe(after.length - now.length);
          expect(at >= text.length - old.length || text.slice(0, at) === after.slice(0, at)).toBe(true);
          // The way back: the entry's old text in the place of the new one.
          expect(jsonc.setText(after, path, old, dialect)).toBe(text);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('remove takes out exactly one member', () => {
    fc.assert(
      fc.property(jsonDocument(dialect), ({ text, members }) => {
        const before = jsonc.parse(text, dialect).value;
        for (const path of members) {
          const after = jsonc.parse(jsonc.remove(text, path, dialect), dialect);
          expect(after.problems).toEqual([]);
          expect(sameJson(after.value, withValueAt(before, path, undefined))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('properties, json', () => {
  test('strict documents stay strict', () => {
    fc.assert(
      fc.property(jsonDocument('json'), fc.string(), ({ text, maps, members }, name) => {
        for (const map of maps) {
          const taken = valueAt(JSON.parse(text), [...map, name]) !== undefined;
          if (!taken) expect(() => JSON.parse(jsonc.set(text, [...map, name], entry, 'json'))).not.toThrow();
        }
        for (const path of members) expect(() => JSON.parse(jsonc.remove(text, path, 'json'))).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });
});

function commonPrefix(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
