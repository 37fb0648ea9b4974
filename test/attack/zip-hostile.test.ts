import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import { limits } from '../../src/model/limits.ts';
import { unpackZip } from '../../src/sources/archive-zip.ts';
import { type ZipMember, zip } from '../support/wheel.ts';

const good: ZipMember = { path: 'own/__init__.py', body: 'x = 1\n' };

/** What is refused, the members beside a good one, and the reason that is given. */
const members: readonly (readonly [string, readonly ZipMember[], RegExp])[] = [
  ['a path that climbs', [{ path: '../evil', body: '' }], /\.\.|relative path/],
  ['a path that climbs and comes back', [{ path: 'own/a/../b', body: '' }], /\.\.|relative path/],
  ['an absolute path', [{ path: '/etc/cron.d/evil', body: '' }], /absolute|empty part/],
  ['a drive letter', [{ path: 'C:/evil', body: '' }], /drive letter|absolute/],
  ['a backslash', [{ path: 'own\\..\\evil', body: '' }], /backslash|invalid characters/],
  ['a NUL', [{ path: 'own/a\0b', body: '' }], /NUL/],
  ['a symbolic link', [{ path: 'own/link', body: '/etc/passwd', mode: 0o120777 }], /symbolic link/],
  ['a device', [{ path: 'own/dev', body: '', mode: 0o020666 }], /no file/],
  [
    'the same file twice',
    [
      { path: 'own/a.py', body: '1' },
      { path: 'own/a.py', body: '1' },
    ],
    /twice/,
  ],
  ['names that differ in case', [{ path: 'own/__INIT__.py', body: '1' }], /cannot tell/],
  [
    'folders that differ in case',
    [
      { path: 'lib/a', body: '' },
      { path: 'LIB/b', body: '' },
    ],
    /cannot tell/,
  ],
  [
    'names that differ in Unicode form',
    [
      { path: 'é', body: '' },
      { path: 'e\u0301', body: '' },
    ],
    /cannot tell/,
  ],
  [
    'a file that is also a folder',
    [
      { path: 'own/a', body: '' },
      { path: 'own/a/b', body: '' },
    ],
    /file and a folder/,
  ],
  ['a size that is too small', [{ path: 'a', body: 'hello', says: { size: 2 } }], /larger than it says/],
  ['a size that is too large', [{ path: 'a', body: 'hello', says: { size: 500 } }], /size is not/],
  ['a stored size that lies', [{ path: 'a', body: 'hello', method: 0, says: { size: 3 } }], /size|cannot be read|sizes/],
  [
    'a size that lies behind a descriptor',
    [{ path: 'a', body: 'x'.repeat(99), described: true, says: { size: 9 } }],
    /larger than it says/,
  ],
  ['a checksum that lies', [{ path: 'a', body: 'hello', says: { crc: 1 } }], /checksum/],
  ['two names', [{ path: 'a', body: 'x', says: { localName: 'b' } }], /two names/],
  ['two sizes', [{ path: 'a', body: 'hello', says: { localSize: 4 } }], /two headers differ/],
  ['an encrypted entry', [{ path: 'a', body: 'x', says: { flags: 0x801 } }], /encrypted/],
  ['an unknown method', [{ path: 'a', body: 'x', method: 12 }], /method/],
  ['damaged data', [{ path: 'a', body: 'hello', packed: Buffer.from('not deflate') }], /damaged|larger/],
  [
    'bytes behind the data',
    [{ path: 'a', body: 'hello', packed: Buffer.concat([deflateRawSync('hello'), Buffer.from('more')]) }],
    /after the end of an entry|damaged/,
  ],
  ['a folder with content', [{ path: 'own/f/', body: 'x', mode: 0o040755 }], /folder with content/],
];

