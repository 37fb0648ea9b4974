import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysePythonPackage } from '../../src/analysis/python/analyse-package.ts';
import { pythonBaseline } from '../../src/analysis/python/baseline-data.ts';
import { combinePython } from '../../src/analysis/python/closure.ts';
import { pythonCredentials } from '../../src/analysis/python/credentials.ts';
import { pythonManifest, pythonTools } from '../../src/analysis/python/tools.ts';
import type { Host } from '../../src/host/host.ts';
import type { CapabilityClass } from '../../src/model/capability.ts';
import { digestBytes } from '../../src/model/digest.ts';
import { analysePython } from '../../src/operations/analyse-python.ts';
import { openPythonReading } from '../../src/operations/read-python.ts';
import { analysisCacheFolder } from '../../src/store/analysis-cache.ts';
import { files } from '../analysis/facts.ts';
import { reachOf } from '../analysis/python/facts.ts';
import { temporaryHost } from '../support/home.ts';
import { firstOf, lookingAt, type Published, publishedIn } from '../support/published.ts';
import { workerHost } from '../workers/worker-program.ts';

type Bounds = Parameters<typeof openPythonReading>[2];
type Contents = Readonly<Record<string, string | Uint8Array>>;

function published(name: string, contents: Contents, requires: readonly string[] = []): Published {
  const metadata = `Name: ${name}\nVersion: 1.0.0\n${requires.map((line) => `Requires-Dist: ${line}\n`).join('')}\n`;
  const all = files({ [`${name}-1.dist-info/METADATA`]: metadata, ...contents });
  const hashes = all.map(({ path, bytes }) => [path, digestBytes(bytes)]);
  return publishedIn('site-packages', name, `sha256-${digestBytes(JSON.stringify([name, hashes]))}`, all);
}

const own = published(
  'own',
  {
    'own/__init__.py': '',
    'own/server.py':
      "import os\nfrom .tools import start\nfrom dep import run\nKEY = os.environ['NOTES_API_KEY']\nstart()\nrun('id')\nrequests = None\n",
    'own/tools.py':
      "from mcp.server.fastmcp import FastMCP\nimport subprocess\nmcp = FastMCP('x')\n@mcp.tool()\ndef look():\n    '''Looks.'''\ndef start(): subprocess.run(['git', 'log'])\n",
    'own/unused.py': 'import socket\nsocket.socket()',
  },
  ['dep', 'mcp'],
);
const dep = published('dep', { 'dep/__init__.py': 'from os import system as run\n', 'dep/other.py': "open('x', 'w')" });

/** What one look at a closure says, how many workers it started, and which packages it unpacked again. */
async function look(closure: readonly Published[], host: Host, bounds: Bounds = {}) {
  const { first, unpack, again, seen, started } = lookingAt(closure, host);
  const reading = await openPythonReading(unpack, seen, bounds);
  for (const one of closure) reading.add(one.pkg, 'wheel', reading.known(one.pkg, 'wheel') === null ? one.files : null);
  const found = await analysePython({ reading, own: first.pkg, ownFiles: first.files, entry: 'own.server', missing: null });
  const verdict = (of: CapabilityClass) => found.capabilities.capabilities.find((one) => one.class === of);
  return { found, verdict, started, again };
}

/** The same in this process, without workers and without anything that was kept. */
function expected(closure: readonly Published[]) {
  const facts = closure.map(({ pkg, files: all }) => analysePythonPackage(pkg, 'wheel', all));
  const [root, first] = [firstOf(facts), firstOf(closure)];
  const reached = reachOf(facts, 'own.server');
  return {
    capabilities: combinePython({ packages: facts, own: root, reached, missing: null }, pythonBaseline),
    credentials: pythonCredentials(
      root,
      reached,
      facts.map(({ name }) => name),
    ),
    static: pythonManifest(pythonTools(first.files), new Set(reached.get(root)?.keys())),
  };
}

test('workers find what this process would find; the second look starts none', async () => {
  const host = temporaryHost();
  const first = await look([own, dep], host);
  expect(first.found).toEqual(expected([own, dep]));
  expect(first.verdict('exec.spawn')).toMatchObject({ verdict: 'seen', scopes: expect.arrayContaining(['git']) });
  expect(first.found.static.tools).toMatchObject([{ name: 'look', where: 'own/tools.py:5' }]);
  expect(first.started.length).toBeGreaterThan(0);
  const second = await look([own, dep], host);
  expect([second.found, second.started, second.again]).toEqual([first.found, [], []]);
});

test('what another closure asks of the same package is added to what is known', async () => {
  const host = temporaryHost();
  await look([own, dep], host);
  const writer = published('own', { 'own/server.py': 'import dep.other' }, ['mcp']);
  const third = await look([writer, dep], host);
  expect(third.verdict('fs.write')?.verdict).toBe('seen');
  expect(third.again).toEqual(['dep']);
  expect((await look([own, dep], host)).started).toEqual([]);
  expect((await look([writer, dep], host)).started).toEqual([]);
});

