import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { installLauncher, isLauncher, launcherCommand } from '../../src/store/launcher.ts';
import { temporaryHost } from '../support/home.ts';

const initialize = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })}\n`;

/** An installation of pinfold that is not this one: its launch path says who ran it. */
function withInstallation(host: Host, version = '1.0.0', nodePath = host.machine.nodePath): Host {
  const installation = join(host.places.home, `installed '${version}'`);
  mkdirSync(join(installation, 'dist'), { recursive: true });
  mkdirSync(join(installation, 'bin'), { recursive: true });
  for (const name of [
    'run-bundle.cjs',
    'run-policy.mjs',
    'run-lock.mjs',
    'run-remote.mjs',
    'run-oauth.mjs',
    'run-sandbox.mjs',
    'run-secrets.mjs',
    'run-look.mjs',
    'keyring.cjs',
    'hold.cjs',
    'tell.cjs',
    'enter.cjs',
    'tunnel.cjs',
    'srt-proxy-agent.jar',
    'apply-seccomp-x64',
    'apply-seccomp-arm64',
    'srt-win-x64.exe',
    'srt-win-arm64.exe',
  ]) {
    writeFileSync(
      join(installation, 'dist', name),
      `process.stdout.write(${JSON.stringify(`${name} ${version} `)} + process.argv.slice(2).join('|'));`,
    );
  }
  writeFileSync(
    join(installation, 'bin', 'pinfold.js'),
    `process.stdout.write(${JSON.stringify(`installed ${version} `)} + process.argv.slice(2).join('|'));`,
  );
  const machine = { ...host.machine, libc: null, installation, version, nodePath };
  return { ...host, machine };
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(command, args, { env, encoding: 'utf8', input: '' });
  return { stdout, stderr, status };
}

describe('the launcher', () => {
  test('runs this version without PATH, with every argument as it was given', async () => {
    const host = withInstallation(temporaryHost());
    const { command } = await installLauncher(host);
    expect(command).toBe(launcherCommand(host));
    expect(start(command, ['run', 'a b', "it's", '$HOME'])).toMatchObject({ stdout: "run-bundle.cjs 1.0.0 run|a b|it's|$HOME" });
    expect(start(command, ['list'])).toMatchObject({ stdout: 'installed 1.0.0 list' });
  });

  test('is the same after a second installation, and changes with another version', async () => {
    const base = temporaryHost();
    const one = withInstallation(base);
    const { command } = await installLauncher(one);
    const before = statSync(command).mtimeMs;
    await installLauncher(one);
    expect(statSync(command).mtimeMs).toBe(before);
    await installLauncher(withInstallation(base, '2.0.0'));
    expect(start(command, ['run']).stdout).toContain('2.0.0');
    expect(readdirSync(join(base.places.data, 'launcher'))).toHaveLength(2);
  });

  test('goes on when the installation is gone, and says how to get it back for everything else', async () => {
    const host = withInstallation(temporaryHost());
    const { command } = await installLauncher(host);
    await host.files.remove(host.machine.installation);
    expect(start(command, ['run', 'x']).stdout).toBe('run-bundle.cjs 1.0.0 run|x');
    expect(start(command, ['list'])).toMatchObject({ status: 127, stdout: '', stderr: expect.stringContaining('npm install -g pinfold') });
  });

  test.each<[string, string, unknown]>([
    ['a number', '{"jsonrpc":"2.0","id":7,"method":"initialize"}', 7],
    ['behind white space and last', '{"jsonrpc":"2.0","method":"initialize","params":{},"id": 8}', 8],
    ['a text', '{"jsonrpc":"2.0","id":"a-1","method":"x"}', 'a-1'],
    ['none', '{"jsonrpc":"2.0","method":"x"}', null],
    ['one that would be more than an id', `{"id":$(touch canary)\`touch canary\`,"method":"x"}`, null],
    ['a text with an escape', '{"id":"a\\u0022","method":"x"}', null],
  ])('without its launch path answers the first request with the way back; its id is %s', async (_, request, id) => {
    const host = withInstallation(temporaryHost());
    const { command } = await installLauncher(host);
    await host.files.remove(join(host.places.data, 'launcher'));
    const { home } = host.places;
    const said = spawnSync(command, ['run', 'x'], { env: { HOME: home }, cwd: home, input: `${request}\n`, encoding: 'utf8' });
    expect(said.status).toBe(127);
    expect(said.stderr).toContain('hint: npx pinfold release --all');
    expect(JSON.parse(said.stdout)).toEqual({
      jsonrpc: '2.0',
      id,
      error: { code: -32000, message: expect.stringContaining('npx pinfold release --all') },
    });
    expect(existsSync(join(home, 'canary'))).toBe(false);
  });

  test('without any Node says so in the protocol, too', async () => {
    const host = withInstallation(temporaryHost(), '1.0.0', '/nowhere/node');
    const { command } = await installLauncher(host);
    const script = readFileSync(command, 'utf8').replace(/^for node in .*$/m, 'for node in /nowhere/else; do');
    writeFileSync(command, script);
    const said = spawnSync(command, ['run', 'x'], { env: { HOME: '/nowhere' }, input: '{"id":1,"method":"x"}\n', encoding: 'utf8' });
    expect(JSON.parse(said.stdout)).toMatchObject({ id: 1, error: { message: expect.stringContaining('no working Node found') } });
    expect(said.stderr).toContain('install Node');
  });

  test('finds another Node when the recorded one is gone, and passes over one that is too old', async () => {
    const base = temporaryHost();
    const host = withInstallation(base, '1.0.0', '/nowhere/node');
    const { command } = await installLauncher(host);
    const folder = join(base.places.home, 'path');
    mkdirSync(folder);
    writeFileSync(join(folder, 'node'), '#!/bin/sh\n[ "$1" = -e ] && exit 1\necho old\n');
    chmodSync(join(folder, 'node'), 0o755);
    mkdirSync(join(base.places.home, '.volta', 'bin'), { recursive: true });
    writeFileSync(join(base.places.home, '.volta', 'bin', 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
    chmodSync(join(base.places.home, '.volta', 'bin', 'node'), 0o755);
    expect(start(command, ['run'], { PATH: folder, HOME: base.places.home }).stdout).toContain('run-bundle.cjs 1.0.0');
  });

  test('replaces a copy that somebody changed', async () => {
    const host = withInstallation(temporaryHost());
    const { command } = await installLauncher(host);
    const [copy = ''] = readdirSync(join(host.places.data, 'launcher'));
    writeFileSync(join(host.places.data, 'launcher', copy, 'run-bundle.cjs'), 'process.stdout.write("mine")');
    await installLauncher(host);
    expect(start(command, ['run']).stdout).toContain('run-bundle.cjs 1.0.0');
  });

  test('put in place by many at once is one good launcher', async () => {
    const host = withInstallation(temporaryHost());
    await Promise.all(Array.from({ length: 8 }, () => installLauncher(host)));
    expect(start(launcherCommand(host), ['run']).stdout).toContain('run-bundle.cjs 1.0.0');
    expect(readdirSync(join(host.places.data, 'launcher'))).toHaveLength(1);
  });

  test('of the real build refuses an unknown server as the protocol says', async () => {
    const host = temporaryHost();
    const { command } = await installLauncher(host);
    const said = spawnSync(command, ['run', 'unknown'], { env: { HOME: host.places.home }, input: initialize, encoding: 'utf8' });
    expect(said.status).toBe(127);
    expect(JSON.parse(said.stdout)).toMatchObject({ id: 1, error: { data: { pinfold: { code: 'pin-not-found', exitCode: 127 } } } });
    expect(existsSync(join(host.places.data, 'ledger.jsonl'))).toBe(true);
  });
});

test('a bare name or another path is no launcher', () => {
  const host = temporaryHost();
  expect(isLauncher(launcherCommand(host), host)).toBe(true);
  expect(isLauncher('pinfold', host)).toBe(false);
  expect(isLauncher('/usr/bin/pinfold', host)).toBe(false);
  const windows = { ...host, machine: { ...host.machine, platform: 'win32' } } as Host;
  expect(isLauncher(launcherCommand(windows).toUpperCase(), windows)).toBe(true);
});

test('on Windows a script of cmd.exe is written', async () => {
  const base = withInstallation(temporaryHost());
  const windows = { ...base, machine: { ...base.machine, platform: 'win32' } } as Host;
  const { command } = await installLauncher(windows);
  const script = readFileSync(command, 'utf8');
  expect(command).toMatch(/pinfold\.cmd$/);
  expect(script).toMatch(/^@echo off\r\n/);
  expect(script).toContain('run.cjs');
  expect(script).not.toMatch(/[^\r]\n/);
});
