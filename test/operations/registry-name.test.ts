import { expect, test } from 'vitest';
import { resolveRegistryName } from '../../src/operations/registry-name.ts';
import { temporaryHost } from '../support/home.ts';
import { playRegistry, registryRecord } from '../support/playing.ts';

const name = 'io.github.ann/notes';
const npm = (version: string, identifier = '@ann/notes') => ({ registryType: 'npm', identifier, version });

async function resolve(records: ReturnType<typeof registryRecord>[], version: string | null = null) {
  const registry = await playRegistry(records);
  return resolveRegistryName({ name, version }, temporaryHost({ env: registry.env }));
}

test('a name means the one package of its newest version, by our own order, and says how it was found', async () => {
  const records = [
    registryRecord(name, '1.0.0', { packages: [npm('1.0.0')] }),
    registryRecord(name, '1.2.0', { packages: [npm('1.2.0')] }),
    registryRecord(name, 'nightly', { packages: [npm('9.9.9', '@mallory/notes')] }, { isLatest: true }),
    registryRecord(name, '2.0.0', { packages: [npm('2.0.0')] }, { status: 'deleted' }),
  ];
  expect(await resolve(records)).toMatchObject({ source: 'npm', name: '@ann/notes', spec: '1.2.0', specKind: 'exact', listedAs: name });
  expect(await resolve(records, '1.0.0')).toMatchObject({ spec: '1.0.0' });
  await expect(resolve(records, '3.0.0')).rejects.toMatchObject({ code: 'version-not-found' });
});

test('a Python package and a remote server are found the same way', async () => {
  const python = registryRecord(name, '1.0.0', { packages: [{ registryType: 'pypi', identifier: 'ann-notes', version: '1.0.0' }] });
  expect(await resolve([python])).toMatchObject({ source: 'pypi', name: 'ann-notes', specifier: '==1.0.0', listedAs: name });
  const remote = registryRecord(name, '1.0.0', { remotes: [{ type: 'streamable-http', url: 'https://mcp.example.com/mcp' }] });
  expect(await resolve([remote])).toMatchObject({ source: 'remote', url: 'https://mcp.example.com/mcp', listedAs: name });
});

test('where there are several, the person chooses, with words that work', async () => {
  const both = registryRecord(name, '1.0.0', {
    packages: [npm('1.0.0'), { registryType: 'pypi', identifier: 'ann-notes', version: '1.0.0' }],
    remotes: [{ type: 'sse', url: 'https://mcp.example.com/mcp' }],
  });
  await expect(resolve([both])).rejects.toMatchObject({
    code: 'reference-not-understood',
    why: 'say which: npm:@ann/notes@1.0.0, pypi:ann-notes==1.0.0, https://mcp.example.com/mcp',
    hint: `pinfold info --listed-as ${name} npm:@ann/notes@1.0.0`,
  });
});

test.each([
  ['git+https://evil.example/x', 'npm'],
  ['../../etc/passwd', 'npm'],
  ['@ann/notes@2.0.0', 'npm'],
  ['notes --index-url https://evil.example', 'pypi'],
])('an identifier that is more than a name leads nowhere: %s', async (identifier, registryType) => {
  await expect(
    resolve([registryRecord(name, '1.0.0', { packages: [{ registryType, identifier, version: '1.0.0' }] })]),
  ).rejects.toMatchObject({
    code: 'reference-not-understood',
  });
});

test.each([
  ['npm', '@ann/notes@2.0.0'],
  ['pypi', 'notes>=2'],
  ['pypi', 'notes[extra]'],
])('nor one that brings a version or extras of its own: %s %s', async (registryType, identifier) => {
  await expect(resolve([registryRecord(name, '1.0.0', { packages: [{ registryType, identifier }] })])).rejects.toMatchObject({
    code: 'reference-not-understood',
  });
});

test('an address that must not be asked leads nowhere', async () => {
  for (const url of ['http://mcp.example.com/mcp', 'https://{host}/mcp', 'file:///etc/passwd'])
    await expect(resolve([registryRecord(name, '1.0.0', { remotes: [{ type: 'sse', url }] })])).rejects.toMatchObject({
      code: 'reference-not-understood',
    });
});

test('what is not there, and what cannot be asked, are two answers', async () => {
  await expect(resolve([])).rejects.toMatchObject({ code: 'package-not-found' });
  await expect(resolveRegistryName({ name, version: null }, temporaryHost())).rejects.toMatchObject({ code: 'registry-unreachable' });
  await expect(resolve([registryRecord(name, '1.0.0', {}, { status: 'deleted' })])).rejects.toMatchObject({
    code: 'version-not-found',
    message: 'every version of io.github.ann/notes was taken out of the registry',
  });
});
