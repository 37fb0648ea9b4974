import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folded, readMember, skim } from '../../src/gate/skim.ts';
import { parseStrict } from '../../src/model/strict-json.ts';

describe('what the skimmer finds is what a parser finds', () => {
  test('for any object, printed in any way', () => {
    const name = fc.oneof(fc.constantFrom('result', 'params', 'id', '__proto__', 'a"b\\', '😀'), fc.string());
    const value = fc.jsonValue({ maxDepth: 4 });
    const object = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value)), { maxKeys: 6 });
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1, 2), (any, indent) => {
        const text = JSON.stringify(any, null, indent);
        const bytes = Buffer.from(text);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const skimmed = skim(bytes);
        const payloads = ['result', 'params', 'error'].filter((member) => isObject(parsed[member]) && Object.hasOwn(parsed, member));
        const collides = [any, ...payloads.map((member) => parsed[member] as object)].some(namesCollide);
        if (collides || payloads.length > 1) {
          expect(skimmed).toBeNull();
          return;
        }
        expect([...(skimmed?.top.keys() ?? [])]).toEqual(Object.keys(parsed));
        for (const [member, { start, end }] of skimmed?.top ?? []) {
          expect(JSON.parse(bytes.toString('utf8', start, end))).toEqual(parsed[member]);
        }
        expect([...(skimmed?.inner?.keys() ?? [])]).toEqual(payloads.length === 0 ? [] : Object.keys(parsed[payloads[0] ?? ''] as object));
      }),
      { numRuns: 500 },
    );
  });

  test('long strings with escapes around the end', () => {
    for (let backslashes = 0; backslashes < 8; backslashes += 1) {
      for (const padding of [0, 20, 23, 24, 25, 300]) {
        const text = JSON.stringify({ id: 1, result: { text: `${'x'.repeat(padding)}${'\\'.repeat(backslashes)}"`, more: 2 } });
        expect([...(skim(Buffer.from(text))?.inner?.keys() ?? [])]).toEqual(['text', 'more']);
      }
    }
  });
});

test('escapes on the border between two windows of a long string', () => {
  for (let length = 65_500; length < 65_560; length += 1) {
    for (const sequence of ['\\\\', '\\"', '\\n']) {
      const bytes = Buffer.from(`{"result":{"a":"\\n${'x'.repeat(length)}${sequence}${'y'.repeat(70_000)}${sequence}","b":1}}`);
      const inner = skim(bytes)?.inner;
      expect([...(inner?.keys() ?? [])]).toEqual(['a', 'b']);
      expect(inner?.get('b')?.end).toBe(bytes.length - 2);
    }
  }
});

describe('what could be read in two ways is not read at all', () => {
  test.each([
    ['a member twice', '{"id":1,"id":2}'],
    ['a member twice, escaped', '{"id":1,"\\u0069d":2}'],
    ['a member twice in the payload', '{"result":{"a":1,"a":2}}'],
    ['a member in two cases', '{"result":{"tools":[],"Tools":[]}}'],
    ['a Kelvin sign for a K', '{"result":{"key":1,"\u212aey":2}}'],
    ['two payloads', '{"result":{},"params":{}}'],
    ['an array', '[]'],
    ['a number', '1'],
    ['two objects', '{}{}'],
    ['brackets of two kinds', '{"a":[}]}'],
    ['an open bracket', '{"a":[1'],
    ['an open string', '{"a":"b'],
    ['an open string that ends escaped', `{"a":"${'b'.repeat(40)}\\"`],
    ['no value', '{"a":}'],
    ['no comma', '{"a":1 "b":2}'],
    ['a trailing comma', '{"a":1,}'],
    ['a name without quotes', '{a:1}'],
    ['a lone surrogate in a name', '{"\\ud800":1}'],
    ['nesting without end', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(skim(Buffer.from(text))).toBeNull();
  });
});

test('a member that is not trustworthy JSON is as if it were not there', () => {
  const bytes = Buffer.from('{"a":{"x":1,"x":2},"b":tru,"c":3}');
  const top = skim(bytes)?.top ?? null;
  expect([readMember(bytes, top, 'a'), readMember(bytes, top, 'b'), readMember(bytes, top, 'c'), readMember(bytes, top, 'd')]).toEqual([
    undefined,
    undefined,
    3,
    undefined,
  ]);
});

test('no byte stream breaks it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => skim(Buffer.from(bytes))).not.toThrow();
    }),
  );
});

function namesCollide(object: object): boolean {
  const names = Object.keys(object).map(folded);
  return new Set(names).size !== names.length;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('a member that is read the short way', () => {
  const read = (text: string) => {
    const bytes = Buffer.from(`{"a":${text}}`);
    return readMember(bytes, skim(bytes)?.top ?? null, 'a');
  };
  const strictly = (text: string) => {
    try {
      return parseStrict(text);
    } catch {
      return undefined;
    }
  };

  test('is what the strict parser reads, or is not read', () => {
    const unit = fc.constantFrom(...'"\\ab019-+.eEu\u0000\u007f\u0080é 😀');
    const inQuotes = fc.array(unit, { maxLength: 70 }).map((units) => `"${units.join('')}"`);
    const number = fc.array(fc.constantFrom(...'0123456789-.e'), { minLength: 1, maxLength: 18 }).map((units) => units.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          inQuotes,
          number,
          fc.string().map((text) => JSON.stringify(text)),
        ),
        (text) => {
          const bytes = Buffer.from(`{"a":${text}}`);
          const span = skim(bytes)?.top.get('a');
          // Where the skimmer sees another end of the value, or none, there is nothing to compare.
          fc.pre(span !== undefined && bytes.toString('utf8', span.start, span.end) === text);
          expect(read(text)).toStrictEqual(strictly(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['"2.0"', '2.0'],
    ['""', ''],
    ['0', 0],
    ['999999999999999', 999_999_999_999_999],
    ['01', undefined],
    ['-0', undefined],
    ['9007199254740993', undefined],
    [`"${'x'.repeat(62)}"`, 'x'.repeat(62)],
    [`"${'x'.repeat(63)}"`, 'x'.repeat(63)],
    ['"\\u0070ing"', 'ping'],
    ['"\u0001"', undefined],
    ['"é"', 'é'],
  ])('%j', (text, value) => {
    expect(read(text)).toBe(value);
  });
});
