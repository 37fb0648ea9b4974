import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WindowsSandboxError } from '@anthropic-ai/sandbox-runtime';
import { describe, expect, test } from 'vitest';
import type { Child, Host } from '../../src/host/host.ts';
import type { PinnedSandbox } from '../../src/model/sandbox-profile.ts';
import { startContained } from '../../src/operations/contained-start.ts';
import { entering, overlayOf, windowsReason } from '../../src/sandbox/windows.ts';
import { type Call, onWindows, type WindowsMachine, windowsHost } from '../support/on-windows.ts';

const closed: PinnedSandbox = { hosts: [], read: [], write: [], mask: {} };
const source = join(import.meta.dirname, '..', '..', 'src');
const refused = (why: string | RegExp) => ({
  code: 'sandbox-unavailable',
  why: typeof why === 'string' ? expect.stringContaining(why) : expect.stringMatching(why),
});

/** A server that says, when it is loaded, what it sees; then answers lines with themselves. */
const server = `
require('node:fs').writeFileSync(__dirname + '/left', 'loaded');
const { spawnSync, fork } = require('node:child_process');
if (process.argv[2] === 'child') { process.send('child'); process.exit(0); }
const seen = { env: process.env, args: process.argv.slice(2), execArgv: process.execArgv };
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
fork(__filename, ['child']).once('message', (child) => {
  say({ ...seen, child });
  process.stdin.once('data', (chunk) => { say({ heard: String(chunk) }); process.exit(0); });
});
`;

interface Setting {
  readonly profile?: Partial<PinnedSandbox>;
  readonly is?: Partial<WindowsMachine>;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** A server that is to be started on Windows, with the parts that pinfold brings along. */
function windows({ profile, is, env, args }: Setting = {}) {
  const machine = windowsHost(is);
  const { host, program } = machine;
  const tree = join(host.places.data, 'trees', 'aa', 'tree');
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, 'index.js'), server);
  writeFileSync(join(host.places.data, 'agent.jar'), '');
  const left = join(tree, 'left');
  const files = {
    ...{ helper: program, tunnel: join(source, 'tunnel.cjs'), tell: join(source, 'tell.cjs'), enter: join(source, 'enter.cjs') },
    javaAgent: join(host.places.data, 'agent.jar'),
  };
  const start = {
    ...{ profile: { ...closed, ...profile }, runtime: process.execPath, tree, script: 'index.js', args: args ?? ['--mode', 'a "b" c\\'] },
    ...{ cwd: host.places.cwd, files, onDenial: () => undefined },
    env: { PATH: '/usr/bin:/bin', USERPROFILE: host.places.home, TEMP: '/user/temp', SAMPLE_TOKEN: 'ghp_real', ...env },
  };
  return { ...machine, start: () => startContained(start, host), tree, left };
}

/** What it says, line by line. */
function linesOf(child: Child): () => Promise<Record<string, unknown>> {
  let text = '';
  let count = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return async () => {
    await expect.poll(() => text.split('\n').length).toBeGreaterThan(count + 1);
    count += 1;
    return JSON.parse(text.split('\n')[count - 1] ?? '');
  };
}

/** Calls as they are on every machine and at every start. */
function lasting(calls: readonly Call[], host: Host): string {
  const line = ({ mark, args, input }: Call) =>
    [
      [mark, ...args].map((word) => `  ${JSON.stringify(word)}`).join('\n'),
      ...(input === undefined ? [] : [`  < ${JSON.stringify(input)}`]),
    ].join('\n');
  // Whether the firewall holds is asked once in the life of a process, and the first two things at once.
  const every = calls.filter(({ args }) => args[1] !== 'verify');
  const first = every.slice(0, 2).sort((a, b) => (a.args.join() < b.args.join() ? -1 : 1));
  return `${[...first, ...every.slice(2)].map((call, at) => `${at + 1}.\n${line(call)}`).join('\n')}\n`
    .replaceAll(host.places.home, '<home>')
    .replaceAll(process.execPath, '<node>')
    .replaceAll(source, '<launcher>')
    .replaceAll(`${process.env['PATH']}`, '<path>')
    .replaceAll(/("--holder-pid"\s+)"\d+"/g, '$1"<pid>"')
    .replaceAll(/[\w.]+:[0-9a-f]{32}@localhost/g, '<login>@localhost')
    .replaceAll(/(PROXY_PASSWORD=)[0-9a-f]{32}/g, '$1<password>')
    .replaceAll(/(localhost:|PROXY_PORT=)600\d\d/g, '$1<proxy>');
}

