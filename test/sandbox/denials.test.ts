import { describe, expect, test } from 'vitest';
import { denialOf } from '../../src/sandbox/denials.ts';

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
