import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { sandboxState } from '../../src/sandbox/state.ts';
import { describeSandboxed } from '../support/contained.ts';
import { temporaryHome, temporaryHost } from '../support/home.ts';

/** A host whose PATH starts with a folder of stand-in programs, by name → shell text. */
function hostWith(programs: Readonly<Record<string, string>>, path = process.env['PATH'] ?? ''): Host {
  const { home, env } = temporaryHome();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return nodeHost({ env: { ...env, PATH: `${bin}:${path}` }, cwd: home });
}

describeSandboxed('sandboxState', () => {
  test('is available here, and leaves nothing behind', async () => {
    const host = temporaryHost();
    expect(await sandboxState(host)).toEqual({ available: true, kind: 'bubblewrap' });
    expect(readdirSync(host.places.temp)).toEqual([]);
  });

  test.each([
    ['apt-get', 'sudo apt-get install -y bubblewrap'],
    ['dnf', 'sudo dnf install -y bubblewrap'],
    ['apk', 'sudo apk add bubblewrap'],
    ['brew', 'brew install bubblewrap'],
  ])('without bubblewrap, a machine with %s hears `%s`', async (manager, hint) => {
    const state = await sandboxState(hostWith({ [manager]: 'exit 1' }, ''));
    expect(state).toEqual({ available: false, why: 'bubblewrap (bwrap) is not installed', hint });
  });

  test('a bubblewrap that may not make namespaces is not available, and the hint says what to allow', async () => {
    const state = await sandboxState(hostWith({ bwrap: 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1' }));
    expect(state).toEqual({
      available: false,
      why: 'bwrap: setting up uid map: Permission denied',
      hint: expect.stringMatching(/user namespaces|sysctl/),
    });
  });

  test('a bubblewrap that contains nothing is not available, however well it starts programs', async () => {
    const pretender =
      'while [ "$1" != -- ]; do shift; done; shift; while [ "$1" != -c ]; do shift; done; exec sh -c "$(printf %s "$2" | sed "s/.*apply-seccomp //")"';
    const state = await sandboxState({ ...hostWith({ bwrap: pretender }), machine: { ...temporaryHost().machine, uid: 1000 } });
    expect(state).toMatchObject({ available: false, why: expect.stringContaining('it does not hold') });
  });

  test('a bubblewrap that only makes the disk read-only is not available', async () => {
    const half =
      'while [ "$1" != -- ]; do shift; done; shift; while [ "$1" != -c ]; do shift; done; set -- "$(printf %s "$2" | sed "s/.*apply-seccomp //")"';
    const state = await sandboxState({
      ...hostWith({
        bwrap: `${half}; exec /usr/bin/env bwrap-real --ro-bind / / --dev /dev --proc /proc -- sh -c "$1"`,
        'bwrap-real': `exec "${realBwrap()}" "$@"`,
      }),
      machine: { ...temporaryHost().machine, uid: 1000 },
    });
    expect(state).toMatchObject({
      available: false,
      why: expect.stringMatching(/^it does not hold: .*a file outside can be read.*unix sockets can be opened/),
    });
  });

  test('Windows is told so', async () => {
    const host = temporaryHost();
    const state = await sandboxState({ ...host, machine: { ...host.machine, platform: 'win32' } });
    expect(state).toMatchObject({ available: false, why: expect.stringContaining('Windows') });
  });
});

function realBwrap(): string {
  return execFileSync('/bin/sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).trim();
}
