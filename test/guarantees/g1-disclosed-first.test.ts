import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { probe } from '../../src/probe/probe.ts';
import { describeSandboxed } from '../support/contained.ts';
import { temporaryHost } from '../support/home.ts';
import { serversFolder } from '../support/probed.ts';

/** Every canary below a folder. */
function canariesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('pinfold-canary'));
}

describeSandboxed('G1: no code of a server reaches the machine before approval', () => {
  test('a server that leaves canaries at load, at every message and at its end leaves none anywhere', async () => {
    const host = temporaryHost();
    const { home, cwd, data, config } = host.places;
    const tree = join(data, 'trees', 'canary');
    cpSync(serversFolder, tree, { recursive: true });
    mkdirSync(config, { recursive: true });
    const folders = [
      home,
      cwd,
      tree,
      data,
      config,
      homedir(),
      process.cwd(),
      tmpdir(),
      '/tmp',
      '/var/tmp',
      '/dev/shm',
      '/etc',
      '/usr/local',
    ];
    // Paths that do not exist, so that the server gets them as they are and no stand-ins.
    const name = `pinfold-g1-${process.pid}`;
    const args = folders.map((folder) => join(folder, name));
    onTestFinished(() => {
      for (const path of args) rmSync(path, { recursive: true, force: true });
    });
    const request = {
      node: process.execPath,
      treePath: tree,
      entry: 'probe-canary.mjs',
      args: [],
      secretNames: [],
      sandboxed: true,
      bounds: { settleMs: 20 },
    };

    const plain = await probe(request, host);
    const withPaths = await probe({ ...request, args }, host);

    // It did run, and answered: without this the test would pass for a server that never started.
    expect([plain, withPaths].map((result) => result.probed.manifest.tools.map((tool) => tool['name']))).toEqual([['echo'], ['echo']]);
    expect(canariesIn(home)).toEqual([]);
    for (const folder of folders) {
      expect(existsSync(join(folder, 'pinfold-canary')), folder).toBe(false);
      expect(existsSync(join(folder, name)), folder).toBe(false);
    }
    expect(statSync(join(tree, 'probe-canary.mjs')).size).toBe(statSync(join(serversFolder, 'probe-canary.mjs')).size);
    expect(readFileSync(join(tree, 'probe-base.mjs'), 'utf8')).toBe(readFileSync(join(serversFolder, 'probe-base.mjs'), 'utf8'));
  });

  test('without a sandbox on the machine, a contained probe does not start the server at all', async () => {
    const host = temporaryHost({ env: { PATH: '/nonexistent' } });
    const request = {
      node: process.execPath,
      treePath: serversFolder,
      entry: 'probe-canary.mjs',
      args: [join(host.places.home, 'out')],
      secretNames: [],
    };
    await expect(probe({ ...request, sandboxed: true }, host)).rejects.toMatchObject({ code: 'sandbox-unavailable' });
    expect(existsSync(join(host.places.home, 'out'))).toBe(false);
  });

  test('the canary server does leave canaries where nothing contains it, so the tests above can fail', async () => {
    const host = temporaryHost();
    const out = join(host.places.home, 'out');
    const tree = join(host.places.home, 'tree');
    cpSync(serversFolder, tree, { recursive: true });
    const request = {
      node: process.execPath,
      treePath: tree,
      entry: 'probe-canary.mjs',
      args: [out],
      secretNames: [],
      bounds: { settleMs: 20 },
    };
    await probe({ ...request, sandboxed: false }, host);
    expect(readFileSync(join(out, 'pinfold-canary'), 'utf8')).toContain('module');
  });
});