describe('what a wheel may not hold', () => {
  test.each(members)('%s', async (_, more, why) => {
    const refused = await unpackZip(zip([good, ...more]), 'own@1').catch((cause: unknown) => cause);
    expect(refused).toBeInstanceOf(GuardError);
    expect(refused).toMatchObject({ code: 'archive-hostile', why: expect.stringMatching(why) });
  });

  test.each([
    ['bytes before the first entry', { before: Buffer.from('#!/bin/sh\n') }],
    ['bytes between entries', { between: Buffer.from('hidden') }],
    ['bytes after the end', { after: Buffer.from('hidden') }],
  ])('%s', async (_, around) => {
    await expect(unpackZip(zip([good, { path: 'own/b', body: 'b' }], around), 'own@1')).rejects.toMatchObject({ code: 'archive-hostile' });
  });

  test('two entries that share their bytes', async () => {
    const bytes = Buffer.from(zip([good, { path: 'own/b', body: 'x = 1\n' }]));
    const second = bytes.indexOf('own/b', bytes.indexOf('PK\x01\x02', 0, 'latin1') + 60);
    bytes.writeUInt32LE(0, second - 4);
    await expect(unpackZip(bytes, 'own@1')).rejects.toMatchObject({
      code: 'archive-hostile',
      why: expect.stringMatching(/overlap|belong to no entry/),
    });
  });

  test('a bomb is refused by what it says, and by what it is', async () => {
    const zeros = Buffer.alloc(40 * 1024 * 1024);
    const honest = zip([{ path: 'a', body: zeros }]);
    await expect(unpackZip(honest, 'own@1', { ...limits, unpackedMaxRatio: 10, unpackedFreeBytes: 1_024 })).rejects.toMatchObject({
      why: expect.stringMatching(/unpacks to more than/),
    });
    const lying = zip([{ path: 'a', body: zeros, says: { size: 100 } }]);
    await expect(unpackZip(lying, 'own@1')).rejects.toMatchObject({ why: expect.stringMatching(/larger than it says/) });
    const many = zip(Array.from({ length: 40 }, (_, index) => ({ path: `a${index}`, body: 'x' })));
    await expect(unpackZip(many, 'own@1', { ...limits, unpackedMaxFiles: 30 })).rejects.toMatchObject({
      why: expect.stringMatching(/more than 30 files/),
    });
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['a text', Buffer.from('PK is not enough')],
    ['a tarball', Buffer.from([0x1f, 0x8b, 8, 0])],
  ])('%s is no wheel', async (_, bytes) => {
    await expect(unpackZip(bytes, 'own@1')).rejects.toMatchObject({ code: 'archive-hostile' });
  });

  test('a damaged byte is refused or changes nothing', async () => {
    const whole = zip([good, { path: 'own/b.py', body: 'import os\n'.repeat(20) }, { path: 'own/c', body: 'abc', described: true }]);
    const before = await unpackZip(whole, 'own@1');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const after = await unpackZip(bytes, 'own@1').catch((cause: unknown) => {
          if (cause instanceof GuardError && cause.code === 'archive-hostile') return null;
          throw cause;
        });
        // Names and contents; a mode is no content.
        if (after !== null)
          expect(after.map(({ path, bytes: body }) => [path, Buffer.from(body)])).toEqual(
            before.map(({ path, bytes: body }) => [path, Buffer.from(body)]),
          );
      }),
      { numRuns: 400 },
    );
  });
});

test('an honest wheel is unpacked whole', async () => {
  const files = await unpackZip(
    zip([
      good,
      { path: 'own/', body: '', mode: 0o040755, method: 0 },
      { path: 'own/run', body: 'x', mode: 0o100755 },
      { path: 'd', body: 'y', described: true },
    ]),
    'own@1',
  );
  expect(files.map(({ path, executable }) => [path, executable])).toEqual([
    ['own/__init__.py', false],
    ['own/run', true],
    ['d', false],
  ]);
  expect(Buffer.from(files[0]?.bytes ?? []).toString()).toBe('x = 1\n');
});
