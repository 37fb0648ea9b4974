import { expect, test } from 'vitest';
import { canonical } from '../../src/model/canonical.ts';

test.each([
  [
    'members are sorted by UTF-16 code units (RFC 8785 §3.2.3)',
    { '\u20ac': 1, '\r': 2, '\ud83d\ude00': 3, '1': 4, '\ufb33': 5 },
    '{"\\r":2,"1":4,"\u20ac":1,"\ud83d\ude00":3,"\ufb33":5}',
  ],
  [
    'numbers print as ECMAScript prints them (RFC 8785 §3.2.2.3)',
    [JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0],
    '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
  ],
  ['text is kept exactly', 'A\u030a\u0000"\\', '"A\u030a\\u0000\\"\\\\"'],
])('%s', (_, value, expected) => {
  expect(canonical(value)).toBe(expected);
});

test('a lone surrogate has no canonical form', () => {
  expect(() => canonical({ a: '\ud800' })).toThrow(TypeError);
  expect(() => canonical({ '\udfff': 1 })).toThrow(TypeError);
});
