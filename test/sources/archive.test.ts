import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unpackTarball } from '../../src/sources/archive.ts';
import { type TarEntry, tarball } from '../support/tarball.ts';

/** Archives as packers of the field write them. */
const accepted: readonly (readonly [string, readonly TarEntry[], readonly string[]])[] = [
  ['the first part is taken off', [{ path: 'package/a' }, { path: 'package/lib/b' }], ['a', 'lib/b']],
  ['whatever it is called', [{ path: 'node-pkg/a' }], ['a']],
  ['folders are not files', [{ path: 'package/', type: '5' }, { path: 'package/lib/', type: '5' }, { path: 'package/lib/b' }], ['lib/b']],
  [
    'a folder may be named more than once',
    [
      { path: 'package/l/', type: '5' },
      { path: 'package/l/', type: '5' },
    ],
    [],
  ],
  [
    'an old folder',
    [
      { path: 'package/lib/', type: '\0' },
      { path: 'package/lib/b', type: '\0' },
    ],
    ['lib/b'],
  ],
  ['a long path in the prefix field', [{ path: 'b', prefix: `package/${'a'.repeat(120)}` }], [`${'a'.repeat(120)}/b`]],
  [
    'a long path in a PAX header',
    [{ path: 'package/cut', pax: { path: `package/${'a'.repeat(200)}`, mtime: '1.5', size: '0' } }],
    ['a'.repeat(200)],
  ],
  [
    'a long path the GNU way',
    [
      { path: 'L', type: 'L', body: `package/${'a'.repeat(200)}\0` },
      { path: 'package/cut', magic: 'ustar  \0' },
    ],
    ['a'.repeat(200)],
  ],
  [
    'the comment of a git archive',
    [{ path: 'pax_global_header', type: 'g', body: '14 comment=abc\n'.replace('14', '15') }, { path: 'p/a' }],
    ['a'],
  ],
  ['a dot below the package folder', [{ path: 'package/./dist/a' }], ['dist/a']],
  [
    'a file twice with the same bytes',
    [
      { path: 'package/dist/a', body: 'x' },
      { path: 'package/./dist/a', body: 'x' },
    ],
    ['dist/a'],
  ],
  ['names of other scripts', [{ path: 'package/日本語/né' }], ['日本語/né']],
  ['bookkeeping of old npm', [{ path: 'package/a', pax: { 'NODETAR.ignoreFiles.0': '.npmignore', 'NODETAR.depth': '1' } }], ['a']],
  ['an archive before POSIX', [{ path: 'package/a', magic: '\0'.repeat(8) }], ['a']],
];

test.each(accepted)('%s', async (_what, entries, paths) => {
  expect((await unpackTarball(tarball(entries), 'a@1.0.0')).map(({ path }) => path)).toEqual(paths);
});

test('a file is executable when anybody may execute it', async () => {
  const modes = [0o644, 0o755, 0o744, 0o645, 0o600];
  const files = await unpackTarball(tarball(modes.map((mode) => ({ path: `package/${mode.toString(8)}`, mode }))), 'a@1.0.0');
  expect(files.filter(({ executable }) => executable).map(({ path }) => path)).toEqual(['755', '744', '645']);
});

test('the bytes come out as they went in', async () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,12}$/), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(names, fc.uint8Array({ maxLength: 2000 }), async (paths, body) => {
      const files = await unpackTarball(tarball(paths.map((path) => ({ path: `package/${path}`, body }))), 'a@1.0.0');
      expect(files.map(({ path }) => path)).toEqual(paths);
      for (const file of files) expect(Buffer.from(file.bytes).equals(Buffer.from(body))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
