import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { nodeHost } from '../../src/host/node.ts';
import { contain } from '../../src/sandbox/contain.ts';
import { sandboxState } from '../../src/sandbox/state.ts';
import { describeSandboxed, runContained } from '../support/contained.ts';
import { temporaryHost } from '../support/home.ts';

const attempt = `
const fs = require('node:fs'), path = require('node:path');
const attempt = (action) => { try { return action() ?? 'done'; } catch (error) { return error.code ?? error.message; } };
const print = (value) => console.log(JSON.stringify(value));
`;

describeSandboxed('contain', () => {
  beforeAll(async () => {
    const state = await sandboxState(nodeHost());
    // These tests are the proof of G1: a machine of the suite without a sandbox must not pass by skipping them.
    if (!state.available) throw new Error(`the sandbox does not work here: ${state.why}; ${state.hint}`);
  });

  test('hides a file in the home, the temporary folder, the machine’s own home and other users’ data', async () => {
    const host = temporaryHost();
    const canary = join(host.places.home, 'canary');
    writeFileSync(canary, 'secret');
    const script = `${attempt}
      print({ canary: attempt(() => fs.readFileSync(process.argv[1], 'utf8')),
        siblings: fs.readdirSync(path.dirname(process.argv[1])),
        etc: attempt(() => fs.readFileSync('/etc/shadow')), hostHome: fs.readdirSync(process.argv[2]).filter((name) => !process.cwd().startsWith(path.join(process.argv[2], name))),
        run: attempt(() => fs.readdirSync('/run').filter((name) => name !== 'mount').length), var: fs.readdirSync('/var').length, mnt: fs.readdirSync('/mnt').length,
        docker: fs.existsSync('/var/run/docker.sock') || fs.existsSync('/run/docker.sock'), sys: fs.readdirSync('/sys').length })`;
    const { value } = await runContained(script, { host, args: [canary, homedir()] });
    expect(value).toEqual({
      canary: 'ENOENT',
      siblings: ['scratch'],
      etc: 'ENOENT',
      hostHome: [],
      run: 0,
      var: 0,
      mnt: 0,
      docker: false,
      sys: 0,
    });
  });

  test('lets a named folder be read and not written, and nothing but the scratch folder be written on disk', async () => {
    const host = temporaryHost();
    const tree = join(host.places.home, 'tree');
    mkdirSync(tree);
    writeFileSync(join(tree, 'server.mjs'), 'code');
    const places = [
      '/usr/canary',
      '/etc/passwd',
      join(host.places.home, 'canary'),
      '/tmp/pinfold-canary',
      '/var/tmp/pinfold-canary',
      '/tmp/claude/canary',
    ];
    const script = `${attempt}
      const tree = process.argv[1];
      fs.writeFileSync('mine', 'x');
      for (const place of ${JSON.stringify(places)}) attempt(() => fs.appendFileSync(place, 'canary'));
      print({ read: fs.readFileSync(tree + '/server.mjs', 'utf8'), write: attempt(() => fs.writeFileSync(tree + '/canary', 'x')),
        change: attempt(() => fs.appendFileSync(tree + '/server.mjs', 'x')), mode: attempt(() => fs.chmodSync(tree + '/server.mjs', 0o777)),
        usr: attempt(() => fs.writeFileSync('/usr/canary', 'x')) })`;
    const { value, scratch } = await runContained(script, { host, readable: [tree], args: [tree] });
    expect(value).toEqual({ read: 'code', write: 'EROFS', change: 'EROFS', mode: 'EROFS', usr: 'EROFS' });
    expect(readdirSync(scratch)).toEqual(['mine']);
    expect(places.filter((place) => place !== '/etc/passwd' && existsSync(place))).toEqual([]);
    expect(readFileSync('/etc/passwd', 'utf8')).not.toContain('canary');
  });

  test('cannot reach a server on the loopback of the host, by address or name, nor anything further', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.end('reached');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const script = `${attempt}
      const dial = (host, port) => new Promise((done) => require('node:net').connect({ host, port })
        .on('connect', () => done('reached')).on('error', (error) => done(error.code ?? error.errors?.[0]?.code)));
      (async () => print(await Promise.all([dial('127.0.0.1', ${port}), dial('localhost', ${port}), dial('1.1.1.1', 443)])))()`;
    const { value } = await runContained(script);
    expect(value).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'ENETUNREACH']);
    expect(connections).toBe(0);
  });

  test('cannot open a unix socket, abstract or in a folder it can see', async () => {
    const host = temporaryHost();
    const path = join(host.places.home, 'scratch', 'agent.sock');
    mkdirSync(join(host.places.home, 'scratch'));
    let connections = 0;
    const servers = [path, `\0pinfold-${process.pid}`].map((address) => createServer(() => (connections += 1)).listen(address));
    onTestFinished(() => {
      for (const server of servers) server.close();
    });
    await Promise.all(servers.map((server) => server.listening || new Promise((resolve) => server.once('listening', resolve))));
    const script = `${attempt}
      const dial = (path) => new Promise((done) => require('node:net').connect({ path })
        .on('connect', () => done('reached')).on('error', (error) => done(error.code)));
      (async () => print(await Promise.all([dial(process.argv[1]), dial('\\0pinfold-${process.pid}')])))()`;
    const { value } = await runContained(script, { host, args: [path] });
    expect(value).toEqual(['EPERM', 'EPERM']);
    expect(connections).toBe(0);
  });

  test('sees no process and no environment of the host', async () => {
    const script = `${attempt}
      const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
      print({ commands: pids.map((pid) => attempt(() => fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8'))),
        environments: pids.map((pid) => attempt(() => fs.readFileSync('/proc/' + pid + '/environ', 'utf8'))).join(''),
        kill: attempt(() => process.kill(${process.pid}, 0)), env: Object.keys(process.env).sort() })`;
    const marker = `pinfold-secret-${process.pid}`;
    const host = temporaryHost({ env: { PINFOLD_TEST_SECRET: marker } });
    process.env['PINFOLD_TEST_SECRET'] = marker;
    onTestFinished(() => {
      delete process.env['PINFOLD_TEST_SECRET'];
    });
    const { value } = await runContained(script, { host });
    const seen = value as { commands: string[]; environments: string; kill: string; env: string[] };
    expect(seen.env).toEqual(['HOME', 'PATH']);
    expect(seen.kill).toBe('ESRCH');
    expect(seen.environments).not.toContain(marker);
    expect(seen.commands.length).toBeLessThan(10);
    expect(seen.commands.join(' ')).not.toContain('vitest');
  });

  test('cannot change kernel settings, mounts or users, also when pinfold runs as root', async () => {
    const script = `${attempt}
      const run = (command) => require('node:child_process').spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).status === 0;
      const pattern = '/proc/sys/kernel/core_pattern';
      const write = 'cat ' + pattern + ' > ' + pattern;
      print({ direct: attempt(() => fs.writeFileSync(pattern, fs.readFileSync(pattern))),
        mount: run('mount -t tmpfs none /mnt'), unmount: run('umount -l /root || umount -l /home || umount /proc/sys'),
        remount: run('mount -o remount,bind,rw /proc/sys && ' + write), nested: run('unshare -Urm sh -c "mount -o remount,bind,rw /proc/sys; umount /proc/sys; ' + write + '"'),
        capabilities: /CapEff:\\t0+\\n/.test(fs.readFileSync('/proc/self/status', 'utf8')) })`;
    const { value } = await runContained(script);
    expect(value).toEqual({
      direct: expect.stringMatching(/^(EROFS|EACCES)$/),
      mount: false,
      unmount: false,
      remount: false,
      nested: false,
      capabilities: true,
    });
  });

  test('takes a daemon (double fork, own session, closed pipes) down with the server', async () => {
    const marker = `pinfold-daemon-${process.pid}`;
    const script = `${attempt}
      const { spawn } = require('node:child_process');
      const second = "const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', '${marker}'], { detached: true, stdio: 'ignore' }); c.unref(); c.on('spawn', () => process.exit())";
      spawn(process.execPath, ['-e', second], { detached: true, stdio: 'ignore' }).on('exit', () => {
        const running = fs.readdirSync('/proc').filter((pid) => attempt(() => fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8')).endsWith('${marker}\\0'));
        print(running.length);
      })`;
    const { value } = await runContained(script);
    expect(value).toBe(1); // it did run
    expect(processesWith(marker)).toEqual([]);
  });

  test('kill ends the whole group when the server ignores everything else', async () => {
    const host = temporaryHost();
    const scratch = join(host.places.home, 'scratch');
    mkdirSync(scratch);
    const marker = `pinfold-stubborn-${process.pid}`;
    const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6);
      require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', '${marker}'], { detached: true, stdio: 'ignore' }).on('spawn', () => console.log('up'))`;
    const command = { program: realpathSync(process.execPath), args: ['-e', script], cwd: scratch, env: {} };
    const child = await contain({ readable: [], writable: scratch }, command, host);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(processesWith(marker)).toHaveLength(1);
    child.kill('SIGKILL');
    await child.exited;
    await expect.poll(() => processesWith(marker)).toEqual([]);
  });

  test('bounds one file and the memory of one process', async () => {
    const script = `${attempt}
      process.on('SIGXFSZ', () => {});
      const chunk = Buffer.alloc(32 * 1024 * 1024, 1);
      const fill = (file) => attempt(() => { for (let i = 0; i < 4; i++) fs.appendFileSync(file, chunk); });
      const memory = attempt(() => { const held = []; for (let i = 0; i < 30; i++) held.push(new Uint8Array(128 * 1024 * 1024)); return held.length; });
      print([fill('big'), fill('/tmp/big'), memory])`;
    const { value } = await runContained(script);
    expect(value).toEqual(['EFBIG', 'EFBIG', 'Array buffer allocation failed']);
  });
});

/** Command lines of the machine that end in the marker as one argument. */
function processesWith(marker: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((line) => line.endsWith(`${marker}\0`));
}
