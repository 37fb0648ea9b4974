import { describe, expect, test } from 'vitest';
import { pathIn, surroundingNames, surroundingsOf } from '../../src/model/surroundings.ts';

const facts = {
  cwd: '/work',
  home: '/home/me',
  temp: '/tmp',
  user: 'me',
  hostname: 'box',
  platform: 'linux',
  arch: 'x64',
  nodeVersion: '20.19.0',
};

describe('surroundingsOf', () => {
  test('names every fact, each argument by place and each variable by name', () => {
    const all = {
      ...facts,
      tree: '/data/tree',
      nodePath: '/usr/bin/node',
      args: ['stdio', '--root=/home/me/docs'],
      env: { API_URL: 'https://a' },
    };
    const found = surroundingsOf(all);
    expect(Object.keys(found)).toEqual([...surroundingNames, 'arg:0', 'arg:1', 'env:api:url']);
    expect(found).toMatchObject({
      cwd: '/work',
      tmp: '/tmp',
      node: '20.19.0',
      'arg:0': 'stdio',
      'arg:1': '/home/me/docs',
      'env:api:url': 'https://a',
    });
  });

  test('leaves out what is empty or not given, and keeps the places of the other arguments', () => {
    const found = surroundingsOf({ ...facts, args: ['', 'second'] });
    expect(Object.keys(found)).toEqual(['cwd', 'home', 'tmp', 'user', 'host', 'platform', 'arch', 'node', 'arg:1']);
  });
});

test.each([
  ['/a/b', '/a/b'],
  ['--root=/a/b', '/a/b'],
  ['-r=/a=b', '/a=b'],
  ['C:\\data', 'C:\\data'],
  ['relative/path', null],
  ['~/docs', null],
  ['https://host/path', null],
  ['--flag', null],
])('pathIn(%j) is %j', (argument, path) => {
  expect(pathIn(argument)).toBe(path);
});
