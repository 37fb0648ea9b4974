import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost, placesFor } from '../../src/host/node.ts';
import type { PinnedSandbox } from '../../src/model/sandbox-profile.ts';
import { installLauncher } from '../../src/store/launcher.ts';
import { certificate } from '../support/certificate.ts';
import { closed, insideOf, service } from '../support/contained-server.ts';
import { startGuarded } from '../support/guarded.ts';
import { temporaryHome } from '../support/home.ts';
import { approve, tool } from '../support/launch.ts';
import { playedProgram, type WindowsMachine } from '../support/on-windows.ts';

const secret = 'ghp_real_0123456789abcdef0123456789abcdef';

/**
 * The whole launch of a contained server, as the launcher does it on Windows: only how paths are spelled is of this machine, and
 * the library's program is played, so nothing is contained here. What reaches the server, and when, is real.
 */
async function launched(
  profile: Partial<PinnedSandbox>,
  {
    is,
    env = {},
    secrets,
  }: { is?: Partial<WindowsMachine>; env?: Record<string, string>; secrets?: Readonly<Record<string, string>> } = {},
) {
  const home = temporaryHome();
  // The library spells this folder as Windows does, whatever the platform: below the working folder, here.
  const programData = join(home.home, 'ProgramData');
  mkdirSync(join(home.home, win32.join(programData, 'sandbox-runtime')), { recursive: true });
  const given = { ...home.env, ProgramData: programData, TEMP: join(home.home, 'tmp') };
  const plain = nodeHost({ env: given, cwd: home.home });
  const host = { ...plain, machine: { ...plain.machine, platform: 'win32' as const }, places: placesFor('win32', given, home.home) };
  const pin = { sandbox: { ...closed, ...profile } };
  const { tree } = await approve(
    { name: 'sample', server: 'contained.mjs', manifest: { tools: [tool('do')] }, pin, ...(secrets === undefined ? {} : { secrets }) },
    host,
  );
  await installLauncher(host);
  const copies = join(host.places.data, 'launcher');
  const [copy = ''] = readdirSync(copies).filter((name) => existsSync(join(copies, name, 'run.cjs')));
  const folder = join(copies, copy);
  const { calls } = playedProgram(folder, host.machine, is);
  const script = join(home.home, 'on-windows.cjs');
  writeFileSync(
    script,
    `Object.defineProperty(process, 'platform', { value: 'win32' });\nrequire(${JSON.stringify(join(folder, 'run.cjs'))});\n`,
  );
  const run = startGuarded(host, ['run', 'sample'], env, script);
  return { ...run, inside: insideOf(run), calls, folder, tree, executed: () => calls().filter(({ args }) => args[0] === 'exec') };
}

async function refusal(target: Awaited<ReturnType<typeof launched>>) {
  target.send({ jsonrpc: '2.0', id: 'first', method: 'initialize', params: {} });
  const { error } = await target.answer('first');
  return { message: error?.message, code: await target.ended(), executed: target.executed().length };
}

describe('a server that is only started in a sandbox, on Windows', () => {
  test('gets its variables, what is kept for it too, and none of them stands in a command line', async () => {
    const server = await launched({}, { env: { SAMPLE_TOKEN: secret }, secrets: { KEPT: 'kept-value' } });
    const env = await server.inside('return process.env;');
    expect(env).toMatchObject({ SAMPLE_TOKEN: secret, KEPT: 'kept-value', TEMP: 'C:\\Users\\srt-sandbox\\Temp' });
    const words = JSON.stringify(server.calls());
    expect([words.includes(secret), words.includes('kept-value')]).toEqual([false, false]);
    expect(server.calls().findIndex(({ args }) => args[1] === 'verify')).toBeLessThan(
      server.calls().findIndex(({ args }) => args[0] === 'exec'),
    );
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
  });

  test.each<[string, Partial<WindowsMachine>, string]>([
    ['its account could reach the network', { egress: 'connected' }, 'the firewall rules are gone'],
    ['its account is not there', { provisioned: false }, 'not set up on this machine'],
    ['its account cannot be let in', { grantExit: 1 }, 'who may is not for you to say'],
  ])('is not started when %s', async (_, is, why) => {
    expect(await refusal(await launched({}, { is }))).toEqual({ message: expect.stringContaining(why), code: 69, executed: 0 });
  });

  test('is not loaded when the launch is refused while its runtime waits', async () => {
    const target = await launched({});
    target.child.stdin.end();
    await target.ended();
    const left = join(target.host.places.home, 'left');
    const file = join(target.tree, 'contained.mjs');
    await target.host.files.chmod(file, 0o644);
    writeFileSync(
      file,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(left)}, '');\n${readFileSync(file, 'utf8')}`,
    );
    const again = startGuarded(target.host, ['run', 'sample'], {}, join(target.host.places.home, 'on-windows.cjs'));
    again.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    expect((await again.answer(1)).error?.message).toContain('pinfold');
    expect([await again.ended(), existsSync(left)]).toEqual([65, false]);
  });

  test('holds a stand-in of a masked key; the value is in no call, and the host that it is bound to gets it', async () => {
    const tls = certificate(temporaryHome().home);
    const [bound, thief] = [await service(tls), await service(tls)];
    const hosts = [`localhost:${bound.port}`, `127.0.0.1:${bound.port}`, `127.0.0.1:${thief.port}`];
    const server = await launched(
      { hosts, mask: { GITHUB_TOKEN: [`localhost:${bound.port}`] } },
      // The same variable, to Windows.
      { env: { GITHUB_TOKEN: secret, Github_Token: `${secret}2`, NODE_EXTRA_CA_CERTS: tls.path } },
    );
    const ask = (url: string) =>
      server.inside(
        `const answer = await fetch('${url}', { headers: { authorization: 'Bearer ' + process.env.GITHUB_TOKEN } }); return answer.text();`,
      );
    expect(await ask(`https://localhost:${bound.port}/`)).toBe('reached');
    expect(await ask(`https://127.0.0.1:${thief.port}/`)).toBe('reached');
    const standIn = String(await server.inside('return process.env.GITHUB_TOKEN;'));
    expect(standIn).not.toContain(secret);
    expect(JSON.stringify(await server.inside('return process.env;'))).not.toContain(secret);
    expect([bound.asked, thief.asked]).toEqual([[`Bearer ${secret}`], [`Bearer ${standIn}`]]);
    expect(JSON.stringify(server.calls())).not.toContain(secret);
    expect(readFileSync(join(server.folder, 'broker.txt'), 'utf8')).not.toContain(secret);
  });
});
