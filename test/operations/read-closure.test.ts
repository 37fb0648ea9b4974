import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysePackage } from '../../src/analysis/analyse-package.ts';
import { baseline } from '../../src/analysis/baseline-data.ts';
import { combine } from '../../src/analysis/closure.ts';
import { reachableFiles } from '../../src/analysis/reach.ts';
import { reasonsFor } from '../../src/analysis/silence.ts';
import { packageTools, serverManifest } from '../../src/analysis/tools.ts';
import type { Host } from '../../src/host/host.ts';
import { digestBytes } from '../../src/model/digest.ts';
import { analyse } from '../../src/operations/analyse.ts';
import { openReading } from '../../src/operations/read-closure.ts';
import { analysisCacheFolder } from '../../src/store/analysis-cache.ts';
import { files } from '../analysis/facts.ts';
import { temporaryHost } from '../support/home.ts';
import { firstOf, lookingAt, type Published, publishedIn } from '../support/published.ts';
import { workerHost } from '../workers/worker-program.ts';

type Bounds = Parameters<typeof openReading>[2];

function published(name: string, contents: Readonly<Record<string, string>>, manifest: object = {}): Published {
  const all = files({ 'package.json': JSON.stringify({ name, main: 'index.js', bin: 'index.js', ...manifest }), ...contents });
  return publishedIn('node_modules', name, `sha512-${digestBytes(JSON.stringify([name, manifest, contents]))}`, all);
}

const own = published('own', {
  'index.js': "import { run } from 'dep'; import './tools.js'; run(process.env.API_KEY);",
  'tools.js': "server.registerTool('look', { description: 'Looks.' }, look);",
  'test.js': "require('net').connect(1)",
});
const dep = published('dep', {
  'index.js': "import { spawn } from 'node:child_process'; export function run() { spawn('git', ['log']); }",
  'other.js': "import fs from 'fs'; fs.writeFileSync('x', '')",
});

/** What one look at a closure says, how many workers it started, and which packages it unpacked again. */
async function look(closure: readonly Published[], host: Host, bounds: Bounds = {}) {
  const { first, unpack, again, seen, started } = lookingAt(closure, host);
  const reading = await openReading(unpack, seen, bounds);
  reading.begin(first.pkg.path);
  for (const one of closure) reading.add(one.pkg, reading.known(one.pkg) === null ? one.files : null);
  const found = await analyse({ reading, own: first.pkg, ownFiles: first.files, packageAt: () => undefined, filesOf: async () => [] });
  return { found, started, again };
}

/** The same in this process, without workers and without anything that was kept. */
function expected(closure: readonly Published[]) {
  const facts = closure.map(({ pkg, files: all }) => analysePackage(pkg, all));
  const [root, first] = [firstOf(facts), firstOf(closure)];
  const { capabilities, credentials } = combine(facts, root.path, baseline);
  const reached = new Set(reachableFiles(facts, root).get(root)?.keys());
  return { capabilities, credentials, static: serverManifest(packageTools(first.files), reached, [], reasonsFor(root, facts)) };
}

test('workers find what this process would find; the second look starts none', async () => {
  const host = temporaryHost();
  const first = await look([own, dep], host);
  expect(first.found).toEqual(expected([own, dep]));
  expect(first.found.capabilities.capabilities.find((one) => one.class === 'exec.spawn')).toMatchObject({
    verdict: 'seen',
    scopes: ['git'],
  });
  expect(first.found.static.tools).toMatchObject([{ name: 'look', where: 'tools.js:1' }]);
  expect(first.started.length).toBeGreaterThan(0);
  const second = await look([own, dep], host);
  expect(second).toEqual({ found: first.found, started: [], again: [] });
});

test('what another closure asks of the same package is added to what is known', async () => {
  const host = temporaryHost();
  await look([own, dep], host);
  const writer = published('writer', { 'index.js': "import 'dep/other.js'" });
  const third = await look([writer, dep], host);
  expect(third.found).toEqual(expected([writer, dep]));
  expect(third.again).toEqual(['dep']);
  expect((await look([own, dep], host)).started).toEqual([]);
  expect((await look([writer, dep], host)).started).toEqual([]);
});

