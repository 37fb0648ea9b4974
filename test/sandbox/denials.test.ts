import { describe, expect, test } from 'vitest';
import { denialOf, readDenial } from '../../src/sandbox/denials.ts';

const home = '/home/u';

describe('what the sandbox refused', () => {
  test.each([
    ['deny network-outbound api.example.com:443 (host is not on the allow list)', 'api.example.com'],
    ['deny network-outbound API.example.com:8443 (host is not on the allow list)', 'api.example.com:8443'],
    ['deny network-outbound listed.dev:443 (resolved to a loopback address)', null],
    ['deny openat /home/u/notes/a.md', '/home/u/notes'],
    ['deny openat /home/u/.rc', '/home/u/.rc'],
    ['deny openat /opt/x/a*', null],
  ])('%s', (line, allow) => {
    expect(denialOf(line, { hosts: ['listed.dev'] }, home)).toMatchObject({ allow });
  });

  test.each(['deny openat /tmp/x', 'deny openat /dev/null', 'deny openat relative', 'something else', ''])(
    'nothing to tell: %j',
    (line) => {
      expect(denialOf(line, { hosts: [] }, home)).toBeNull();
    },
  );
});

test.each([
  ['/home/ann/notes/a.md', 'file', '/home/ann/notes'],
  ['/home/ann/notes', 'directory', '/home/ann/notes'],
  ['/home/ann/a.md', 'file', '/home/ann/a.md'],
  ['/home/ann/.ssh/id_ed25519', 'file', '/home/ann/.ssh/id_ed25519'],
  ['/srv/data/a.csv', 'file', '/srv/data/a.csv'],
] as const)('%s, a %s that it did not find: %s would be opened', (path, kind, allow) => {
  expect(readDenial(path, kind, '/home/ann')).toEqual({ kind: 'read', target: path, why: '', allow });
});

test.each(['/home/ann', '/', '/tmp/x', '/proc/1/environ', '/run/user/1000'])('%s is nothing that anybody needs to know', (path) => {
  expect(readDenial(path, 'directory', '/home/ann')).toBeNull();
});
