import { describe, expect, test } from 'vitest';
import { isWithin, pathStyle } from '../../src/model/path-style.ts';

describe('a path is read in its own style, whatever machine this is', () => {
  test.each([
    ['/home/a', '/'],
    ['C:\\Users\\a', '\\'],
    ['c:/Users/a', '\\'],
    ['\\\\server\\share', '\\'],
    ['//server/share', '/'],
    ['C:', '/'],
  ])('%s', (path, sep) => expect(pathStyle(path).sep).toBe(sep));

  test.each([
    ['/home/a', '/home/a', true],
    ['/home/a/b', '/home/a', true],
    ['/home/ab', '/home/a', false],
    ['/home', '/home/a', false],
    ['/home/a/..b', '/home/a', true],
    ['/home/a/../b', '/home/a', false],
    ['/home/A', '/home/a', false],
    ['C:\\Users\\A\\x', 'c:\\users\\a', true],
    ['C:\\Users\\a/x', 'C:\\Users\\a', true],
    ['C:\\Users\\ab', 'C:\\Users\\a', false],
    ['C:\\Users\\a\\..\\b', 'C:\\Users\\a', false],
    ['D:\\Users\\a\\x', 'C:\\Users\\a', false],
    ['\\\\server\\share\\x', 'C:\\Users\\a', false],
  ])('%s in %s: %s', (path, folder, expected) => expect(isWithin(path, folder)).toBe(expected));
});
