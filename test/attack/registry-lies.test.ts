import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { fetchPackages } from '../../src/sources/npm/fetch.ts';
import { inspectArtifact } from '../../src/sources/npm/inspect.ts';
import { resolveNpm } from '../../src/sources/npm/resolve.ts';
import { npmReference } from '../support/npm-reference.ts';
import { lies, registryHost } from '../support/registry.ts';
import { identity } from '../support/registry-packages.mjs';
import type { Lie, Registry } from '../support/registry-server.mjs';
import { tarball } from '../support/tarball.ts';

const slug = '@pinfold-fixture/slug';
const mini = '@pinfold-fixture/mini-mcp';
const notes = '@pinfold-fixture/notes';

/** Resolves, fetches every package and inspects the artifact: all that happens before a card is shown. */
async function disclose(reference: string, host: Host) {
  const resolution = await resolveNpm(npmReference([reference]), host);
  const unpacked: string[] = [];
  let facts: ReturnType<typeof inspectArtifact> | null = null;
  await fetchPackages(
    resolution,
    resolution.closure.packages,
    (pkg, files) => {
      unpacked.push(pkg.name);
      if (pkg.name === resolution.artifact.name) facts = inspectArtifact(resolution, files);
    },
    host,
  );
  return { resolution, unpacked, facts: facts as ReturnType<typeof inspectArtifact> | null };
}

const fatal: readonly (readonly [string, string, () => Lie, string])[] = [
  ['a wrong hash', notes, lies.wrongIntegrity, 'integrity-mismatch'],
  ['a wrong hash of a dependency', slug, lies.wrongIntegrity, 'integrity-mismatch'],
  ['half a tarball', mini, lies.truncatedTarball, 'integrity-mismatch'],
  ['other bytes', slug, lies.changedBytes, 'integrity-mismatch'],
  ['an error page instead of a tarball', slug, () => lies.status(500, 'tarball'), 'registry-unreachable'],
  ['no tarball', slug, () => lies.status(404, 'tarball'), 'package-not-found'],
  ['an error page', notes, () => lies.status(503), 'registry-unreachable'],
  ['an error page for a dependency', mini, () => lies.status(500), 'registry-unreachable'],
  ['a refusal', notes, () => lies.status(403), 'registry-unreachable'],
  ['no such package', notes, () => lies.status(404), 'package-not-found'],
  ['no such dependency', slug, () => lies.status(404), 'package-not-found'],
  ['a sign-in page', notes, lies.notJson, 'registry-answer-invalid'],
  ['nothing at all', notes, () => lies.hangs(), 'registry-unreachable'],
  ['nothing for a dependency', mini, () => lies.hangs(), 'registry-unreachable'],
  ['a tarball that stalls', slug, lies.stalls, 'registry-unreachable'],
  ['a tarball that breaks off', slug, lies.breaksOff, 'registry-unreachable'],
  ['a record of another package', notes, () => lies.disagrees({ name: 'evil' }), 'registry-answer-invalid'],
  ['a record of another version', notes, () => lies.disagrees({ version: '9.9.9' }), 'registry-answer-invalid'],
  ['an empty record', notes, () => ({ packument: () => ({}) }), 'version-not-found'],
  ['a list', notes, () => ({ packument: () => [] }), 'registry-answer-invalid'],
  ['a number', notes, () => ({ packument: () => 7 }), 'registry-answer-invalid'],
  ['null', notes, () => ({ packument: () => null }), 'registry-answer-invalid'],
  [
    'versions that are no records',
    notes,
    () => ({ packument: (p) => ({ ...p, versions: { '1.0.0': 'evil' } }) }),
    'registry-answer-invalid',
  ],
];

test.each(fatal)('%s (%s) stops everything before it is unpacked', async (_what, name, lie, code) => {
  const { host, registry } = await registryHost({ env: { npm_config_fetch_timeout: '300' } });
  registry.lie(name, lie());
  await expect(disclose(`${notes}@1.0.0`, host)).rejects.toMatchObject({ code });
  expect(leftOvers(host)).toEqual([]);
});

test.each(['file:///etc/passwd', 'git+ssh://git@evil.example/a.git', 'https://github.com/evil/repo', '/etc/passwd'])(
  'a dependency whose tarball is said to be at %s is never fetched, and blocks',
  async (url) => {
    const { host, registry } = await registryHost();
    registry.lie(slug, lies.dist({ tarball: url }));
    const { resolution, unpacked } = await disclose(`${notes}@1.0.0`, host);
    expect(resolution.findings).toMatchObject([{ code: 'dependency-unpinnable', severity: 'block', subject: `${slug}@1.1.0` }]);
    expect(unpacked).not.toContain(slug);
  },
);