test('with no room for sources they are unpacked again, and say the same', async () => {
  const bounded = await look([own, dep], temporaryHost(), { waitingMaxBytes: 0 });
  expect(bounded.found).toEqual(expected([own, dep]));
  expect(bounded.again).toContain('dep');
});

test('fresh, kept and in this process: the same report, whatever the packages hold', async () => {
  const host = temporaryHost();
  const line = fc.constantFrom(
    'from . import b',
    'from .b import *',
    'from .c import run as go',
    'from .lib import run',
    'from dep import *',
    'import dep.b',
    'from os import system as run',
    'run("id")',
    'go("id")',
    '__import__(name)',
    "import os\nos.environ['A_TOKEN']",
    "import httpx\nhttpx.get('https://api.example.com')",
    'def f(:',
    '\u0000',
    "x = 'b.py'",
  );
  const source = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
  const inPackage = (name: string) =>
    fc
      .dictionary(fc.constantFrom('__init__.py', 'b.py', 'c.py', 'lib/__init__.py', 'server.py'), source)
      .map((found) => Object.fromEntries(Object.entries(found).map(([path, text]) => [`${name}/${path}`, text])) as Record<string, string>);
  await fc.assert(
    fc.asyncProperty(inPackage('own'), inPackage('dep'), async (mine, theirs) => {
      const closure = [published('own', mine), published('dep', theirs)];
      const fresh = await look(closure, host);
      expect({ ...fresh.found, static: null }).toEqual({ ...expected(closure), static: null });
      const kept = await look(closure, host);
      expect(kept.found).toEqual(fresh.found);
      expect(kept.started).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

test.each<[string, (value: { outline: Record<string, unknown>; sources: Record<string, unknown>[] }) => void]>([
  ['a source without its uses', ({ sources }) => delete sources[0]?.['uses']],
  ['an unknown class', ({ sources }) => Object.assign(sources[0] ?? {}, { uses: [{ class: 'nothing' }] })],
  ['an outline without files', ({ outline }) => delete outline['files']],
  ['another form', ({ outline }) => Object.assign(outline, { form: 'sdist' })],
  ['no sources', (value) => Object.assign(value, { sources: null })],
])('a kept record with %s is made again', async (_, damage) => {
  const host = temporaryHost();
  const first = await look([own, dep], host);
  for (const path of kept(host, 'package')) {
    const { integrity, part, value } = JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '');
    damage(value);
    const text = JSON.stringify({ integrity, part, value });
    writeFileSync(path, `${digestBytes(text)}\n${text}\n`);
  }
  const second = await look([own, dep], host);
  expect(second.found).toEqual(first.found);
  expect(second.started.length).toBeGreaterThan(0);
  expect((await look([own, dep], host)).started).toEqual([]);
});

function kept(host: Host, part: string): readonly string[] {
  const [folder = ''] = readdirSync(analysisCacheFolder(host));
  const names = readdirSync(join(analysisCacheFolder(host), folder)).filter((name) => name.endsWith(`-${part}.json`));
  return names.map((name) => join(analysisCacheFolder(host), folder, name));
}

/** A worker that reads nothing: it ends or hangs as soon as the files that it is given say so in their first line. */
function badWorker(how: string): string {
  const wire = join(import.meta.dirname, '..', '..', 'dist', 'workers', 'wire.js');
  return `import { requestReader } from '${wire}';
const read = requestReader();
process.stdin.on('data', (chunk) => {
  for (const { id } of read(chunk)) { ${how} }
});
process.stdout.write('{"ready":true}\\n');`;
}

test.each<[string, string]>([
  ['a crash', "process.kill(process.pid, 'SIGSEGV')"],
  ['nothing', 'for (;;);'],
  ['nonsense', "process.stdout.write(JSON.stringify({ id, answer: [{ path: 'own/server.py' }] }) + '\\n')"],
  ['files that nobody asked for', "process.stdout.write(JSON.stringify({ id, answer: [] }) + '\\n')"],
])('a worker that answers with %s: cannot tell, and not kept', async (_, how) => {
  const { host } = workerHost(badWorker(how));
  const { found } = await look([own, dep], host, { sourceMaxMs: 300, taskMaxMs: 300 });
  const notSeen = found.capabilities.capabilities.flatMap(({ class: of, verdict }) => (verdict === 'not-seen' ? [of] : []));
  // What the outline alone decides is not blinded by a file that nobody could read.
  expect(notSeen).toEqual(['exec.install']);
  expect(found.static.gaps).toContainEqual(expect.stringContaining('could not be read'));
  for (const path of kept(host, 'package')) expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '').value.sources).toEqual([]);
  expect(kept(host, 'tools')).toEqual([]);
});

const honest = "from . import hostile\nimport subprocess\nsubprocess.run(['git', 'log'])\n";

test.each<[string, string | Uint8Array]>([
  ['is ten megabytes on one line', 'f(1);'.repeat(2_000_000)],
  ['is a hundred thousand brackets', '('.repeat(100_000)],
  ['is a hundred thousand brackets and their ends', `x = ${'('.repeat(100_000)}1${')'.repeat(100_000)}`],
  ['is no UTF-8', Uint8Array.from([0x78, 0x20, 0x3d, 0x20, 0xff, 0xfe])],
  ['holds a NUL', 'x = 1\u0000\nimport os'],
  ['is nothing but NULs', '\u0000'.repeat(1_000_000)],
  ['is indented ten thousand levels deep', Array.from({ length: 10_000 }, (_, at) => `${' '.repeat(at)}if x:`).join('\n')],
  ['is something else', '$?!§ '.repeat(4_000)],
])('a file that %s: cannot tell, and the others are read', async (_, hostile) => {
  const { verdict, found } = await look([published('own', { 'own/server.py': honest, 'own/hostile.py': hostile })], temporaryHost());
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen', scopes: ['git'] });
  expect(verdict('code.opaque')).toMatchObject({ verdict: 'seen', evidence: [{ file: 'site-packages/own/own/hostile.py' }] });
  expect(verdict('persist')?.verdict).toBe('cannot-tell');
  expect(found.capabilities.capabilities.filter((one) => one.verdict === 'not-seen').map((one) => one.class)).toEqual(['exec.install']);
});

test.each<[string, string]>([
  ['eight megabytes of one list', `x = [${'a, '.repeat(2_500_000)}]`],
  ['a million ifs', 'if x: y\n'.repeat(1_000_000)],
])('%s take longer than their time, which ends a worker, and nothing else', async (_, slow) => {
  const closure = [published('own', { 'own/server.py': honest, 'own/hostile.py': slow }), dep];
  const { found, verdict } = await look(closure, temporaryHost(), { sourceMaxMs: 500 });
  expect(verdict('code.opaque')?.verdict).toBe('seen');
  expect(found.capabilities.capabilities.filter((one) => one.verdict === 'not-seen').map((one) => one.class)).toEqual(['exec.install']);
});

test('a file that needs more memory than a worker has ends that worker, and nothing else', async () => {
  const large = `x = [${'a, '.repeat(300_000)}]`;
  const closure = [published('own', { 'own/server.py': honest, 'own/hostile.py': large })];
  const { verdict } = await look(closure, temporaryHost(), { heapMaxMegabytes: 48, workers: 1 });
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen', scopes: ['git'] });
  expect(verdict('code.opaque')).toMatchObject({ verdict: 'seen', evidence: [{ file: 'site-packages/own/own/hostile.py' }] });
});

test('more sources than are read beside each other: the rest is said to be unread', async () => {
  const imports = 'from . import a, b, c\nimport subprocess\nsubprocess.run(["git"])\n';
  const many = { 'own/a.py': 'x = 1\n'.repeat(50), 'own/b.py': 'x = 1\n'.repeat(500), 'own/c.py': 'x = 1\n' };
  const { verdict } = await look([published('own', { 'own/server.py': imports, ...many })], temporaryHost(), { packageMaxBytes: 1_000 });
  expect(verdict('code.opaque')).toMatchObject({ verdict: 'seen', evidence: [{ file: 'site-packages/own/own/b.py' }] });
  expect(verdict('exec.spawn')).toMatchObject({ verdict: 'seen', scopes: ['git'] });
  expect(verdict('persist')?.verdict).toBe('cannot-tell');
});

// What these cost without a bound grows with the square of a number that the package chooses: minutes here.
test('two packages that hand on every name of each other end', async () => {
  const names = Array.from({ length: 1_500 }, (_, at) => `n${at}`);
  const all = (of: string) => `import ${of}, os\n${names.map((name) => `${name} = getattr(${of}, k)`).join('\n')}\nn0 = os.system`;
  const closure = [
    published('own', { 'own/server.py': `import a\n${names.map((name) => `a.${name}()`).join('\n')}` }),
    published('a', { 'a.py': all('b') }),
    published('b', { 'b.py': all('a') }),
  ];
  expect((await look(closure, temporaryHost())).verdict('exec.spawn')?.verdict).toBe('seen');
});

test('thousands of files that may be one module, imported thousands of times', async () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`own/x.v${at}.so`, '']));
  const source = `${'from . import x\n'.repeat(20_000)}`;
  const { verdict } = await look([published('own', { 'own/server.py': source, ...many })], temporaryHost());
  expect(verdict('code.opaque')?.verdict).toBe('seen');
});
