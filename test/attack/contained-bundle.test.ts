import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeHost } from '../../src/host/node.ts';
import { installLauncher } from '../../src/store/launcher.ts';
import { describeSandboxed } from '../support/contained.ts';
import { closed, contained } from '../support/contained-server.ts';
import { startGuarded } from '../support/guarded.ts';
import { temporaryHome } from '../support/home.ts';
import { approve, tool } from '../support/launch.ts';

/** A pin with a profile whose server leaves a file when it starts, and the copy that the launcher starts from. */
async function launched(sandbox = closed) {
  const { env, home } = temporaryHome();
  const host = nodeHost({ env, cwd: home });
  const { tree } = await approve({ name: 'sample', server: 'contained.mjs', manifest: { tools: [tool('do')] }, pin: { sandbox } }, host);
  await installLauncher(host);
  const copies = join(host.places.data, 'launcher');
  const [copy = ''] = readdirSync(copies).filter((name) => existsSync(join(copies, name, 'run.cjs')));
  return { host, tree, home, folder: join(copies, copy) };
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
    ['what leads Java out is gone', 'srt-proxy-agent.jar', null],
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

  // The sandbox is made while the launch is still being checked.
  test('is refused before anything of the server runs in the sandbox, and nothing of that is left', async () => {
    const target = await launched({ ...closed, hosts: ['api.example.com'], write: ['{{home}}/notes'] });
    const notes = join(target.home, 'notes');
    mkdirSync(notes);
    appendFileSync(join(target.tree, 'contained.mjs'), `\nawait import('node:fs').then((fs) => fs.writeFileSync('${notes}/ran', ''));\n`);
    const run = startGuarded(target.host, ['run', 'sample'], {}, join(target.folder, 'run.cjs'));
    run.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    const { result, error } = await run.answer(1);
    expect(result).toBeUndefined();
    expect(error?.message).toContain('not the ones that were approved');
    // As long as the start of a server takes, the guard that refused is still there.
    expect(await (await contained({})).inside('return 1;')).toBe(1);
    run.child.stdin.end();
    expect(await run.ended()).toBe(65);
    expect(readdirSync(notes)).toEqual([]);
    expect(readdirSync(target.host.places.temp)).toEqual([]);
  });

  test('that is killed leaves nothing running that the sandbox took', async () => {
    const server = await contained({ hosts: ['api.example.com'] });
    expect(await server.inside('return 1;')).toBe(1);
    const around = () => spawnSync('pgrep', ['-f', server.host.places.temp], { encoding: 'utf8' }).stdout.trim();
    expect(around()).not.toBe('');
    server.child.kill('SIGKILL');
    await server.ended();
    await expect.poll(around, { timeout: 10_000 }).toBe('');
  });
});
