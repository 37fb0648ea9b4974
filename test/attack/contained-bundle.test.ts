import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeHost } from '../../src/host/node.ts';
import { installLauncher } from '../../src/store/launcher.ts';
import { describeSandboxed } from '../support/contained.ts';
import { closed } from '../support/contained-server.ts';
import { startGuarded } from '../support/guarded.ts';
import { temporaryHome } from '../support/home.ts';
import { approve, tool } from '../support/launch.ts';

/** A pin with a profile whose server leaves a file when it starts, and the copy that the launcher starts from. */
async function launched() {
  const { env, home } = temporaryHome();
  const host = nodeHost({ env, cwd: home });
  await approve({ name: 'sample', server: 'contained.mjs', manifest: { tools: [tool('do')] }, pin: { sandbox: closed } }, host);
  await installLauncher(host);
  const copies = join(host.places.data, 'launcher');
  const [copy = ''] = readdirSync(copies).filter((name) => existsSync(join(copies, name, 'run.cjs')));
  return { host, folder: join(copies, copy) };
}

async function firstAnswer({ host, folder }: Awaited<ReturnType<typeof launched>>) {
  const run = startGuarded(host, ['run', 'sample'], {}, join(folder, 'run.cjs'));
  run.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  const { result, error } = await run.answer(1);
  run.child.stdin.end();
  return { result, error, code: await run.ended() };
}

describeSandboxed('the launcher of a server that is only started in a sandbox', () => {
  test('starts it where its files are whole', async () => {
    expect((await firstAnswer(await launched())).result).toMatchObject({ serverInfo: { name: 'contained' } });
  });

  test.each([
    ['the bundle is gone', 'run-sandbox.mjs', null],
    ['the bundle is empty', 'run-sandbox.mjs', ''],
    ['the bundle is cut', 'run-sandbox.mjs', 2_000],
    ['what blocks unix sockets is gone', `apply-seccomp-${process.arch}`, null],
    ['what leads the server out is gone', 'tunnel.cjs', null],
    ['what tells of it is gone', 'tell.cjs', null],
  ])('starts nothing when %s', async (_, name, left) => {
    const target = await launched();
    const file = join(target.folder, name);
    if (left === null) rmSync(file);
    else writeFileSync(file, typeof left === 'string' ? left : readFileSync(file).subarray(0, left));
    const { result, error, code } = await firstAnswer(target);
    expect(result).toBeUndefined();
    expect(error?.message).toContain('pinfold');
    expect([69, 70]).toContain(code);
  });
});
