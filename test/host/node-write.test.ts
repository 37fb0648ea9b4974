import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeFiles } from '../../src/host/node-files.ts';
import { temporaryHome } from '../support/home.ts';

/** What is put on disk, in order, with what stood there at that moment; `fail`: whether the disk takes it. */
async function watching(look: () => unknown, fail = false) {
  const { home } = temporaryHome();
  const handle = await open(home, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  const seen: { readonly what: 'file' | number; readonly there: unknown }[] = [];
  prototype.sync = async function (this: FileHandle) {
    const found = await this.stat();
    seen.push({ what: found.isDirectory() ? found.ino : 'file', there: look() });
    if (fail) throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    return sync.call(this);
  };
  onTestFinished(() => {
    prototype.sync = sync;
  });
  return { home, seen };
}

const folder = (path: string) => statSync(path).ino;

test('bytes are on disk before they have their name, and the name is before anybody hears that it is done', async () => {
  const at = { path: '' };
  const { home, seen } = await watching(() => ({
    beside: readdirSync(dirname(at.path)).map((name) => readFileSync(join(dirname(at.path), name), 'utf8')),
    named: existsSync(at.path) ? readFileSync(at.path, 'utf8') : null,
  }));
  at.path = join(home, 'record.json');
  await nodeFiles().writeAtomic(at.path, 'first');
  await nodeFiles().writeAtomic(at.path, 'second');
  expect(seen).toEqual([
    { what: 'file', there: { beside: ['first'], named: null } },
    { what: folder(home), there: { beside: ['first'], named: 'first' } },
    { what: 'file', there: { beside: expect.arrayContaining(['first', 'second']), named: 'first' } },
    { what: folder(home), there: { beside: ['second'], named: 'second' } },
  ]);
});

test('a disk that does not take the bytes leaves the old ones, and says so', async () => {
  const { home } = await watching(() => null, true);
  const path = join(home, 'record.json');
  writeFileSync(path, 'old');
  await expect(nodeFiles().writeAtomic(path, 'new')).rejects.toMatchObject({ code: 'file-unwritable' });
  expect([readdirSync(home), readFileSync(path, 'utf8')]).toEqual([['record.json'], 'old']);
});

test.each<[string, (path: string) => Promise<unknown>]>([
  ['a write', (path) => nodeFiles().writeAtomic(path, 'x')],
  ['a lock', (path) => nodeFiles().locked(path, async () => undefined)],
])('the names of folders that %s makes are on disk too, and only those', async (_what, make) => {
  const { home, seen } = await watching(() => null);
  mkdirSync(join(home, 'there'));
  await make(join(home, 'there', 'new', 'newer', 'record.json'));
  const folders = seen.flatMap(({ what }) => (what === 'file' ? [] : [what]));
  expect(folders.slice(0, 2)).toEqual([folder(join(home, 'there', 'new')), folder(join(home, 'there'))]);
  expect(folders).not.toContain(folder(home));
});
