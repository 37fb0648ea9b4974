import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { offlineHost } from '../../../src/host/offline.ts';
import { limits } from '../../../src/model/limits.ts';
import { type AskedListing, refreshListings, saidOfListings } from '../../../src/operations/advisories/listings.ts';
import { refreshAdvisories } from '../../../src/operations/advisories/refresh.ts';
import { hitsPath } from '../../../src/store/hits.ts';
import { keepListing, readListings } from '../../../src/store/listings.ts';
import { planOverride } from '../../../src/store/overrides.ts';
import { temporaryHost } from '../../support/home.ts';
import { json, play, playRegistry, registryRecord } from '../../support/playing.ts';
import { remoteLock } from '../../support/remote-pin.ts';

const name = 'com.example/notes';
const url = 'https://mcp.example.com/mcp';
const record = (of: string, status: string, more: object = {}, version = '1.0.0') =>
  registryRecord(of, version, { remotes: [{ type: 'streamable-http', url }] }, { status, ...more });

const place = { name: 'notes', scope: 'user', project: null } as const;

/** A host whose lock pins `url` under these names, and a registry with records that the test may change. */
async function pinned(registryNames: readonly string[], ...records: ReturnType<typeof registryRecord>[]) {
  const played = await playRegistry(records);
  const host = temporaryHost({ env: played.env });
  await remoteLock({ notes: { url, registryNames } }, host);
  const refreshed = async (on: Host = host) => {
    const { registry, servers } = await refreshAdvisories({ project: null }, on);
    const written = JSON.parse(readFileSync(hitsPath(place, host), 'utf8')).hits as {
      at: string | null;
      hits: { id: string; summary: string }[];
    };
    return { registry, told: servers[0]?.told.map(({ code }) => code), ...written };
  };
  const now = (...next: ReturnType<typeof registryRecord>[]) => records.splice(0, records.length, ...next);
  return { host, played, refreshed, now };
}

describe('what the registry took out', () => {
  test('stops a server at the domain of its name, with the words of the record, and starts again when it is back', async () => {
    const { refreshed, now } = await pinned([name], record(name, 'active'));
    expect(await refreshed()).toMatchObject({ registry: { names: 1, why: null }, told: [], hits: [] });
    now(record(name, 'deleted', { statusMessage: 'sends mail to a stranger' }));
    expect((await refreshed()).hits).toEqual([
      {
        id: 'REGISTRY-deleted',
        kind: 'revoked',
        summary: 'sends mail to a stranger',
        source: 'MCP registry',
        subject: `${name}@1.0.0`,
        overriddenUntil: null,
      },
    ]);
    now(record(name, 'active'));
    expect((await refreshed()).hits).toEqual([]);
  });

  test('that is deprecated is told, and stops nothing', async () => {
    const { refreshed } = await pinned([name], record(name, 'deprecated', { statusMessage: 'use notes2' }));
    expect(await refreshed()).toMatchObject({ told: ['registry-entry-deprecated'], hits: [] });
  });

  test.each([
    ['an account of GitHub, which has no hosts', 'io.github.mallory/notes'],
    ['another domain', 'com.mallory/notes'],
    ['a domain that ends alike', 'com.ple/notes'],
    ['a domain beside it', 'com.example.mallory/notes'],
    ['a public suffix', 'com/notes'],
  ])('by a stranger (%s) is told, and does not stop somebody else’s server', async (_, thief) => {
    const { refreshed } = await pinned([thief], record(thief, 'deleted', { statusMessage: 'malware' }));
    expect(await refreshed()).toMatchObject({ registry: { names: 1 }, told: ['registry-entry-deleted'], hits: [] });
  });

  test('under another name than those of the pin is not even asked about', async () => {
    const { refreshed, played } = await pinned([name], record(name, 'active'), record('com.example/other', 'deleted'));
    expect(await refreshed()).toMatchObject({ hits: [] });
    expect(played.requests).toEqual([`/v0.1/servers/${encodeURIComponent(name)}/versions`]);
  });

  test('as an old version stops nothing while a newer one lists the same', async () => {
    const { refreshed } = await pinned([name], record(name, 'deleted', {}, '0.9.0'), record(name, 'active'));
    expect(await refreshed()).toMatchObject({ told: [], hits: [] });
  });

  test('under the name, but of another host, is about another server', async () => {
    const moved = registryRecord(name, '1.0.0', { remotes: [{ type: 'sse', url: 'https://mcp.evil.example/mcp' }] }, { status: 'deleted' });
    const { refreshed } = await pinned([name], moved);
    expect(await refreshed()).toMatchObject({ told: [], hits: [] });
  });

  test('can be let pass by a person for a time', async () => {
    const { host, refreshed } = await pinned([name], record(name, 'deleted'));
    const override = {
      id: 'REGISTRY-deleted',
      subject: `${name}@1.0.0`,
      reason: 'moved house',
      until: '2999-01-01T00:00:00Z',
      by: 'me',
      at: '2026-01-01T00:00:00Z',
    };
    const { path, after } = await planOverride(override, host);
    await host.files.writeAtomic(path, after ?? '');
    expect((await refreshed()).hits).toMatchObject([{ overriddenUntil: '2999-01-01T00:00:00Z' }]);
  });
});

