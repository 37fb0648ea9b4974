import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchRecord } from '../../src/host/node-npm-record.ts';
import { limits } from '../../src/model/limits.ts';
import { temporaryHost } from '../support/home.ts';
import { lies, registryHost } from '../support/registry.ts';

const scope = '@pinfold-fixture';

test('the tree of a version holds every package with its path, integrity and tarball', async () => {
  const { host, registry } = await registryHost();
  const tree = await host.npm.resolveTree(`${scope}/notes`, '1.0.0');
  expect(tree.map(({ path, version }) => [path, version]).sort()).toEqual([
    [`node_modules/${scope}/mini-mcp`, '1.0.0'],
    [`node_modules/${scope}/notes`, '1.0.0'],
    [`node_modules/${scope}/slug`, '1.1.0'],
  ]);
  for (const node of tree) {
    expect(node.integrity).toMatch(/^sha512-/);
    expect(node.resolved).toContain(registry.url);
  }
  expect(registry.requests.filter(({ path }) => path.endsWith('.tgz'))).toEqual([]);
});

test('packages of other platforms are in the tree, with their conditions', async () => {
  const { host } = await registryHost();
  const tree = await host.npm.resolveTree(`${scope}/platforms`, '1.0.0');
  const helpers = tree.filter(({ optional }) => optional).map(({ name, os, libc }) => [name, os, libc]);
  expect(helpers.sort()).toEqual([
    [`${scope}/platform-darwin`, ['darwin'], []],
    [`${scope}/platform-linux`, ['linux'], ['glibc']],
    [`${scope}/platform-win32`, ['win32'], []],
  ]);
});

test.each([
  'git+https://git.example/a.git',
  'git+ssh://git@git.example/a.git#main',
  'github:owner/repo',
  'owner/repo',
  'https://tarballs.example/a.tgz',
  'file:../a',
  './a',
  'a.tgz',
  '.',
  'link:../a',
])('a dependency on %s is noted and never resolved', async (spec) => {
  const { host, registry } = await registryHost();
  const dependencies = { outside: spec, [`${scope}/slug`]: '^1.0.0' };
  registry.publish('outsider', '1.0.0', { 'package.json': JSON.stringify({ name: 'outsider', version: '1.0.0', dependencies }) });
  const tree = await host.npm.resolveTree('outsider', '1.0.0');
  expect(tree.find(({ name }) => name === 'outsider')?.unpinnable).toEqual([`outside@${spec}`]);
  expect(tree.map(({ name }) => name).sort()).toEqual([`${scope}/slug`, 'outsider']);
});

test('an alias resolves to the real package under the name of the alias', async () => {
  const { host, registry } = await registryHost();
  const dependencies = { other: `npm:${scope}/slug@^1.0.0` };
  registry.publish('aliaser', '1.0.0', { 'package.json': JSON.stringify({ name: 'aliaser', version: '1.0.0', dependencies }) });
  const tree = await host.npm.resolveTree('aliaser', '1.0.0');
  expect(tree.find(({ path }) => path === 'node_modules/other')).toMatchObject({ name: `${scope}/slug`, version: '1.1.0', unpinnable: [] });
});

test('resolving leaves nothing behind in the folder for temporary files', async () => {
  const { host } = await registryHost();
  await host.npm.resolveTree(`${scope}/notes`, '1.0.0');
  expect(readdirSync(host.places.temp)).toEqual([]);
});

test('a login of the user configuration is used and never shows in an error', async () => {
  const token = 'canary-token-5d1f';
  const { host, registry } = await registryHost({ token });
  const withoutLogin = await host.npm.packument(`${scope}/notes`).catch((cause: unknown) => cause);
  expect(withoutLogin).toMatchObject({ code: 'registry-unreachable', why: expect.stringContaining('login') });

  const { host: known } = { host: temporaryHost({ env: registry.env }) };
  writeFileSync(join(known.places.home, '.npmrc'), `${registry.url.replace('http:', '')}:_authToken=${token}\n`);
  expect(await known.npm.packument(`${scope}/notes`)).toMatchObject({ name: `${scope}/notes` });
  const missing = await known.npm.packument('nothing-like-this').catch((cause: unknown) => cause);
  expect(missing).toMatchObject({ code: 'package-not-found' });
  expect(JSON.stringify([missing, String(missing)])).not.toContain(token);
});

test('credentials in the configured registry are not part of what is said about it', async () => {
  const { registry } = await registryHost();
  const host = temporaryHost({ env: { ...registry.env, npm_config_registry: registry.url.replace('//', '//user:canary-secret@') } });
  expect(await host.npm.registryFor('notes')).toBe(registry.url.replace(/\/$/, ''));
});

