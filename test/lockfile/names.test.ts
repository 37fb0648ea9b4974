import { describe, expect, test } from 'vitest';
import { isPinName, pinName, proposeName } from '../../src/lockfile/names.ts';

describe('isPinName', () => {
  test.each(['files', 'a', 'A.b_c-d', '9', 'x'.repeat(64), 'com10', 'console'])('%s', (name) => {
    expect(isPinName(name)).toBe(true);
    expect(pinName(name)).toBe(name);
  });

  test.each([
    '',
    '.',
    '..',
    '-x',
    '.hidden',
    'a/b',
    'a\\b',
    'a b',
    'ä',
    'x'.repeat(65),
    '__proto__',
    'constructor',
    'toString',
    'con',
    'NUL',
    'aux.json',
    'com1',
    'name.',
    'a\n',
    'a:b',
  ])('not %j', (name) => {
    expect(isPinName(name)).toBe(false);
    expect(() => pinName(name)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('proposeName', () => {
  test.each([
    ['@modelcontextprotocol/server-filesystem', 'filesystem'],
    ['mcp-server-git', 'git'],
    ['@playwright/mcp', 'playwright'],
    ['weather-mcp', 'weather'],
    ['weather-mcp-server', 'weather'],
    ['@acme/Notes', 'notes'],
    ['mcp', 'server'],
    ['@scope/_odd', 'odd'],
    ['@mcp/server', 'server'],
    ['constructor', 'server'],
  ])('%s → %s', (name, proposed) => {
    expect(proposeName(name, new Set())).toBe(proposed);
  });

  test('counts up while a name is taken, also in another case', () => {
    expect(proposeName('git', new Set(['git']))).toBe('git-2');
    expect(proposeName('git', new Set(['Git', 'GIT-2']))).toBe('git-3');
  });

  test('a long name stays within the bound when it is counted', () => {
    const long = 'x'.repeat(64);
    expect(proposeName(long, new Set([long]))).toBe(`${'x'.repeat(62)}-2`);
  });
});