describe('a registry that cannot be asked', () => {
  test('leaves what is known, with its age; never asked is not "nothing"', async () => {
    const { host, refreshed } = await pinned([name], record(name, 'deleted'));
    expect(await refreshed(offlineHost(host))).toMatchObject({
      at: null,
      hits: [],
      registry: { names: 1, why: expect.stringContaining('offline') },
    });
    const { at } = await refreshed();
    const later = { ...offlineHost(host), now: () => host.now() + 3 * 86_400_000 };
    expect(await refreshed(later)).toMatchObject({ at, hits: [{ id: 'REGISTRY-deleted' }] });
  });

  test('and does not know the name any more takes nothing back', async () => {
    const { refreshed, now } = await pinned([name], record(name, 'deleted'));
    await refreshed();
    now();
    expect((await refreshed()).hits).toMatchObject([{ id: 'REGISTRY-deleted' }]);
  });

  test('because nobody wants it asked is no gap', async () => {
    const host = temporaryHost();
    await remoteLock({ notes: { url, registryNames: [name] } }, host);
    const { servers, registry } = await refreshAdvisories({ project: null }, host);
    expect(servers[0]?.at).not.toBeNull();
    expect(registry.why).toContain('says off');
  });

  test('is asked about a few names, not about all that a lock holds', async () => {
    const played = await play((_, __, response) => json(response, {}, 429));
    const host = temporaryHost({ env: { PINFOLD_REGISTRY_URL: played.origin } });
    const listings = Array.from(
      { length: 300 },
      (_, at): AskedListing => ({ name: `com.example/n${at}`, thing: { type: 'remote', url }, owned: true }),
    );
    expect(await refreshListings([...listings, ...listings], host)).toEqual({
      names: 300,
      why: '100 more names than are asked about at once',
    });
    expect(played.requests).toHaveLength(limits.listingsMaxAsked);
  });

  test('names that came with a clone which nobody trusts are not asked about', async () => {
    const { host, played, refreshed } = await pinned([name], record(name, 'active'));
    const project = join(host.places.home, 'clone');
    const lock = readFileSync(join(host.places.config, 'lock.json'), 'utf8').replaceAll(name, 'com.example/stranger');
    await host.files.writeAtomic(join(project, '.pinfold', 'lock.json'), lock);
    const { servers } = await refreshAdvisories({ project }, host);
    expect(servers.map(({ scope }) => scope)).toEqual(['user', 'project']);
    expect(played.requests.join()).not.toContain('stranger');
    await refreshed();
  });
});

test('what is kept is a cache: damaged it is empty, and one huge answer is not kept and pushes out no other', async () => {
  const host = temporaryHost();
  const entry = { version: '1.0.0', status: 'deleted', statusMessage: '', publishedAt: null, packages: [], remotes: [url] } as const;
  const at = '2026-01-01T00:00:00Z';
  await keepListing(name, { at, entries: [entry] }, host);
  await keepListing(
    'com.example/huge',
    { at, entries: Array.from({ length: 100 }, () => ({ ...entry, statusMessage: 'x'.repeat(4_000) })) },
    host,
  );
  expect([...(await readListings(host)).keys()]).toEqual([name]);
  const said = saidOfListings([{ name, thing: { type: 'remote', url }, owned: true }], await readListings(host), { env: {} });
  expect(said).toMatchObject({ at, hits: [{ summary: 'the MCP registry took this version out, and gives no reason' }] });
  await host.files.writeAtomic(join(host.places.data, 'cache', 'advisories', 'mcp-registry.json'), '{"version":1,"names":[["__proto__"');
  expect((await readListings(host)).size).toBe(0);
});