describe('the start of a pinned server on Windows', () => {
  test('is the calls of the library’s program that were written down when they were last looked at', async () => {
    const { host, start, calls } = windows({ profile: { hosts: ['api.github.com'], read: ['{{home}}/notes'], write: ['{{home}}/out'] } });
    mkdirSync(join(host.places.home, 'notes'));
    await onWindows(async () => {
      const child = await start();
      child.release();
      await linesOf(child)();
      child.stdin.write('end\n');
      expect(await child.exited).toMatchObject({ code: 0 });
      await expect.poll(() => calls().map(({ args }) => args.slice(0, 2).join(' '))).toContain('acl revoke');
    });
    await expect(lasting(calls(), host)).toMatchFileSnapshot('windows-calls.txt');
  });

  test('loads nothing of the server before it is let go, and hands it its variables without a command line', async () => {
    const { start, calls, left, host } = windows({ env: { HTTPS_PROXY: 'http://elsewhere:1', https_proxy: 'http://elsewhere:1' } });
    await onWindows(async () => {
      const child = await start();
      const next = linesOf(child);
      await expect.poll(() => calls().some(({ args }) => args[0] === 'exec')).toBe(true);
      expect(existsSync(left)).toBe(false);
      child.release();
      // In one piece with what comes first: not a byte of it is the runtime's.
      child.stdin.write('hello\n');
      const {
        env,
        args,
        execArgv,
        child: forked,
      } = (await next()) as { env: Record<string, string>; args: string[]; execArgv: string[]; child: string };
      expect(env).toMatchObject({ SAMPLE_TOKEN: 'ghp_real', PATH: '/usr/bin:/bin', USERPROFILE: host.places.home });
      // The account's own, and the sandbox's.
      expect(env).toMatchObject({ TEMP: 'C:\\Users\\srt-sandbox\\Temp', HTTPS_PROXY: expect.stringMatching(/@localhost:600\d\d$/) });
      expect(env['https_proxy']).toBe(env['HTTPS_PROXY']);
      expect([args, execArgv, forked]).toEqual([['--mode', 'a "b" c\\'], [], 'child']);
      expect(await next()).toEqual({ heard: 'hello\n' });
      expect(JSON.stringify(calls())).not.toContain('ghp_real');
    });
  });

  test.each([
    ['the guard dies', (child: Child) => child.stdin.end()],
    ['something else speaks first', (child: Child) => child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"initialize"}\n')],
    ['what comes first is longer than it may be', (child: Child) => child.stdin.write('ffffffff{}')],
    ['it is cut', (child: Child) => child.stdin.end('00000010{"A":')],
    ['it is no JSON', (child: Child) => child.stdin.write('00000003{]}')],
    ['it is nothing', (child: Child) => child.stdin.write('00000004null')],
  ])('loads nothing of the server when %s', async (_, speak) => {
    const { start, left } = windows();
    await onWindows(async () => {
      const child = await start();
      speak(child);
      expect(await child.exited).toMatchObject({ code: 1 });
    });
    expect(existsSync(left)).toBe(false);
  });

  test.each<[string, Setting, string | RegExp]>([
    ['nobody set it up', { is: { provisioned: false } }, 'not set up'],
    ['its account cannot be let in', { is: { grantExit: 1 } }, 'who may is not for you to say'],
    ['the home is opened', { profile: { write: ['{{home}}'] } }, /on Windows .* cannot be kept closed in /],
    ['the home is opened to be read', { profile: { read: ['{{home}}'] } }, /on Windows .* cannot be kept closed in /],
    ['something of another system is to be written', { profile: { write: ['/var/data'] } }, '/var/data is no path there'],
    ['the command line would be too long', { args: ['x'.repeat(31_000)] }, 'longer than Windows takes'],
  ])('starts nothing when %s', async (_, setting, why) => {
    const { start, calls, left } = windows(setting);
    await onWindows(() => expect(start()).rejects.toMatchObject(refused(why)));
    expect(calls().filter(({ args }) => args[0] === 'exec')).toEqual([]);
    expect(existsSync(left)).toBe(false);
  });

  test('takes back what it lent when it could not lend all', async () => {
    const { start, calls } = windows({ is: { grantExit: 1 } });
    await onWindows(() => expect(start()).rejects.toMatchObject(refused('')));
    expect(calls().map(({ args }) => args.slice(0, 2).join(' '))).toContain('acl revoke');
  });

  test('reads nothing of another system, and works without', async () => {
    const { start, calls } = windows({ profile: { read: ['/etc/hosts'] } });
    await onWindows(async () => {
      const child = await start();
      child.release();
      await linesOf(child)();
    });
    expect(JSON.stringify(calls())).not.toContain('/etc/hosts');
  });
});

