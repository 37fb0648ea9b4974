import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/model/canonical.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { masked, pointersBetween } from '../../src/probe/pointers.ts';

describe('pointersBetween', () => {
  test.each<[JsonValue, JsonValue, readonly string[]]>([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
    [{ a: { b: 'x' }, c: 1 }, { a: { b: 'y' }, c: 1 }, ['/a/b']],
    [{ 'a/b': { '~': 1 } }, { 'a/b': { '~': 2 } }, ['/a~1b/~0']],
    [{ a: [1, 2] }, { a: [1, 3] }, ['/a/1']],
    [{ a: [1, 2] }, { a: [1] }, ['/a']],
    [{ a: { b: 1 } }, { a: { c: 1 } }, ['/a']],
    [{ a: 1 }, { a: 1, b: 2 }, ['']],
    [{ a: null }, {}, ['']],
    ['x', 'y', ['']],
    [{ a: 1 }, { a: '1' }, ['/a']],
    [{ a: {} }, { a: [] }, ['/a']],
  ])('%j and %j: %j', (left, right, pointers) => {
    expect(pointersBetween(left, right)).toEqual(pointers);
  });

  test('masking what differs makes any two values equal; masking nothing changes nothing', () => {
    const value = fc.jsonValue({ maxDepth: 4 }).map((found) => found as JsonValue);
    fc.assert(
      fc.property(value, value, (left, right) => {
        const pointers = pointersBetween(left, right);
        expect(canonical(masked(left, pointers))).toBe(canonical(masked(right, pointers)));
        expect(canonical(masked(left, []))).toBe(canonical(left));
        expect(pointers.length === 0).toBe(canonical(left) === canonical(right));
      }),
    );
  });
});
