import { expect, test } from 'vitest';
import type { PackageFile } from '../../src/model/artifact.ts';
import { unknownPublisher } from '../../src/model/publisher.ts';
import { inspectArtifact } from '../../src/sources/npm/inspect.ts';
import { installScriptsOf } from '../../src/sources/npm/install-scripts.ts';
import type { NpmResolution } from '../../src/sources/npm/resolve.ts';

const own = { name: '@s/thing', version: '1.0.0' };

/** A resolution whose registry record is `published`, as far as the inspection reads it. */
function resolution(published: object = {}, bin: string | null = null): NpmResolution {
  return {
    reference: { source: 'npm', name: own.name, spec: null, specKind: 'none', bin, serverArgs: [] },
    artifact: { ...own, subject: 'pkg:npm/%40s/thing', integrity: 'sha512-' },
    publisher: unknownPublisher,
    published: { ...own, ...published },
    closure: { digest: 'sha256-', packages: [] },
    tarballs: new Map(),
    packument: { name: own.name, tags: {}, versions: {}, times: {}, publisher: unknownPublisher, readme: null },
    findings: [],
    evidence: [],
  };
}

function files(manifest: object | string, ...more: readonly string[]): readonly PackageFile[] {
  const json = typeof manifest === 'string' ? manifest : JSON.stringify({ ...own, ...manifest });
  const all = { 'package.json': json, ...Object.fromEntries(more.map((path) => [path, ''])) };
  return Object.entries(all).map(([path, text]) => ({ path, bytes: Buffer.from(text), executable: false }));
}

test.each<[string, object, string | null, string]>([
  ['a text', { bin: 'cli.js' }, null, 'thing → cli.js'],
  ['a text with a dot', { bin: './lib/../cli.js' }, null, 'thing → cli.js'],
  ['one name', { bin: { other: './cli.js' } }, null, 'other → cli.js'],
  ['several names for one file', { bin: { b: 'cli.js', a: './cli.js' } }, null, 'a → cli.js'],
  ['one named like the package', { bin: { other: 'other.js', thing: 'cli.js' } }, null, 'thing → cli.js'],
  ['one that is asked for', { bin: { other: 'other.js', thing: 'cli.js' } }, 'other', 'other → other.js'],
  ['a folder', { directories: { bin: './tools' } }, null, 'run → tools/run'],
  ['a path that climbs stays inside', { bin: { thing: '../../cli.js' } }, null, 'thing → cli.js'],
  ['a name with a folder loses it', { bin: { '../../evil': 'cli.js' } }, null, 'evil → cli.js'],
])('the program out of %s', (_what, manifest, wanted, expected) => {
  const { bin, entry } = inspectArtifact(resolution({}, wanted), files(manifest, 'cli.js', 'other.js', 'tools/run'));
  expect(`${bin.name} → ${bin.path}`).toBe(expected);
  expect(entry).toBe(`node_modules/@s/thing/${bin.path}`);
});

test.each<[string, object, string | null, object]>([
  ['none', {}, null, { code: 'bin-missing' }],
  ['an empty object', { bin: {} }, null, { code: 'bin-missing' }],
  [
    'several',
    { bin: { a: 'cli.js', b: 'other.js' } },
    null,
    { code: 'bin-ambiguous', why: 'say which: a, b', hint: 'pinfold info -- npx -y -p @s/thing@1.0.0 a' },
  ],
  ['another one', { bin: { a: 'cli.js' } }, 'x', { code: 'bin-missing', why: 'it has: a' }],
  ['a file that is not there', { bin: { a: 'gone.js' } }, null, { code: 'bin-missing', why: 'there is no file gone.js' }],
])('no program out of %s', (_what, manifest, wanted, error) => {
  expect(refusal(() => inspectArtifact(resolution({}, wanted), files(manifest, 'cli.js', 'other.js')))).toMatchObject(error);
});

const manifest = {
  bin: { thing: 'cli.js' },
  scripts: { postinstall: 'node x.js', test: 'vitest' },
  dependencies: { a: '^1.0.0' },
  optionalDependencies: { b: '1' },
};

