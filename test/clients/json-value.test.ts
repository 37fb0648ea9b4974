import { expect, test } from 'vitest';
import { sameJson, valueAt, withValueAt } from '../../src/clients/edit/json-value.ts';

test.each([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [{}, [], false],
  [[], {}, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [null, {}, false],
  ['1', 1, false],
  [{ constructor: 1 }, {}, false],
  [{ a: 1 }, { toString: 1 }, false],
])('%j and %j: the same is %s', (left, right, same) => {
  expect(sameJson(left as never, right as never)).toBe(same);
});

test('only own members are found', () => {
  expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
  for (const path of [['constructor'], ['__proto__'], ['a', 0, 'toString'], ['a', 1]]) expect(valueAt({ a: [{}] }, path)).toBeUndefined();
  expect(valueAt('text', ['length'])).toBeUndefined();
});

test('a copy changes in one place, and the original does not', () => {
  const value = { a: { b: 1 }, list: [1, 2, 3] };
  expect(withValueAt(value, ['a', 'c'], 2)).toEqual({ a: { b: 1, c: 2 }, list: [1, 2, 3] });
  expect(withValueAt(value, ['a', 'b'], undefined)).toEqual({ a: {}, list: [1, 2, 3] });
  expect(withValueAt(value, ['list', 1], undefined)).toEqual({ a: { b: 1 }, list: [1, 3] });
  expect(withValueAt(undefined, ['x', '__proto__'], 1)).toEqual(JSON.parse('{"x": {"__proto__": 1}}'));
  expect(value).toEqual({ a: { b: 1 }, list: [1, 2, 3] });
});