describe('a command of the library for Windows that is not the one this was written for is not started', () => {
  const server = { helper: 'C:\\x\\srt-win-x64.exe', program: 'C:\\node.exe', args: ['--require', 'enter.cjs', 'a.js'] };
  const proxy = (port: number | string) => ['--env', `HTTPS_PROXY=http://srt:abc@localhost:${port}`];
  const command = (options: readonly string[], more: Partial<typeof server> = {}) => {
    const { helper, program, args } = { ...server, ...more };
    return [helper, '--srt-win', 'exec', '--quiet', ...options, '--', program, ...args];
  };
  const thrown = (argv: readonly string[]) => {
    try {
      return overlayOf(argv, server);
    } catch (cause) {
      return cause;
    }
  };

  test('as it is, its variables are named', () => {
    expect(thrown(command([...proxy(60_080), '--env', 'Path=C:\\a=b', '--env', 'EMPTY=']))).toEqual(['HTTPS_PROXY', 'PATH', 'EMPTY']);
  });

  test.each([
    ['another program', command(proxy(60_080), { helper: 'C:\\evil.exe' })],
    ['another server', command(proxy(60_080), { program: 'C:\\evil.exe' })],
    ['another argument', command(proxy(60_080), { args: ['--require', 'enter.cjs', 'b.js'] })],
    ['an argument more', command(proxy(60_080), { args: [...server.args, 'b.js'] })],
    ['without what holds it', command(proxy(60_080), { args: ['a.js'] })],
    ['another mode', command(proxy(60_080)).with(2, 'runner')],
    ['an option that opens something', command([...proxy(60_080), '--allow-all', 'yes'])],
    ['an option without a value', command([...proxy(60_080), '--env'])],
    ['a variable without a name', command([...proxy(60_080), '--env', '=a'])],
    ['no proxy', command([])],
    ['a proxy that the firewall rules do not know', command(proxy(60_090))],
    ['a proxy elsewhere', command(['--env', 'HTTPS_PROXY=http://srt:abc@10.0.0.1:60080'])],
    ['a proxy without a login', command(['--env', 'HTTPS_PROXY=http://localhost:60080'])],
    ['nothing', []],
  ])('%s', (_, argv) => expect(thrown(argv)).toMatchObject(refused('it would run with')));
});

describe('what is handed to a server on Windows first', () => {
  const read = (text: string) => [Number.parseInt(text.slice(0, 8), 16), Buffer.byteLength(text.slice(8)), JSON.parse(text.slice(8))];

  test('is how long it is in bytes, and its variables but those of the sandbox and of its account', () => {
    const env = { A: 'ü\n', Path: 'C:\\bin', tmp: 'C:\\Users\\me\\Temp', https_proxy: 'http://elsewhere' };
    const [length, bytes, variables] = read(entering(env, ['HTTPS_PROXY', 'PATH', 'PATHEXT']));
    expect(length).toBe(bytes);
    expect(variables).toEqual({ A: 'ü\n', Path: 'C:\\bin' });
  });

  test('is refused when it is longer than can be said', () => {
    expect(() => entering({ A: 'x'.repeat(0xff_ffff) }, [])).toThrow(expect.objectContaining(refused('too long')));
  });
});

test('no reason of the library names a command: what it recommends is another package', () => {
  const reasons = [
    new Error(
      'Sandbox dependencies not available: Sandbox user is not provisioned (user=false). Run\n  npx sandbox-runtime windows-install',
    ),
    new WindowsSandboxError('not_provisioned', 'Run `npx sandbox-runtime windows-install`'),
    new WindowsSandboxError('spawn_failed', 'srt-win user: spawn failed: EACCES\u001b[31m\nnpx something'),
    new Error('ensurePersistentWindowsCa: Run `npx sandbox-runtime windows-install` first.'),
    new WindowsSandboxError('trust_ca_failed', 'srt-win user trust-ca failed'),
    'nothing',
  ].map(windowsReason);
  expect(reasons.filter((why) => /npx|npm|\n|\u001b/.test(why))).toEqual([]);
  expect(reasons[2]).toContain('spawn failed: EACCES');
  expect(reasons[0]).toBe(reasons[1]);
});
