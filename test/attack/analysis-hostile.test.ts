import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import type { ClosurePackage, PackageFile } from '../../src/model/artifact.ts';
import type { Integrity } from '../../src/model/digest.ts';
import { limits } from '../../src/model/limits.ts';
import { analyse } from '../../src/operations/analyse.ts';
import { openReading } from '../../src/operations/read-closure.ts';
import { files } from '../analysis/facts.ts';
import { temporaryHost } from '../support/home.ts';
import { watched } from '../workers/worker-program.ts';

// Over the real worker program of dist/: what a hostile package does to the process that reads it, and to the report.

const pkg: ClosurePackage = {
  path: 'node_modules/own',
  name: 'own',
  version: '1.0.0',
  integrity: `sha512-${'A'.repeat(86)}==` as Integrity,
  bundledIn: null,
  optional: false,
  os: [],
  cpu: [],
  libc: [],
};

const honest = "require('./hostile.js'); require('child_process').spawn('git')";

/** Classes that the report claims were not seen; `exec.install` is decided by package.json alone. */
function notSeen(found: Awaited<ReturnType<typeof analyse>>): readonly string[] {
  return found.capabilities.capabilities.filter(({ verdict }) => verdict === 'not-seen').map((one) => one.class);
}

async function look(
  contents: Readonly<Record<string, string | Uint8Array>>,
  bounds: Parameters<typeof openReading>[2] = {},
  host = temporaryHost(),
) {
  const all: readonly PackageFile[] = files({ 'package.json': '{"name":"own","bin":"index.js"}', ...contents });
  const { host: seen, started } = watched(host);
  const reading = await openReading(async () => all, seen, bounds);
  reading.add(pkg, all);
  reading.begin(pkg.path);
  const found = await analyse({ reading, own: pkg, ownFiles: all, packageAt: () => undefined, filesOf: async () => [] });
  const verdict = (of: string) => found.capabilities.capabilities.find((one) => one.class === of);
  return { found, verdict, started };
}

/** Every process that was started is gone. */
async function gone(host: Host, started: Awaited<ReturnType<typeof look>>['started']): Promise<void> {
  expect(started.length).toBeGreaterThan(0);
  for (const child of started) {
    await child.exited;
    expect(host.processes.isAlive(child.pid)).toBe(false);
  }
}

test.each<[string, string | Uint8Array]>([
  ['is larger than the bound', 'x'.repeat(limits.sourceMaxBytes + 1)],
  ['nests deeper than the native parser survives', '('.repeat(300_000)],
  ['nests by operators', `${'!'.repeat(300_000)}x`],
  ['nests by templates', '`${'.repeat(200_000)],
  ['is no text', Uint8Array.from([0xff, 0xfe, 0x00, 0xd8])],
  ['is no program', 'this is not a program )'],
  ['ends in the middle', 'const a = "'],
  ['is empty of everything but nulls', '\u0000'.repeat(1_000_000)],
])('a file that %s: cannot tell, and the others are read', async (_, hostile) => {
  const host = temporaryHost();
  const { verdict, started } = await look({ 'index.js': honest, 'hostile.js': hostile }, {}, host);
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen', scopes: ['git'] });
  expect(verdict('code.opaque')).toMatchObject({ verdict: 'seen', evidence: [{ file: 'node_modules/own/hostile.js' }] });
  expect(verdict('persist')).toMatchObject({ verdict: 'cannot-tell' });
  await gone(host, started);
});

test('one line of a megabyte, and a name bound a hundred thousand times, are read within the bound', async () => {
  const oneLine = `${'f(1);'.repeat(200_000)}require('net').connect(1)`;
  const tangled = `${Array.from({ length: 100_000 }, (_, at) => `var a = a${at % 100};`).join('')}require('os').hostname()`;
  const { verdict } = await look({ 'index.js': `${honest}; require('./tangled.js')`, 'hostile.js': oneLine, 'tangled.js': tangled });
  expect(verdict('net.connect')).toMatchObject({ verdict: 'seen' });
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen' });
});

test('a file that needs more memory than a worker has ends that worker, and nothing else', async () => {
  const host = temporaryHost();
  const large = `module.exports = [${'[1,2,3,4],'.repeat(400_000)}]`;
  const { verdict, found, started } = await look({ 'index.js': honest, 'hostile.js': large }, { heapMaxMegabytes: 48, workers: 1 }, host);
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen', scopes: ['git'] });
  expect(verdict('code.opaque')).toMatchObject({ verdict: 'seen', evidence: [{ file: 'node_modules/own/hostile.js' }] });
  expect(notSeen(found)).toEqual(['exec.install']);
  expect(started.length).toBeGreaterThan(1);
  await gone(host, started);
});

test('a file that takes longer than its time ends its worker, and nothing else', async () => {
  const host = temporaryHost();
  const slow = `module.exports = [${'[1,2,3,4],'.repeat(300_000)}]`;
  const { found, started } = await look({ 'index.js': "require('./hostile.js')", 'hostile.js': slow }, { sourceMaxMs: 40 }, host);
  expect(notSeen(found)).toEqual(['exec.install']);
  await gone(host, started);
});

// What these cost without a bound grows with the square of a number that the package chooses: minutes here.
test('thousands of files of one name that mention each other: the whole package counts', async () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`lib/${at}/index.js`, mentions(at)]));
  const all = Object.keys(many).map((path) => `require('./${path}');`);
  const { verdict } = await look({ 'index.js': all.join(''), 'unnamed.js': "require('net').connect(1)", ...many });
  expect(verdict('net.connect')).toMatchObject({ verdict: 'seen' });
});

test('thousands of export patterns and thousands of imports: the whole package counts', async () => {
  const exports = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`./p${at}/*`, './index.js']));
  const imports = Array.from({ length: 50_000 }, (_, at) => `import('own/q${at}');`).join('');
  const { verdict } = await look({
    'package.json': JSON.stringify({ name: 'own', bin: 'index.js', exports }),
    'index.js': `${imports} require('child_process').spawn('git')`,
    'unnamed.js': "require('net').connect(1)",
  });
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen' });
  expect(verdict('net.connect')).toMatchObject({ verdict: 'seen' });
});

test.each<[string, object, string, string]>([
  ['exports', { exports: { '.': 'own' } }, "import 'own'", 'not-seen'],
  ['exports without sub-paths', { exports: 'own' }, "import 'own'", 'not-seen'],
  ['imports', { imports: { '#a': '#a' } }, "import '#a'", 'seen'],
  ['both', { imports: { '#a': 'own/b' }, exports: { './*': 'own/*' } }, "import '#a'", 'seen'],
])('%s that lead back to themselves are not followed for ever', async (_, maps, source, expected) => {
  const { verdict } = await look({
    'package.json': JSON.stringify({ name: 'own', bin: 'index.js', ...maps }),
    'index.js': source,
    'unnamed.js': "require('net').connect(1)",
  });
  expect(verdict('net.connect')).toMatchObject({ verdict: expected });
});

function mentions(at: number): string {
  return Array.from({ length: 200 }, (_, other) => `'x${at}-${other}/index.js'`).join(';');
}
