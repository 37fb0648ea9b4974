import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import { limits } from '../../src/model/limits.ts';
import { unpackTarball } from '../../src/sources/archive.ts';
import { type TarEntry, tar, tarball } from '../support/tarball.ts';

const manifest: TarEntry = { path: 'package/package.json', body: '{}' };

/** What is refused, the entries beside a good package.json, and the reason that is given. */
const entries: readonly (readonly [string, readonly TarEntry[], RegExp])[] = [
  ['a path that climbs', [{ path: 'package/../../evil' }], /\.\./],
  ['a path that climbs and comes back', [{ path: 'package/a/../b' }], /\.\./],
  ['a first part that climbs', [{ path: '../evil' }], /\.\./],
  ['an absolute path', [{ path: '/etc/cron.d/evil' }], /absolute/],
  ['a path that is absolute below the package', [{ path: 'package//etc/evil' }], /empty part/],
  ['a drive letter', [{ path: 'package/C:/evil' }], /drive letter/],
  ['a drive letter without a slash', [{ path: 'package/c:evil' }], /drive letter/],
  ['a drive letter as the first part', [{ path: 'C:/evil' }], /drive letter/],
  ['a backslash', [{ path: 'package\\..\\..\\evil' }], /backslash/],
  ['a share', [{ path: '\\\\host\\share\\evil' }], /backslash/],
  ['a file beside the package folder', [{ path: 'evil' }], /outside/],
  ['a first part that is a dot', [{ path: './package/evil' }], /first part/],
  ['a symbolic link', [{ path: 'package/link', type: '2', link: '/etc/passwd' }], /symbolic link/],
  ['a symbolic link inside the package', [{ path: 'package/link', type: '2', link: 'package.json' }], /symbolic link/],
  ['a hard link', [{ path: 'package/link', type: '1', link: 'package/package.json' }], /hard link/],
  ['a character device', [{ path: 'package/dev', type: '3' }], /character device/],
  ['a block device', [{ path: 'package/dev', type: '4' }], /block device/],
  ['a FIFO', [{ path: 'package/fifo', type: '6' }], /FIFO/],
  ['an unknown type', [{ path: 'package/what', type: 'Z' }], /unknown type/],
  [
    'the same file twice',
    [
      { path: 'package/a', body: '1' },
      { path: 'package/a', body: '2' },
    ],
    /twice/,
  ],
  ['the manifest twice', [{ path: 'package/package.json', body: '{"scripts":{}}' }], /twice/],
  ['the same file below two first parts', [{ path: 'other/package.json', body: '{ }' }], /twice/],
  ['the same file by way of a dot', [{ path: 'package/./package.json', body: '{ }' }], /twice/],
  ['names that differ in case', [{ path: 'package/Package.json', body: '{}' }], /cannot tell/],
  ['folders that differ in case', [{ path: 'package/lib/a' }, { path: 'package/LIB/b' }], /cannot tell/],
  ['names that differ in Unicode form', [{ path: 'package/é' }, { path: 'package/e\u0301' }], /cannot tell/],
  ['names that fold to the same letter', [{ path: 'package/K' }, { path: 'package/\u212a' }], /cannot tell/],
  ['names that differ in a trailing dot', [{ path: 'package/a' }, { path: 'package/a.' }], /cannot tell/],
  ['names that differ in a trailing space', [{ path: 'package/a' }, { path: 'package/a ' }], /cannot tell/],
  ['a file that is also a folder', [{ path: 'package/a' }, { path: 'package/a/b' }], /file and a folder/],
  ['a folder that is also a file', [{ path: 'package/a/b' }, { path: 'package/a' }], /file and a folder/],
  ['a path that is too long', [{ path: 'x', pax: { path: `package/${'a/'.repeat(600)}b` } }], /more than 1024 bytes/],
  ['a file name that is too long', [{ path: 'x', pax: { path: `package/${'a'.repeat(256)}` } }], /more than 255 bytes/],
  ['a NUL in a path', [{ path: 'x', pax: { path: 'package/a\0.js' } }], /NUL/],
  ['a PAX path that climbs', [{ path: 'package/good', pax: { path: 'package/../../evil' } }], /\.\./],
  ['a PAX size that differs', [{ path: 'package/a', body: 'abc', pax: { size: '1024' } }], /two sizes/],
  ['a PAX link', [{ path: 'package/a', pax: { linkpath: '/etc/passwd' } }], /changes what follows/],
  ['a PAX sparse file', [{ path: 'package/a', pax: { 'GNU.sparse.name': 'package/b' } }], /changes what follows/],
  ['a PAX key twice', [{ path: 'p', type: 'x', body: '15 path=abcdef\n15 path=ghijkl\n' }, { path: 'package/a' }], /cannot be read/],
  ['a PAX record with a wrong length', [{ path: 'p', type: 'x', body: '99 path=a\n' }, { path: 'package/a' }], /cannot be read/],
  ['a PAX record that is not closed', [{ path: 'p', type: 'x', body: '10 path=ab' }, { path: 'package/a' }], /cannot be read/],
  ['a PAX header for nothing', [{ path: 'p', type: 'x', body: '9 path=a\n' }], /does not follow/],
  [
    'two PAX headers for one file',
    [
      { path: 'p', type: 'x', body: '9 path=a\n' },
      { path: 'package/b', pax: { path: 'c' } },
    ],
    /two headers/,
  ],
  ['a global PAX header with a path', [{ path: 'g', type: 'g', body: '9 path=a\n' }], /changes what follows/],
  ['a GNU long name that climbs', [{ path: 'L', type: 'L', body: 'package/../../evil\0' }, { path: 'package/a' }], /\.\./],
  ['a GNU long link', [{ path: 'K', type: 'K', body: '/etc/passwd\0' }, { path: 'package/a' }], /link/],
  ['a wrong checksum', [{ path: 'package/a', checksum: 1 }], /checksum/],
  ['an unknown format', [{ path: 'package/a', magic: 'rustar99' }], /unknown archive format/],
  ['a file that claims more than there is', [{ path: 'package/a', body: 'abc', size: 1e6 }], /cut off/],
  ['a folder with content', [{ path: 'package/a/', type: '5', body: 'abc' }], /folder with content/],
  ['a file with the name of a folder', [{ path: 'package/a/', body: 'abc' }], /name of a folder/],
];