test("a project's .npmrc is not read: it may have come with a hostile clone", async () => {
  const { registry } = await registryHost();
  const host = temporaryHost({ env: registry.env });
  const project = join(host.places.home, 'clone');
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{}');
  writeFileSync(join(project, '.npmrc'), '@pinfold-fixture:registry=http://127.0.0.1:9/\nregistry=http://127.0.0.1:9/\n');
  const inside = temporaryHost({ env: { ...registry.env, HOME: host.places.home }, cwd: project });
  expect(await inside.npm.registryFor(`${scope}/notes`)).toBe(registry.url.replace(/\/$/, ''));
});

test('a scope has its own registry', async () => {
  const { registry } = await registryHost();
  const host = temporaryHost({ env: { npm_config_fetch_retries: '0' } });
  writeFileSync(join(host.places.home, '.npmrc'), `${scope}:registry=${registry.url}\n`);
  expect(await host.npm.resolveTree(`${scope}/slug`, '1.0.0')).toHaveLength(1);
});

test('a tarball comes out of the download cache when its integrity is known', async () => {
  const { host, registry } = await registryHost();
  const [node] = await host.npm.resolveTree(`${scope}/slug`, '1.0.0');
  const { resolved, integrity } = { resolved: node?.resolved ?? '', integrity: node?.integrity ?? null };
  const first = await host.npm.tarball(resolved, 1e6, integrity);
  const asked = registry.requests.length;
  expect(await host.npm.tarball(resolved, 1e6, integrity)).toEqual(first);
  expect(registry.requests.length).toBe(asked);
});

test.each([
  'file:///etc/hostname',
  'git+https://git.example/a.git',
  'https://github.com/owner/repo',
  'git@github.com:owner/repo.git',
  '/etc/hostname',
  'ftp://files.example/a.tgz',
])('a tarball at %s is not fetched', async (url) => {
  const { host } = await registryHost();
  await expect(host.npm.tarball(url, 1e6, null)).rejects.toMatchObject({ code: 'registry-answer-invalid' });
});

test('a tarball without end is cut off at the limit', async () => {
  const { host, registry } = await registryHost();
  registry.lie(`${scope}/slug`, lies.endlessTarball());
  const url = `${registry.url}${scope}/slug/-/slug-1.0.0.tgz`;
  await expect(host.npm.tarball(url, 1e6, null)).rejects.toMatchObject({ code: 'file-too-large' });
});

test('a registry that nobody listens at is named with the reason', async () => {
  const host = temporaryHost({ env: { npm_config_registry: 'http://u:canary@127.0.0.1:9/', npm_config_fetch_retries: '0' } });
  await expect(host.npm.packument('a')).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: 'cannot ask http://127.0.0.1:9 about a',
    why: 'nothing answers there',
    hint: 'npm ping --registry=http://127.0.0.1:9',
  });
});

test.each(['hangs', 'stalls'] as const)('a registry that %s is given up on', async (kind) => {
  const { host, registry } = await registryHost({ env: { npm_config_fetch_timeout: '200' } });
  registry.lie(`${scope}/slug`, lies[kind]());
  const url = `${registry.url}${scope}/slug/-/slug-1.0.0.tgz`;
  await expect(host.npm.tarball(url, 1e6, null)).rejects.toMatchObject({ code: 'registry-unreachable' });
});

test('a registry that hangs is given up on while a tree is resolved', async () => {
  const { host, registry } = await registryHost({ env: { npm_config_fetch_timeout: '200' } });
  registry.lie(`${scope}/slug`, lies.hangs());
  await expect(host.npm.resolveTree(`${scope}/notes`, '1.0.0')).rejects.toMatchObject({ code: 'registry-unreachable' });
});

test('a record that unpacks to more than the limit is not kept in memory', async () => {
  const { registry } = await registryHost();
  registry.lie(`${scope}/slug`, lies.hugePackument(200_000));
  const url = `${registry.url}${scope}%2fslug`;
  await expect(fetchRecord(url, { registry: registry.url }, 100_000)).rejects.toMatchObject({ code: 'file-too-large' });
  await expect(fetchRecord(url, { registry: registry.url }, 300_000)).rejects.toMatchObject({ code: 'EJSONPARSE' });
});

test('the records of dependencies have the same limit', async () => {
  const { host, registry } = await registryHost();
  registry.lie(`${scope}/slug`, lies.hugePackument(limits.packumentMaxBytes + 1));
  await expect(host.npm.resolveTree(`${scope}/notes`, '1.0.0')).rejects.toMatchObject({ code: 'file-too-large' });
});
