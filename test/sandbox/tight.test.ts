import { describe, expect, test } from 'vitest';
import { withSeatbeltRules } from '../../src/sandbox/seatbelt.ts';
import { assertPlain, assertTight } from '../../src/sandbox/tight.ts';

const linux = 'bwrap --unshare-net --unshare-pid --unshare-user --die-with-parent --proc /proc -- /x/apply-seccomp server';
const mac =
  'env A=1 /usr/bin/sandbox-exec -p \'(version 1)\n(deny default (with message "t"))\n\n; Network\n\n; File read\n(allow file-read*)\n(deny file-read*\n  (subpath "/Users"))\n\' /bin/sh -c server';
const refused = expect.objectContaining({ code: 'sandbox-unavailable' });

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (cause) {
    return cause;
  }
}

describe('a command of the library without one of its layers is not started', () => {
  test('as it is, it is', () => {
    expect(thrown(() => assertTight(linux, { platform: 'linux' }, '/x/apply-seccomp'))).toBeUndefined();
    expect(thrown(() => assertTight(mac, { platform: 'darwin' }, null))).toBeUndefined();
  });

  test.each(['--unshare-net', '--unshare-pid', '--unshare-user', '--die-with-parent', '--proc /proc', '/x/apply-seccomp'])(
    'Linux, %s',
    (part) => {
      expect(thrown(() => assertTight(linux.replace(part, ''), { platform: 'linux' }, '/x/apply-seccomp'))).toEqual(refused);
    },
  );

  test('Linux, no program that blocks unix sockets', () => {
    expect(thrown(() => assertTight(linux, { platform: 'linux' }, null))).toEqual(refused);
  });

  test.each(['/usr/bin/sandbox-exec -p ', '(deny default (with message "t"))', '; Network\n', '(deny file-read*\n'])(
    'macOS, %s',
    (part) => {
      expect(thrown(() => assertTight(mac.replace(part, ''), { platform: 'darwin' }, null))).toEqual(refused);
    },
  );

  test.each(['(allow network*)', '(allow file-write*)'])('macOS, with %s', (rule) => {
    expect(thrown(() => assertTight(mac.replace('; Network\n', `; Network\n${rule}\n`), { platform: 'darwin' }, null))).toEqual(refused);
  });

  test('macOS, a profile that does not say where the rules of pinfold go', () => {
    expect(thrown(() => withSeatbeltRules(mac, [3000], []))).toEqual(refused);
    expect(thrown(() => withSeatbeltRules(mac.replace('; Network', '; Net'), [], []))).toEqual(refused);
  });
});

test.each(['denyRead', 'allowRead', 'allowWrite', 'denyWrite'] as const)('a folder whose name is a pattern is not in %s', (list) => {
  const none = { denyRead: [], allowRead: [], allowWrite: [], denyWrite: [] };
  expect(thrown(() => assertPlain({ ...none, [list]: ['/home/a b"(c)'] }))).toBeUndefined();
  for (const path of ['/home/a*', '/home/a?b', '/home/[a]/pinfold'])
    expect(thrown(() => assertPlain({ ...none, [list]: ['/x', path] }))).toEqual(refused);
});
