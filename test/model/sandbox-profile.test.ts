import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isSandboxHost,
  isSandboxPath,
  outermostPaths,
  profilePath,
  sandboxContradiction,
  sortedSandbox,
} from '../../src/model/sandbox-profile.ts';

const closed = { hosts: [], read: [], write: [], mask: {} };

describe('hosts of a profile', () => {
  test.each(['api.example.com', '*.example.com', 'localhost:8080', '127.0.0.1', '[::1]:443', 'a_b.example'])('%s', (text) => {
    expect(isSandboxHost(text)).toBe(true);
  });

  test.each([
    '*',
    '*.com',
    'a.*.com',
    'API.com',
    'a b',
    'a.com:0',
    'a.com:65536',
    'https://a.com',
    'a.com/x',
    '',
    'a..b',
    '-a.com',
    'a.com\n',
    'é.com',
  ])('not %j', (text) => {
    expect(isSandboxHost(text)).toBe(false);
  });
});

describe('paths of a profile', () => {
  test.each(['/srv/data', '{{home}}', '{{home}}/notes', '/a/.b'])('%s', (text) => {
    expect(isSandboxPath(text)).toBe(true);
  });

  test.each([
    '/',
    '',
    'a',
    '/a/../b',
    '/a/',
    '/a//b',
    '/a*',
    '/a[b]',
    '{{cwd}}/a',
    '{{home}}x',
    '/a/{{home}}',
    '~/a',
    '/a\0',
    '/a\n',
    '{{home}}/../other',
  ])('not %j', (text) => {
    expect(isSandboxPath(text)).toBe(false);
  });
});

test('a value is bound to listed hosts, with their port, one by one', () => {
  const bound = (hosts: string[], to: string[]) => sandboxContradiction({ ...closed, hosts, mask: { KEY: to } });
  expect(bound(['a.com:443'], ['a.com:443'])).toBeNull();
  expect(bound(['b.com'], ['a.com:443'])).toContain('is not one of its hosts');
  expect(bound(['*.a.com:443'], ['*.a.com:443'])).toContain('not to all below');
  expect(bound(['a.com', 'a.com:443'], ['a.com:443'])).toContain('without a port');
});

test('what lies below a folder that may be written is not looked at by itself', () => {
  const given = { ...closed, read: ['/n/sub', '/o', '/n'], write: ['/n', '/n/deep', '/nn'] };
  expect(outermostPaths(given)).toEqual({ read: ['/o'], write: ['/n', '/nn'] });
});

describe('a path of this machine as a profile names it', () => {
  const windows = 'C:\\Users\\Ada';
  test.each([
    ['/home/ada/notes', '/home/ada', '{{home}}/notes'],
    ['/home/ada', '/home/ada', '{{home}}'],
    ['/home/adam/notes', '/home/ada', '/home/adam/notes'],
    ['/', '/home/ada', null],
    ['/home/ada/a*', '/home/ada', null],
    ['/home/ada/{{home}}', '/home/ada', null],
    [`${windows}\\Documents\\notes`, windows, '{{home}}/Documents/notes'],
    ['c:\\users\\ada\\notes', windows, '{{home}}/notes'],
    [windows, windows, '{{home}}'],
    ['D:\\notes', windows, null],
    ['C:\\', windows, null],
    ['\\\\server\\share\\notes', windows, null],
  ])('%s with the home %s: %s', (path, home, expected) => expect(profilePath(path, home)).toBe(expected));
});

test('sorting changes the order and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (hosts) => {
      const sorted = sortedSandbox({ ...closed, hosts }).hosts;
      expect(new Set(sorted)).toEqual(new Set(hosts));
      expect(sorted).toEqual([...new Set(hosts)].sort());
    }),
  );
});