test.each(entries)('%s is refused', async (_what, hostile, reason) => {
  const refusal = await refusalOf(tarball([manifest, ...hostile]));
  expect(refusal.why).toMatch(reason);
});

test('a path that is not UTF-8 is refused', async () => {
  const bytes = tar([manifest, { path: 'package/xx' }]);
  const at = bytes.indexOf('package/xx');
  bytes[at + 8] = 0xff;
  bytes[at + 9] = 0xfe;
  // keep the checksum right: 2 × 0x78 became 0xff + 0xfe
  const sum = bytes.subarray(1024, 1536).reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 1024 + 148, 'latin1');
  expect((await refusalOf(gzipSync(bytes))).why).toMatch(/not UTF-8/);
});

describe('bytes that are not one whole archive', () => {
  const good = tarball([manifest, { path: 'package/index.js', body: 'x'.repeat(5000) }]);
  test.each([
    ['nothing', Buffer.alloc(0), /cut off|not gzip/],
    ['text', Buffer.from('<html>login</html>'), /not gzip/],
    ['a tar without gzip', tar([manifest]), /not gzip/],
    ['half of it', good.subarray(0, good.length >> 1), /cut off|damaged/],
    ['all but the last byte', good.subarray(0, -1), /cut off|damaged/],
    ['garbage after it', Buffer.concat([good, Buffer.from('evil')]), /after the end of the gzip|damaged/],
    ['zeros after it', Buffer.concat([good, Buffer.alloc(512)]), /after the end of the gzip/],
    ['a second archive after it', Buffer.concat([good, tarball([{ path: 'package/evil' }])]), /after the end of the archive/],
    ['bytes after the closing blocks', gzipSync(Buffer.concat([tar([manifest]), Buffer.from('evil')])), /after the end of the archive/],
    ['no closing blocks', gzipSync(tar([manifest]).subarray(0, 1024)), /cut off/],
    ['half a block', gzipSync(tar([manifest]).subarray(0, 700)), /cut off/],
    ['a zip', Buffer.from('PK\u0003\u0004'), /not gzip/],
  ])('%s', async (_what, bytes, reason) => {
    expect((await refusalOf(bytes)).why).toMatch(reason);
  });
});

describe('more than the limits', () => {
  test('a bomb is stopped while it unpacks', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
    const before = process.memoryUsage().arrayBuffers;
    expect((await refusalOf(bomb)).why).toMatch(/unpacks to more than/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60 * 1024 * 1024);
  });

  test('a package larger than the limit', async () => {
    const bounds = { ...limits, unpackedMaxBytes: 4096 };
    expect((await refusalOf(tarball([{ ...manifest, body: 'x'.repeat(9000) }]), bounds)).why).toMatch(/more than 4096 bytes/);
  });

  test('a package with more files than the limit', async () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => ({ path: `package/${name}` }));
    expect((await refusalOf(tarball(many), { ...limits, unpackedMaxFiles: 3 })).why).toMatch(/more than 3 files/);
    expect(await unpackTarball(tarball(many), 'many', { ...limits, unpackedMaxFiles: 4 })).toHaveLength(4);
  });
});

test('the refusal names the package and shows the entry without its control characters', async () => {
  const refusal = await refusalOf(tarball([manifest, { path: 'package/\u001b[2Jfine/../x' }]));
  expect(refusal).toMatchObject({ code: 'archive-hostile', message: 'the tarball of a@1.0.0 is not safe to unpack' });
  expect(refusal.why).toBe('a path with ..: package/<U+001B>[2Jfine/../x');
});

test('no bytes, and no change to a good archive, make it do anything but refuse or unpack', async () => {
  const good = tar([manifest, { path: 'package/index.js', body: 'hello', mode: 0o755 }]);
  const change = fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
      const bytes = Buffer.from(good);
      for (const { at, to } of changes) bytes[at] = to;
      const outcome = await unpackTarball(gzipSync(bytes), 'a@1.0.0').catch((cause: unknown) => cause);
      if (outcome instanceof GuardError) return outcome.code === 'archive-hostile';
      if (!Array.isArray(outcome)) return false;
      return outcome.every(({ path }) => !path.startsWith('/') && !path.split('/').includes('..') && path !== '');
    }),
    { numRuns: 300 },
  );
});

async function refusalOf(bytes: Uint8Array, bounds = limits as Parameters<typeof unpackTarball>[2]): Promise<GuardError> {
  const outcome = await unpackTarball(bytes, 'a@1.0.0', bounds).catch((cause: unknown) => cause);
  expect(outcome).toBeInstanceOf(GuardError);
  expect(outcome).toMatchObject({ code: 'archive-hostile' });
  return outcome as GuardError;
}