test.each<[string, object, readonly string[]]>([
  ['says the same', manifest, []],
  ['says nothing', {}, []],
  ['writes the bin another way', { bin: { thing: './cli.js' } }, []],
  ['differs in scripts that do not run at install', { scripts: { postinstall: 'node x.js', test: 'jest' } }, []],
  ['writes optional dependencies into both', { dependencies: { a: '^1.0.0', b: '1' }, optionalDependencies: { b: '1' } }, []],
  ['says that there is an install script', { hasInstallScript: true }, []],
  ['hides an install script', { scripts: { test: 'vitest' } }, ['scripts']],
  ['denies an install script', { hasInstallScript: false }, ['hasInstallScript']],
  ['shows another install script', { scripts: { postinstall: 'true' } }, ['scripts']],
  ['hides a dependency', { dependencies: { b: '1' } }, ['dependencies']],
  ['shows another range', { dependencies: { a: '^2.0.0', b: '1' } }, ['dependencies']],
  ['shows another bin', { bin: { thing: 'nice.js' } }, ['bin']],
])('a registry that %s', (_what, published, fields) => {
  const { findings } = inspectArtifact(resolution(published), files(manifest, 'cli.js'));
  expect(findings.map(({ code, args }) => `${code} ${args['field']}`)).toEqual(fields.map((field) => `manifest-confusion ${field}`));
});

test('another name or version in the tarball is a finding with both sides', () => {
  const { findings } = inspectArtifact(resolution(), files({ name: 'evil', version: '6.6.6', bin: { a: 'cli.js' } }, 'cli.js'));
  expect(findings).toMatchObject([
    { code: 'manifest-confusion', severity: 'block', args: { field: 'name', registry: '@s/thing', tarball: 'evil' } },
    { code: 'manifest-confusion', args: { field: 'version', registry: '1.0.0', tarball: '6.6.6' } },
  ]);
});

test('a member that is written twice is a finding', () => {
  const json = '{"name":"@s/thing","version":"1.0.0","bin":{"a":"cli.js"},"scripts":{"postinstall":"true","postinstall":"node evil.js"}}';
  expect(inspectArtifact(resolution(), files(json, 'cli.js')).findings).toMatchObject([
    { args: { field: 'postinstall', tarball: 'written twice' } },
  ]);
});

test.each(['', '[]', 'null', '{"name":', '\u0000'])('a package.json of %j stops it', (json) => {
  expect(refusal(() => inspectArtifact(resolution(), files(json)))).toMatchObject({ code: 'registry-answer-invalid' });
});

test('a tarball without a package.json stops it', () => {
  expect(refusal(() => inspectArtifact(resolution(), []))).toMatchObject({ code: 'registry-answer-invalid' });
});

test.each<[string, object, readonly string[], readonly string[]]>([
  ['none', {}, [], []],
  ['a binding.gyp', {}, ['binding.gyp'], ['install']],
  ['a binding.gyp that is switched off', { gypfile: false }, ['binding.gyp'], []],
  ['a binding.gyp with a script of its own', { scripts: { preinstall: 'x' } }, ['binding.gyp'], ['preinstall']],
  ['a binding.gyp and a postinstall', { scripts: { postinstall: 'x' } }, ['binding.gyp'], ['install', 'postinstall']],
  [
    'all three',
    { scripts: { postinstall: 'x', install: 'x', preinstall: 'x', prepare: 'x' } },
    [],
    ['preinstall', 'install', 'postinstall'],
  ],
  ['empty ones', { scripts: { install: '' } }, [], []],
  ['one that is not text', { scripts: { install: 7 } }, [], []],
])('install scripts: %s', (_what, given, more, expected) => {
  expect(installScriptsOf(files(given, ...more), 'a')).toEqual(expected);
});

test('install scripts of a bundled package count', () => {
  const bundled = { path: 'node_modules/b/package.json', bytes: Buffer.from('{"scripts":{"install":"x"}}'), executable: false };
  const fixture = { path: 'test/fixtures/node_modules/c/package.json', bytes: Buffer.from('not json'), executable: false };
  expect(installScriptsOf([...files({}), bundled, fixture], 'a')).toEqual(['install']);
});

function refusal(action: () => unknown): unknown {
  try {
    return action();
  } catch (cause) {
    return cause;
  }
}
