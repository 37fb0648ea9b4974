import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { offlineHost } from '../../../src/host/offline.ts';
import { fetchTwins, fetchVersions } from '../../../src/registries/official/client.ts';
import { registryWord } from '../../../src/registries/official/name.ts';
import { newestEntry } from '../../../src/registries/official/order.ts';
import { parsePage } from '../../../src/registries/official/schema.ts';
import { temporaryHost } from '../../support/home.ts';
import { json, play, playRegistry, registryRecord } from '../../support/playing.ts';

const name = 'io.github.ann/notes';
const page100 = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'registry', 'api-page-100-npm-servers.json');

describe('the official registry', () => {
  test('is asked for all versions of one name, in one segment, and tells deleted ones by their status', async () => {
    const registry = await playRegistry([
      registryRecord(name, '1.0.0'),
      registryRecord(name, '1.1.0', {}, { status: 'deleted' }),
      registryRecord('io.github.ann/other', '9.0.0'),
    ]);
    const found = await fetchVersions(name, temporaryHost({ env: registry.env }));
    expect(found).toMatchObject({
      is: 'served',
      entries: [
        { version: '1.0.0', status: 'active' },
        { version: '1.1.0', status: 'deleted' },
      ],
    });
    expect(newestEntry(found.is === 'served' ? found.entries : [])?.version).toBe('1.0.0');
    expect(registry.requests).toEqual(['/v0.1/servers/io.github.ann%2Fnotes/versions']);
    expect(await fetchVersions('io.github.ann/none', temporaryHost({ env: registry.env }))).toMatchObject({ is: 'absent' });
  });

  test.each([
    ['too many requests', 429, 'was asked too often'],
    ['a failure', 500, 'answered 500'],
    ['no list', 200, 'answered something that cannot be read'],
  ])('%s is not "none"', async (_what, status, why) => {
    const { origin } = await play((_url, _request, response) => json(response, { nothing: true }, status));
    expect(await fetchVersions(name, temporaryHost({ env: { PINFOLD_REGISTRY_URL: origin } }))).toEqual({
      is: 'unavailable',
      why: expect.stringContaining(why),
    });
  });

  test('pages that lead in a circle, or do not end, are not read for ever', async () => {
    const circle = await play((url, _request, response) =>
      json(response, {
        servers: [registryRecord(name, '1.0.0')],
        metadata: { nextCursor: url.searchParams.get('cursor') === 'a' ? 'b' : 'a' },
      }),
    );
    expect(await fetchVersions(name, temporaryHost({ env: { PINFOLD_REGISTRY_URL: circle.origin } }))).toEqual({
      is: 'unavailable',
      why: expect.stringMatching(/^the list of .* does not end$/),
    });
    expect(circle.requests.length).toBe(3);
    let next = 0;
    const endless = await play((_url, _request, response) =>
      json(response, { servers: [registryRecord(name, '1.0.0')], metadata: { nextCursor: `${next++}` } }),
    );
    expect(await fetchVersions(name, temporaryHost({ env: { PINFOLD_REGISTRY_URL: endless.origin } }))).toMatchObject({
      is: 'unavailable',
    });
    expect(endless.requests.length).toBe(21);
  });

  test('several pages are one list, and an entry that breaks the rules is not left out in silence', async () => {
    const paged = await play((url, _request, response) =>
      url.searchParams.get('cursor') === null
        ? json(response, { servers: [registryRecord(name, '1.0.0')], metadata: { nextCursor: 'next' } })
        : json(response, { servers: [registryRecord(name, '1.1.0')], metadata: {} }),
    );
    expect(await fetchVersions(name, temporaryHost({ env: { PINFOLD_REGISTRY_URL: paged.origin } }))).toMatchObject({
      is: 'served',
      entries: [{ version: '1.0.0' }, { version: '1.1.0' }],
    });
    const broken = await play((_url, _request, response) =>
      json(response, { servers: [registryRecord(name, '1.0.0'), { server: { name: 'no slash' } }] }),
    );
    expect(await fetchVersions(name, temporaryHost({ env: { PINFOLD_REGISTRY_URL: broken.origin } }))).toMatchObject({ is: 'unavailable' });
  });

  test('an answer about a name in other letters is about another server', async () => {
    const { origin } = await play((_url, _request, response) =>
      json(response, { servers: [registryRecord('io.github.Ann/notes', '1.0.0')] }),
    );
    const host = temporaryHost({ env: { PINFOLD_REGISTRY_URL: origin } });
    expect(await fetchVersions(name, host)).toEqual({ is: 'unavailable', why: 'the registry answered about another name' });
    expect(await fetchTwins(name, host)).toEqual(['io.github.Ann/notes']);
  });

  test('where nothing answers, its host and the reason are said, and no address that fits no line', async () => {
    const host = temporaryHost({ env: { PINFOLD_REGISTRY_URL: 'http://127.0.0.1:9/' } });
    expect(await fetchVersions(name, host)).toEqual({ is: 'unavailable', why: expect.stringMatching(/^cannot ask 127\.0\.0\.1:9: \S/) });
    expect(await fetchTwins(name, host)).toBe(null);
    await expect(fetchVersions(name, offlineHost(host))).rejects.toMatchObject({ code: 'offline' });
  });

  test('who does not want it to be asked is not asked', async () => {
    expect(await fetchVersions(name, temporaryHost())).toEqual({
      is: 'unavailable',
      why: 'the MCP registry is not asked: PINFOLD_REGISTRY_URL says off',
    });
    await expect(fetchVersions(name, temporaryHost({ env: { PINFOLD_REGISTRY_URL: 'nonsense' } }))).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });

  test.skipIf(!existsSync(page100))('a page of a hundred entries of a catalogue can be read whole', () => {
    const page = parsePage(JSON.parse(readFileSync(page100, 'utf8')));
    expect(page?.entries.length).toBe(100);
    expect(page?.unread).toBe(0);
    expect(page?.nextCursor).toBe(null);
    expect(page?.entries[0]).toMatchObject({
      name: 'io.github.modelcontextprotocol/server-filesystem',
      packages: [{ type: 'npm', identifier: '@modelcontextprotocol/server-filesystem', version: '0.6.2' }],
    });
    expect(page?.entries.every(({ name: listed }) => registryWord([listed])?.name === listed)).toBe(true);
  });
});

test.each([
  ['io.github.ann/notes', { name: 'io.github.ann/notes', version: null }],
  ['com.example/server@1.2.3', { name: 'com.example/server', version: '1.2.3' }],
  ['com.example/server@nightly', { name: 'com.example/server', version: 'nightly' }],
  ['ann/notes', null],
  ['@ann/notes', null],
  ['pypi:notes', null],
  ['https://mcp.example.com/mcp', null],
  ['io.github.ann/notes/x', null],
])('%s is a name of the registry or not', (word, expected) => {
  expect(registryWord([word])).toEqual(expected);
});
