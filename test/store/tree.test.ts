import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/host/node.ts';
import type { PackageFile } from '../../src/model/artifact.ts';
import { limits } from '../../src/model/limits.ts';
import { fitsPlatform } from '../../src/store/platform.ts';
import { pruneTrees, verifyTrees } from '../../src/store/prune.ts';
import { planTicket } from '../../src/store/ticket.ts';
import { transact } from '../../src/store/transaction.ts';
import { materialise, treePath, treesFolder } from '../../src/store/tree.ts';
import { checkTree } from '../../src/store/tree-check.ts';
import { closureOf, samplePackage } from '../lockfile/sample.ts';
import { homeEnvironment, temporaryHome } from '../support/home.ts';
import { bundle } from './bundled.ts';
import { fileOf, oddHost, platform, sampleClosure, sampleFiles, sampleRequest, sampleTicket, sampleTree } from './sample-tree.ts';
import { wideRequest } from './wide-request.ts';

describe('materialise', () => {
  test('lays every package out, read-only, bytes kept, and says so as it goes', async () => {
    const host = oddHost();
    const steps: string[] = [];
    const made = await materialise(sampleRequest({ onProgress: (done, of) => steps.push(`${done}/${of}`) }), host);
    const at = (path: string) => join(made.tree.path, 'node_modules', path);
    expect(fs.readFileSync(at('server/dist/bin.js'), 'utf8')).toBe('#!/usr/bin/env node\r\n');
    expect(fs.readFileSync(at('server/node_modules/dependency/index.js'), 'utf8')).toBe('export default 1;\n');
    expect(fs.statSync(at('server/dist/bin.js')).mode & 0o7777).toBe(0o555);
    expect(fs.statSync(at('server/dist/index.js')).mode & 0o7777).toBe(0o444);
    expect(fs.statSync(at('server')).mode & 0o7777).toBe(0o555);
    expect(fs.statSync(made.tree.path).mode & 0o7777).toBe(0o555);
    expect(made).toMatchObject({ files: 7, reused: false });
    expect(steps).toEqual(['1/2', '2/2']);
    expect(fs.readdirSync(treesFolder(host)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('uses a sound tree again without asking for files', async () => {
    const host = oddHost();
    const first = await sampleTree(host);
    const second = await materialise(sampleRequest({ files: () => Promise.reject(new Error('asked')) }), host);
    expect(second).toEqual({ ...first, reused: true });
  });

  test('puts a damaged tree right', async () => {
    const host = oddHost();
    const first = await sampleTree(host);
    const script = join(first.tree.path, 'node_modules/server/dist/index.js');
    fs.chmodSync(script, 0o644);
    fs.writeFileSync(script, 'evil');
    const second = await sampleTree(host);
    expect(second.reused).toBe(false);
    expect(second.tree.contentDigest).toBe(first.tree.contentDigest);
    expect(fs.readFileSync(script, 'utf8')).toContain('hello');
    // The ticket of another scope still names the old index: the bytes decide.
    expect(await checkTree(first.tree, 'stat', host)).toMatchObject({ state: 'sound', via: 'full' });
  });

  test('a tree without an index was never finished: it is not used, it is made again', async () => {
    const host = oddHost();
    const path = treePath(sampleClosure.digest, platform, host);
    fs.mkdirSync(join(path, 'node_modules/server/dist'), { recursive: true });
    fs.writeFileSync(join(path, 'node_modules/server/dist/index.js'), 'half');
    expect((await verifyTrees(host)).map(({ verdict }) => verdict.state)).toEqual(['changed']);
    const made = await sampleTree(host);
    expect(made.reused).toBe(false);
    expect((await checkTree(made.tree, 'full', host)).state).toBe('sound');
  });

  test('the same content has the same digest on another machine', async () => {
    const [here, there] = [await sampleTree(oddHost()), await sampleTree(oddHost())];
    expect(here.tree.contentDigest).toBe(there.tree.contentDigest);
    expect(here.tree.indexDigest).not.toBe(there.tree.indexDigest);
  });

  test('a failing download leaves nothing behind', async () => {
    const host = oddHost();
    const files = async (one: { readonly name: string }) => {
      if (one.name === 'dependency') throw new Error('the network is gone');
      return [fileOf('a.js', 'a')];
    };
    await expect(materialise(sampleRequest({ files }), host)).rejects.toThrow('the network is gone');
    expect(fs.readdirSync(treesFolder(host))).toEqual([]);
  });

  test.each([
    ['..', '../evil.js'],
    ['.. in the middle', 'a/../../evil.js'],
    ['an absolute path', '/evil.js'],
    ['an empty step', 'a//evil.js'],
    ['a backslash', '..\\evil.js'],
    ['NUL', 'a\0b'],
    ['another package', 'node_modules/dependency/evil.js'],
    ['the folder of another package', 'node_modules/dependency'],
  ])('a file that goes to %s is refused', async (_, path) => {
    const host = oddHost();
    const files = async (): Promise<readonly PackageFile[]> => [fileOf(path, 'evil')];
    await expect(materialise(sampleRequest({ files }), host)).rejects.toMatchObject({
      code: 'archive-hostile',
    });
    expect(fs.readdirSync(treesFolder(host))).toEqual([]);
  });

  test('the same file twice is refused', async () => {
    const files = async () => [fileOf('a.js', 'a'), fileOf('a.js', 'b')];
    await expect(materialise(sampleRequest({ files }), oddHost())).rejects.toMatchObject({ code: 'file-unwritable' });
  });

  test('bundled packages come with their parent, packages of other platforms do not come', async () => {
    const host = oddHost();
    const closure = closureOf([
      samplePackage('server'),
      samplePackage('inner', { path: 'node_modules/server/node_modules/inner', integrity: null, bundledIn: 'node_modules/server' }),
      samplePackage('native-mac', { optional: true, os: ['darwin'] }),
      samplePackage('below', { path: 'node_modules/native-mac/node_modules/below' }),
      samplePackage('native-linux', { optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] }),
    ]);
    const asked: string[] = [];
    const files = async (one: { readonly name: string }) => {
      asked.push(one.name);
      return one.name === 'server' ? [fileOf('node_modules/inner/index.js', 'inner')] : [fileOf('index.js', one.name)];
    };
    const { tree } = await materialise({ closure, platform, files }, host);
    expect(asked.sort()).toEqual(['native-linux', 'server']);
    expect(fs.readdirSync(join(tree.path, 'node_modules')).sort()).toEqual(['native-linux', 'server']);
  });

  test('a package that is needed and does not run here is an error', async () => {
    const closure = closureOf([samplePackage('server', { os: ['win32'] })]);
    await expect(materialise(sampleRequest({ closure }), oddHost())).rejects.toMatchObject({
      code: 'platform-unsupported',
      why: expect.stringContaining('win32'),
    });
  });

  test('what changes between writing and sealing is noticed', async () => {
    const host = oddHost();
    const evil = {
      ...host,
      files: {
        ...host.files,
        chmod: async (path: string, mode: number) => {
          if (path === treePath(sampleClosure.digest, platform, host))
            await host.files.create(join(path, 'added.js'), Buffer.from('x'), 0o444);
          await host.files.chmod(path, mode);
        },
      },
    };
    await expect(sampleTree(evil)).rejects.toMatchObject({ code: 'tree-changed' });
    expect(fs.existsSync(treePath(sampleClosure.digest, platform, host))).toBe(false);
  });
});

describe.each([
  [['linux'], [], [], true],
  [['!win32'], [], [], true],
  [['!linux'], [], [], false],
  [['darwin', 'win32'], [], [], false],
  [['any'], ['any'], [], true],
  [['!win32', 'linux'], [], [], true],
  [['!win32', 'darwin'], [], [], false],
  [[], ['x64', 'arm64'], [], true],
  [[], ['arm64'], [], false],
  [[], [], ['glibc'], true],
  [[], [], ['musl'], false],
  [[], [], ['!musl'], true],
] as const)('os %j, cpu %j, libc %j', (os, cpu, libc, fits) => {
  test(`fits: ${fits}`, () => {
    expect(fitsPlatform({ os, cpu, libc }, platform)).toBe(fits);
  });
});

test('a libc condition does not fit where no libc is known', () => {
  expect(fitsPlatform({ os: [], cpu: [], libc: ['glibc'] }, { os: 'darwin', cpu: 'arm64', libc: null })).toBe(false);
});

describe('several processes', () => {
  const child = bundle(join(import.meta.dirname, 'children', 'materialise.ts'));
  afterAll(child.remove);

  function start(home: string) {
    const process = spawn(globalThis.process.execPath, [child.program], {
      env: homeEnvironment(home),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    process.stdout.on('data', (text: Buffer) => {
      output += text.toString('utf8');
    });
    const ended = new Promise<string>((resolve) => process.once('close', () => resolve(output)));
    return { process, ended };
  }

  test('at once end with one good tree', async () => {
    const { home } = temporaryHome();
    const host = nodeHost({ env: homeEnvironment(home), cwd: home });
    const outputs = await Promise.all(Array.from({ length: 4 }, () => start(home).ended));
    const made = outputs.map((text) => JSON.parse(text) as Awaited<ReturnType<typeof materialise>>);
    expect(made.filter(({ reused }) => !reused)).toHaveLength(1);
    expect(new Set(made.map(({ tree }) => tree.indexDigest)).size).toBe(1);
    expect((await checkTree((made[0] as (typeof made)[0]).tree, 'full', host)).state).toBe('sound');
    expect(fs.readdirSync(treesFolder(host)).filter((name) => name.startsWith('.') || name.endsWith('.lock'))).toEqual([]);
  });

  test('killed at any point leave nothing that a later one trusts', async () => {
    const { home } = temporaryHome();
    const host = nodeHost({ env: homeEnvironment(home), cwd: home });
    const path = treePath(wideRequest().closure.digest, platform, host);
    let killed = 0;
    for (let round = 0; round < 6; round += 1) {
      const { process, ended } = start(home);
      // By what is on disk, not by time: after the first, tenth, … package.
      await new Promise<void>((resolve) => {
        const watcher = setInterval(() => {
          const staging = fs.existsSync(treesFolder(host))
            ? fs
                .readdirSync(treesFolder(host))
                .filter((name) => name.startsWith('.staging-'))
                .at(round)
            : undefined;
          const modules = staging === undefined ? '' : join(treesFolder(host), staging, 'node_modules');
          const count = fs.existsSync(modules) ? fs.readdirSync(modules).length : 0;
          if (count > round * 7 || fs.existsSync(path) || process.exitCode !== null) {
            clearInterval(watcher);
            resolve();
          }
        }, 1);
      });
      if (process.kill('SIGKILL')) killed += 1;
      await ended;
      if (fs.existsSync(path)) break;
    }
    expect(killed).toBeGreaterThan(0);
    const lock = `${path}.lock`; // of one that was killed while it sealed; it counts as left over after ten seconds
    if (fs.existsSync(lock)) fs.utimesSync(lock, 0, 0);
    const made = await materialise(wideRequest(), host);
    expect((await checkTree(made.tree, 'full', host)).state).toBe('sound');
    expect(made.files).toBe(800);
    // What they left is removed once it cannot belong to anybody any more.
    const later = { ...host, now: () => host.now() + limits.stagingMaxAgeMs + 60_000 };
    await pruneTrees(new Set([wideRequest().closure.digest]), later);
    expect(fs.readdirSync(treesFolder(host)).filter((name) => name.startsWith('.staging-'))).toEqual([]);
    expect(fs.existsSync(path)).toBe(true);
  });
});

describe('prune and verify', () => {
  test('keeps what a lock or a ticket names and what is young, removes the rest and says how much', async () => {
    const host = oddHost();
    const closures = ['kept', 'ticketed', 'old'].map((name) => closureOf([samplePackage('server', { version: name })]));
    const trees = [];
    for (const closure of closures) trees.push(await materialise(sampleRequest({ closure, files: sampleFiles }), host));
    const [kept, ticketed, old] = trees as [(typeof trees)[0], (typeof trees)[0], (typeof trees)[0]];
    const place = { name: 'files', scope: 'user', project: null } as const;
    await transact([await planTicket(sampleTicket(ticketed.tree), place, host)], host);
    const keep = new Set([(closures[0] as (typeof closures)[0]).digest]);
    expect((await pruneTrees(keep, host)).removed).toEqual([]);
    const later = { ...host, now: () => host.now() + limits.stagingMaxAgeMs + 60_000 };
    const pruned = await pruneTrees(keep, later);
    expect(pruned.removed).toHaveLength(3); // the tree, its index, the time of its last check
    expect(pruned.bytes).toBeGreaterThanOrEqual(old.bytes);
    expect([kept, ticketed, old].map(({ tree }) => fs.existsSync(tree.path))).toEqual([true, true, false]);
    expect((await verifyTrees(host)).map(({ verdict }) => verdict.state)).toEqual(['sound', 'sound']);
  });

  test('verify names what is changed and what a ticket misses', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    const place = { name: 'files', scope: 'user', project: null } as const;
    await transact([await planTicket(sampleTicket(tree), place, host)], host);
    fs.chmodSync(join(tree.path, 'node_modules'), 0o755);
    expect((await verifyTrees(host))[0]?.verdict.state).toBe('changed');
    await host.files.remove(tree.path);
    expect((await verifyTrees(host))[0]?.verdict.state).toBe('missing');
  });
});