test('the same content in two places is kept once, with what either place asked', async () => {
  const host = temporaryHost();
  const inner = { ...dep, pkg: { ...dep.pkg, path: 'node_modules/writer/node_modules/dep' } };
  const writer = published('writer', { 'index.js': "import 'dep/other.js'" });
  const root = published('root', { 'index.js': "import 'dep'; import 'writer'" });
  const first = await look([root, dep, writer, inner], host);
  expect(first.found).toEqual(expected([root, dep, writer, inner]));
  expect((await look([root, dep, writer, inner], host)).started).toEqual([]);
});

test('the keys of a package that was read as a dependency are followed when it is the server', async () => {
  const host = temporaryHost();
  const sender = published('sender', { 'index.js': "fetch('https://api.example.com', { headers: { auth: process.env.API_KEY } });" });
  const user = published('user', { 'index.js': "import 'sender'" });
  expect((await look([user, sender], host)).found.credentials).toEqual([]);
  const alone = await look([sender], host);
  expect(alone.found.credentials).toMatchObject([{ variable: 'API_KEY', level: 'followed', hosts: ['api.example.com'] }]);
  expect(alone.found).toEqual(expected([sender]));
  await look([user, sender], host);
  expect((await look([sender], host)).started).toEqual([]);
});

test('with no room for sources they are unpacked again, and say the same', async () => {
  const bounded = await look([own, dep], temporaryHost(), { waitingMaxBytes: 0 });
  expect(bounded.found).toEqual(expected([own, dep]));
  expect(bounded.again).toContain('dep');
});

test('fresh, kept and in this process: the same report, whatever the packages hold', async () => {
  const host = temporaryHost();
  const line = fc.constantFrom(
    "import './b.js';",
    "import 'dep';",
    'require(`./${x}`);',
    "require('child_process').exec('git log');",
    "fetch('https://api.example.com');",
    'process.env.TOKEN;',
    "server.tool('t', 'says', f);",
    'eval(x);',
    '((',
    '\u0000',
    "import '#inner';",
    "const y = 'b.js';",
  );
  const source = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
  const sources = fc.dictionary(fc.constantFrom('index.js', 'b.js', 'c.mjs', 'd.ts', 'data.json', 'lib/index.cjs'), source);
  await fc.assert(
    fc.asyncProperty(sources, sources, async (mine, theirs) => {
      const closure = [published('own', mine, { imports: { '#inner': './c.mjs' } }), published('dep', theirs)];
      const fresh = await look(closure, host);
      expect(fresh.found).toEqual(expected(closure));
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

test.each(['crash', 'hang', 'nonsense', 'another file'])('a worker that answers with %s: cannot tell, and not kept', async (what) => {
  const { host } = workerHost();
  const closure = [published('own', { 'index.js': what, 'b.js': 'fine' })];
  const { found } = await look(closure, host, { sourceMaxMs: 1_000, taskMaxMs: 1_000 });
  const verdicts = found.capabilities.capabilities.map(({ class: of, verdict }) => (verdict === 'cannot-tell' ? verdict : of));
  // What package.json alone decides is not blinded by a file that nobody could read.
  expect(new Set(verdicts)).toEqual(new Set(['cannot-tell', 'code.opaque', 'exec.install']));
  expect(found.static.gaps).toEqual([expect.stringContaining('could not be read')]);
  const [path = ''] = kept(host, 'package');
  expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '').value.sources).toEqual([]);
  expect(kept(host, 'tools')).toEqual([]);
});

test('a package without a hash is read and not kept', async () => {
  const host = temporaryHost();
  const bundled = { ...own, pkg: { ...own.pkg, integrity: null } };
  const first = await look([bundled], host);
  expect(first.found).toEqual(expected([bundled]));
  expect(await host.files.list(analysisCacheFolder(host))).toEqual([]);
});
