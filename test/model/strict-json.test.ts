import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { parseStrict } from '../../src/model/strict-json.ts';

function whyNot(text: string, options?: { readonly maxDepth?: number }): string | undefined {
  try {
    parseStrict(text, options);
  } catch (cause) {
    if (cause instanceof GuardError && cause.code === 'json-invalid') return cause.why;
    throw cause;
  }
  return undefined;
}

describe('a JSON text that two parsers could read differently is rejected', () => {
  test.each([
    ['a member twice', '{"a":1,"a":2}', 'a member name twice'],
    ['a member twice, one of them escaped', '{"name":"x","n\\u0061me":"y"}', 'a member name twice'],
    ['a member twice, white space before the colon', '{"a" :1,"a"\n:2}', 'a member name twice'],
    ['a member twice, deep inside', '[{"x":[{"y":{"a":1,"b":{},"a":2}}]}]', 'a member name twice'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'a member name twice'],
    ['the empty name twice', '{"":1,"":2}', 'a member name twice'],
    ['an escaped lone high surrogate', '["\\ud800"]', 'a lone surrogate'],
    ['an escaped lone low surrogate', '["\\uDC00"]', 'a lone surrogate'],
    ['a high surrogate and an ordinary escape', '["\\ud800\\u0041"]', 'a lone surrogate'],
    ['a raw lone surrogate', `["${'\ud800'}"]`, 'a lone surrogate'],
    ['a lone surrogate in a member name', '{"\\ud800":1}', 'a lone surrogate'],
    ['an integer beyond 2^53', '[9007199254740993]', 'a number'],
    ['an integer whose double ends differently', '[9223372036854775807]', 'a number'],
    ['a number that overflows', '[1e400]', 'a number'],
    ['a number that underflows', '[1e-400]', 'a number'],
    ['minus zero', '[-0]', 'a number'],
    ['more digits than a double holds', '[0.1000000000000000055511151231257827]', 'a number'],
    ['a byte-order mark', '\ufeff{}', 'not JSON'],
    ['text after the value', '{} {}', 'not JSON'],
    ['a trailing comma', '[1,]', 'not JSON'],
    ['a leading zero', '[01]', 'not JSON'],
    ['a comment', '[1/**/]', 'not JSON'],
    ['a string that does not end', '["a', 'not JSON'],
    ['a string that ends in a backslash', '["a\\', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['NaN', '[NaN]', 'not JSON'],
    ['a raw control character', '["\u0001"]', 'not JSON'],
    ['a bad escape in a name', '{"\\x":1}', 'not JSON'],
  ])('%s', (_, text, why) => {
    expect(whyNot(text)).toContain(why);
  });

  test('one level more than allowed', () => {
    expect(whyNot('[[[]]]', { maxDepth: 3 })).toBeUndefined();
    expect(whyNot('[[[[]]]]', { maxDepth: 3 })).toContain('nested deeper than 3');
    expect(whyNot('['.repeat(1_000_000))).toContain('nested deeper');
    expect(whyNot('{"a":'.repeat(1_000_000))).toContain('nested deeper');
  });

  test('the message never quotes the text', () => {
    expect(whyNot('{"IGNORE PREVIOUS":1,"IGNORE PREVIOUS":2}')).not.toContain('IGNORE');
    expect(whyNot('IGNORE PREVIOUS')).not.toContain('IGNORE');
  });
});

describe('what is unambiguous is the same as JSON.parse reads', () => {
  test.each([
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '["\\ud83d\\ude00","😀","\\\\u0041","\\"{["]',
    '[1.0,1e2,0.1,1.50,1E+3,100000000000000000000,1.7976931348623157e308,5e-324,0,9007199254740991,-9007199254740991]',
    ' { "x" : [ ] } \n',
    '"{\\"a\\":1,\\"a\\":2}"',
    'null',
  ])('%s', (text) => {
    expect(parseStrict(text)).toEqual(JSON.parse(text));
  });

  test('__proto__ becomes an own member', () => {
    const value = parseStrict('{"__proto__":{"polluted":true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('whatever JSON.stringify prints', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), fc.constantFrom(0, 1, 2), (text, indent) => {
        const value = JSON.parse(text) as JsonValue;
        // fast-check prints -0 as "-0"; JSON.stringify does not.
        const printed = JSON.stringify(value, null, indent);
        fc.pre(printed.isWellFormed() && !/\\ud[89a-f]/i.test(printed));
        expect(parseStrict(printed)).toEqual(JSON.parse(printed));
      }),
      { numRuns: 300 },
    );
  });

  test('any text either gives what JSON.parse gives or is rejected', () => {
    const fragments = fc.array(
      fc.oneof(
        fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\\u', 'd800', '"a"', '"a":', '1', '-', '.', 'e5', 'null', ' '),
        fc.string(),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fragments, (parts) => {
        const text = parts.join('');
        const rejected = whyNot(text);
        if (rejected === undefined) expect(parseStrict(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });
});