test('a mismatch names both hashes and the package', async () => {
  const { host, registry } = await registryHost();
  registry.lie(slug, lies.changedBytes());
  await expect(disclose(`${notes}@1.0.0`, host)).rejects.toMatchObject({
    message: `the tarball of ${slug}@1.1.0 is not the one that was announced`,
    why: expect.stringMatching(/^expected sha512-\S+, received sha512-\S+ \(\d+ bytes\); nothing was unpacked$/),
    hint: `npm view ${slug}@1.1.0 dist.integrity dist.tarball`,
  });
});

test('other bytes under a version that was fetched before do not come out of the cache as the new ones', async () => {
  const { host, registry } = await registryHost();
  const before = await disclose(`${slug}@1.0.0`, host).catch((cause: unknown) => cause);
  expect(before).toMatchObject({ code: 'bin-missing' }); // a library: it got as far as its bytes
  const bytes = tarball([
    { path: 'package/package.json', body: JSON.stringify({ name: slug, version: '1.0.0', bin: 'evil.js' }) },
    { path: 'package/evil.js' },
  ]);
  const manifest = { name: slug, version: '1.0.0', bin: 'evil.js' };
  const old = await resolveNpm(npmReference([`${slug}@1.0.0`]), host);
  registry.publishBytes(slug, '1.0.0', { ...manifest, ...identity(manifest, bytes) }, bytes);
  const { resolution } = await disclose(`${slug}@1.0.0`, host);
  expect(resolution.artifact.integrity).not.toBe(old.artifact.integrity);
  expect(resolution.closure.digest).not.toBe(old.closure.digest);
});

test('a hostile archive with the right hash is refused before a file of it is handed out', async () => {
  const { host, registry } = await registryHost();
  publishArchive(
    registry,
    'climber',
    tarball([{ path: 'package/package.json', body: '{"name":"climber","version":"1.0.0"}' }, { path: 'package/../../evil' }]),
  );
  await expect(disclose('climber', host)).rejects.toMatchObject({
    code: 'archive-hostile',
    message: 'the tarball of climber@1.0.0 is not safe to unpack',
  });
  expect(existsSync(join(host.places.home, 'evil'))).toBe(false);
});

test.each([
  ['stripped', lies.stripped],
  ['bare', lies.bare],
] as const)('a mirror that is %s raises no false alarm', async (_what, lie) => {
  const { host, registry } = await registryHost();
  registry.lie(notes, lie());
  const { resolution, facts } = await disclose(`${notes}@1.0.0`, host);
  expect([...resolution.findings, ...(facts?.findings ?? [])]).toEqual([]);
  expect(facts?.bin.name).toBe('notes');
});

test.each([
  ['bin', { bin: { notes: 'nice.js' } }],
  ['scripts', { scripts: { postinstall: 'true' } }],
  ['dependencies', { dependencies: { [mini]: '^1.0.0' } }],
] as const)('a record that disagrees with the tarball about %s is a finding that blocks', async (field, other) => {
  const { host, registry } = await registryHost();
  registry.lie(notes, lies.disagrees(other));
  const { facts } = await disclose(`${notes}@1.0.0`, host);
  expect(facts?.findings).toMatchObject([{ code: 'manifest-confusion', severity: 'block', args: { field } }]);
});

test('prototype names in a record are only names', async () => {
  const { host, registry } = await registryHost();
  registry.lie(notes, {
    packument: (p) => ({ ...p, 'dist-tags': {}, versions: JSON.parse('{"__proto__":{"version":"1.0.0"},"constructor":{}}') }),
  });
  for (const spec of ['@constructor', '@__proto__', '@toString', '']) {
    await expect(resolveNpm(npmReference([`${notes}${spec}`]), host)).rejects.toMatchObject({ code: 'version-not-found' });
  }
});

test('resolving and fetching runs no script and leaves nothing but the download cache', async () => {
  const canary = join(process.cwd(), 'pinfold-canary-must-not-exist');
  const { host } = await registryHost({ env: { PINFOLD_CANARY: canary } });
  await disclose('@pinfold-fixture/canary', host);
  expect(existsSync(canary)).toBe(false);
  expect(leftOvers(host)).toEqual([]);
});

/** Everything in the throw-away home but npm's own cache and an empty folder for temporary files. */
function leftOvers(host: Host): readonly string[] {
  return readdirSync(host.places.home, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path !== 'tmp' && !path.startsWith('npm-cache'),
  );
}

function publishArchive(registry: Registry, name: string, bytes: Buffer): void {
  const manifest = { name, version: '1.0.0' };
  registry.publishBytes(name, '1.0.0', { ...manifest, ...identity(manifest, bytes) }, bytes);
}
