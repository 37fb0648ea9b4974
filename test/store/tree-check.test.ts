import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { limits } from '../../src/model/limits.ts';
import { materialise } from '../../src/store/tree.ts';
import { checkTree, sealedFile } from '../../src/store/tree-check.ts';
import { parseIndex, parseStats, printIndex, type TreeEntry } from '../../src/store/tree-index.ts';
import { closureOf, samplePackage } from '../lockfile/sample.ts';
import { oddHost, sampleRequest, sampleTree } from './sample-tree.ts';

function later(host: Host, ms: number): Host {
  const now = host.now();
  return { ...host, now: () => now + ms };
}

describe('a sound tree', () => {
  test('is sound by its stats alone', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    expect(await checkTree(tree, 'stat', host)).toMatchObject({ state: 'sound', differences: [], via: 'stat' });
    expect(await checkTree(tree, 'full', host)).toEqual({ state: 'sound', differences: [], via: 'full', stale: false });
  });

  test('is sound after a restored backup, which has other inodes and times', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    const copy = join(host.places.data, 'backup');
    fs.cpSync(tree.path, copy, { recursive: true });
    await host.files.remove(tree.path);
    fs.chmodSync(copy, 0o755); // a folder that one may not write cannot be moved elsewhere
    fs.renameSync(copy, tree.path);
    fs.chmodSync(tree.path, 0o555);
    expect(await checkTree(tree, 'stat', host)).toMatchObject({ state: 'sound', via: 'full' });
  });

  test('is hashed again when the last time is a day ago, or nobody knows', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    await checkTree(tree, 'full', host);
    const stale = async (when: Host) => (await checkTree(tree, 'stat', when)).stale;
    expect(await stale(host)).toBe(false);
    expect(await stale(later(host, limits.treeFullCheckMs - 10_000))).toBe(false);
    expect(await stale(later(host, limits.treeFullCheckMs + 10_000))).toBe(true);
    expect(await stale(later(host, -60_000))).toBe(true);
    fs.writeFileSync(`${tree.index}.checked`, '{"at":9');
    expect(await stale(host)).toBe(true);
    fs.rmSync(`${tree.index}.checked`);
    expect(await stale(host)).toBe(true);
  });

  test('needs nothing to be writable', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    const refuse = async (): Promise<never> => {
      throw new Error('this home is read-only');
    };
    const readOnly: Host = {
      ...host,
      files: {
        ...host.files,
        writeAtomic: refuse,
        append: refuse,
        makeFolder: refuse,
        create: refuse,
        remove: refuse,
        chmod: refuse,
        rename: refuse,
        locked: refuse,
      },
    };
    expect((await checkTree(tree, 'stat', readOnly)).state).toBe('sound');
    expect((await checkTree(tree, 'full', readOnly)).state).toBe('sound');
  });

  test.skipIf(process.getuid?.() === 0)(
    'is started from a data folder that is really read-only, where nothing can be installed',
    async () => {
      const host = oddHost();
      const { tree } = await sampleTree(host);
      const trees = join(host.places.data, 'trees');
      fs.chmodSync(trees, 0o500);
      expect((await checkTree(tree, 'stat', host)).state).toBe('sound');
      expect((await checkTree(tree, 'full', host)).state).toBe('sound');
      const closure = closureOf([samplePackage('server', { version: '2.0.0' })]);
      await expect(materialise(sampleRequest({ closure }), host)).rejects.toMatchObject({ code: 'file-unwritable' });
    },
  );

  test('an unreadable part of it is a difference, not a crash', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    const { GuardError } = await import('../../src/model/errors.ts');
    const blind: Host = {
      ...host,
      files: {
        ...host.files,
        statsMatch: () => {
          throw new GuardError('file-unreadable', 'cannot read it', { why: 'permission denied' });
        },
        readMany: (folder, paths, max) => {
          const path = paths.find((one) => one.endsWith('.js'));
          if (path !== undefined) throw new GuardError('file-unreadable', `cannot read ${path}`, { why: 'permission denied' });
          return host.files.readMany(folder, paths, max);
        },
      },
    };
    const verdict = await checkTree(tree, 'stat', blind);
    expect(verdict.state).toBe('changed');
    expect(verdict.differences[0]).toContain('permission denied');
  });
});

test('an index is read back as it was, and a damaged one is not', () => {
  const entry: TreeEntry = { path: 'a\nb', mode: 0o444, size: 3, sha256: 'x', mtimeMs: 1.25, ctimeMs: 2, ino: 2 ** 53 };
  const other: TreeEntry = { ...entry, path: '.', sha256: null };
  const text = printIndex([entry, other]);
  expect(parseIndex(Buffer.from(text))).toEqual([other, entry]);
  expect(parseStats(Buffer.from(text))).toEqual({
    paths: ['.', 'a\nb'],
    stats: [0o040444, 3, 1.25, 2, 2 ** 53, 0o100444, 3, 1.25, 2, 2 ** 53],
  });
  for (const bad of ['', '{}', text.replace(',1.25', ''), text.replace('"paths"', '"path"')])
    expect(parseStats(Buffer.from(bad)), bad).toBeNull();
  const damaged = [
    text.slice(0, -5),
    text.replace('"x"', '1'),
    text.replace('[', '{'),
    text.replace('1.25', '"1.25"'),
    'null',
    '[]',
    text.replace(':1,', ':2,'),
    text.replace(',1.25', ''),
  ];
  for (const bad of damaged) expect(parseIndex(Buffer.from(bad)), bad).toBeNull();
});

test('one file of a tree is its approved bytes or nothing, whatever happened since the tree was checked', async () => {
  const host = oddHost();
  const { tree } = await sampleTree(host);
  const entry = parseIndex(fs.readFileSync(tree.index))?.find(({ sha256, size }) => sha256 !== null && size > 1);
  const path = entry?.path ?? '';
  const at = join(tree.path, path);
  expect(await sealedFile(tree, path, 1_000_000, host)).toEqual(fs.readFileSync(at));
  expect(await sealedFile(tree, path, 1, host)).toBeNull();
  expect(await sealedFile(tree, '../../lock.json', 1_000_000, host)).toBeNull();
  expect(await sealedFile({ ...tree, indexDigest: tree.contentDigest }, path, 1_000_000, host)).toBeNull();
  fs.chmodSync(at, 0o644);
  fs.writeFileSync(at, 'another file');
  expect(await sealedFile(tree, path, 1_000_000, host)).toBeNull();
});
