import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { limits } from '../../src/model/limits.ts';
import { checkTree } from '../../src/store/tree-check.ts';
import { oddHost, sampleTree } from '../store/sample-tree.ts';

const script = 'node_modules/server/dist/index.js';
const folder = 'node_modules/server/dist';

/** Does something inside the read-only tree, as anybody with the user's rights can, and covers the tracks: modes and mtimes are put back. */
function tamper(root: string, path: string, act: (full: string) => void): void {
  const full = join(root, path);
  const touched = [full, dirname(full)].filter((one) => fs.existsSync(one));
  const before = touched.map((one) => ({ one, stat: fs.statSync(one) }));
  for (const { one, stat } of before) fs.chmodSync(one, stat.mode | 0o200);
  act(full);
  for (const { one, stat } of before) {
    if (!fs.existsSync(one) || fs.lstatSync(one).isSymbolicLink()) continue;
    fs.chmodSync(one, stat.mode);
    fs.utimesSync(one, stat.atimeMs / 1000, stat.mtimeMs / 1000);
  }
}

type Attack = (root: string, host: Host) => void;

const attacks: readonly (readonly [string, string, Attack])[] = [
  [
    'one byte flipped, same size, mtime restored',
    'other bytes',
    (root) => tamper(root, script, (at) => fs.writeFileSync(at, 'console.log("hellp");\n')),
  ],
  ['a byte added', 'other bytes', (root) => tamper(root, script, (at) => fs.appendFileSync(at, ' '))],
  ['a file emptied', 'other bytes', (root) => tamper(root, script, (at) => fs.truncateSync(at, 0))],
  ['a file removed', 'is gone', (root) => tamper(root, script, (at) => fs.unlinkSync(at))],
  ['a file added', 'was added', (root) => tamper(root, `${folder}/evil.js`, (at) => fs.writeFileSync(at, 'evil'))],
  ['a hidden file added at the top', 'was added', (root) => tamper(root, '.npmrc', (at) => fs.writeFileSync(at, 'x'))],
  ['an empty folder added', 'was added', (root) => tamper(root, `${folder}/more`, (at) => fs.mkdirSync(at))],
  [
    'a file replaced by a link to the same bytes',
    'neither a file nor a folder',
    (root, host) =>
      tamper(root, script, (at) => {
        fs.copyFileSync(at, join(host.places.data, 'copy.js'));
        fs.unlinkSync(at);
        fs.symlinkSync(join(host.places.data, 'copy.js'), at);
      }),
  ],
  [
    'a folder replaced by a link to a copy of itself',
    'neither a file nor a folder',
    (root, host) =>
      tamper(root, folder, (at) => {
        fs.cpSync(at, join(host.places.data, 'copy'), { recursive: true, preserveTimestamps: true });
        fs.renameSync(at, join(host.places.data, 'moved'));
        fs.symlinkSync(join(host.places.data, 'copy'), at);
      }),
  ],
  ['a dangling link added', 'neither a file nor a folder', (root) => tamper(root, `${folder}/x`, (at) => fs.symlinkSync('/nowhere', at))],
  ['a file made writable', 'mode', (root) => fs.chmodSync(join(root, script), 0o644)],
  ['a file made executable', 'mode', (root) => fs.chmodSync(join(root, script), 0o555)],
  ['a file made setuid', 'mode', (root) => fs.chmodSync(join(root, script), 0o4444)],
  ['a folder made writable', 'mode', (root) => fs.chmodSync(join(root, folder), 0o755)],
  [
    'a file replaced by a folder',
    'was a file',
    (root) =>
      tamper(root, script, (at) => {
        fs.unlinkSync(at);
        fs.mkdirSync(at);
      }),
  ],
  [
    'two files swapped',
    'other bytes',
    (root) =>
      tamper(root, script, (at) => {
        const other = join(root, folder, 'bin.js');
        fs.renameSync(at, `${at}.x`);
        fs.renameSync(other, at);
        fs.renameSync(`${at}.x`, other);
      }),
  ],
];

describe.each(['stat', 'full'] as const)('checked by %s', (depth) => {
  test.each(attacks)('%s', async (_, difference, attack) => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    attack(tree.path, host);
    const verdict = await checkTree(tree, depth, host);
    expect(verdict.state).toBe('changed');
    expect(verdict.differences.join('\n')).toContain(difference);
  });

  test('the whole tree replaced by a link to a changed copy', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    const copy = join(host.places.data, 'copy');
    fs.cpSync(tree.path, copy, { recursive: true, preserveTimestamps: true });
    await host.files.remove(tree.path);
    fs.symlinkSync(copy, tree.path);
    expect((await checkTree(tree, depth, host)).state).toBe('changed');
  });

  test('a tree that is gone', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    await host.files.remove(tree.path);
    expect((await checkTree(tree, depth, host)).state).toBe('missing');
  });

  test('a changed tree with an index that was made to fit it', async () => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    tamper(tree.path, script, (at) => fs.writeFileSync(at, 'evil'));
    const { printIndex } = await import('../../src/store/tree-index.ts');
    const { scanTree } = await import('../../src/store/tree-scan.ts');
    await host.files.remove(tree.index);
    fs.writeFileSync(tree.index, printIndex((await scanTree(tree.path, host)).entries));
    const verdict = await checkTree(tree, depth, host);
    expect(verdict.state).toBe('changed');
    expect(verdict.differences).toHaveLength(1);
  });

  test.each([
    ['cut short', (index: string) => fs.truncateSync(index, 100)],
    ['emptied', (index: string) => fs.truncateSync(index, 0)],
    ['removed', (index: string) => fs.rmSync(index)],
    [
      'replaced by a folder',
      (index: string) => {
        fs.rmSync(index);
        fs.mkdirSync(index);
      },
    ],
    ['of another version', (index: string) => fs.writeFileSync(index, '{"version":2}')],
  ])('an index that was %s is not believed, and the bytes decide', async (_, attack) => {
    const host = oddHost();
    const { tree } = await sampleTree(host);
    fs.chmodSync(tree.index, 0o600);
    attack(tree.index);
    expect(await checkTree(tree, depth, host)).toMatchObject({ state: 'sound', via: 'full' });
    tamper(tree.path, script, (at) => fs.appendFileSync(at, ' '));
    expect((await checkTree(tree, depth, host)).state).toBe('changed');
  });
});

test('differences are printable, capped, and the rest is counted', async () => {
  const host = oddHost();
  const { tree } = await sampleTree(host);
  tamper(tree.path, 'x', () => {
    for (let count = 0; count < limits.treeMaxDifferences + 5; count += 1) fs.writeFileSync(join(tree.path, `\u001b[31m${count}`), '');
  });
  const { differences } = await checkTree(tree, 'stat', host);
  expect(differences).toHaveLength(limits.treeMaxDifferences + 1);
  expect(differences.at(-1)).toBe('and 5 more');
  expect(differences.join()).not.toContain('\u001b');
});
