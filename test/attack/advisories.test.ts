import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { archivedRecords } from '../../src/advisories/osv-archive.ts';
import type { Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import { limits } from '../../src/model/limits.ts';
import { signingContexts } from '../../src/model/signing-context.ts';
import { type FeedStanding, recallFeeds, refreshFeeds } from '../../src/operations/advisories/feeds.ts';
import { askOsv } from '../../src/operations/advisories/osv-answer.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { signEnvelope } from '../../src/provenance/dsse.ts';
import { readSecretKey } from '../../src/provenance/local-key.ts';
import { writeHits } from '../../src/store/hits.ts';
import { planOverride, readOverrides, withOverrides } from '../../src/store/overrides.ts';
import { temporaryHost } from '../support/home.ts';
import { malware, startOsv } from '../support/osv.ts';
import { zip } from '../support/wheel.ts';

const server = { origin: null, registryNames: [] };
const a = { subject: 'pkg:npm/a', name: 'a', version: '1.0.0', integrity: null, own: true };

describe('a service of advisories that lies, or only takes time', () => {
  async function ask(
    path: string,
    how: Parameters<Awaited<ReturnType<typeof startOsv>>['answer']>[1],
    change: (host: Host) => Host = (host) => host,
  ) {
    const osv = await startOsv();
    osv.about('npm', 'a', malware('MAL-2026-1', 'npm', 'a'));
    osv.answer(path, how);
    const host = change(temporaryHost({ env: osv.env }));
    return { osv, answer: await askOsv({ packages: [a], server }, host) };
  }
  const json = (value: unknown) => (response: { end(text: string): unknown }) => void response.end(JSON.stringify(value));

  test.each([
    ['answers with a page', (response: { end(text: string): unknown }) => void response.end('<html>')],
    ['answers fewer questions', json({ results: [] })],
    ['names a record by a member of every object', json({ results: [{ vulns: [{ id: '__proto__', modified: 'x' }] }] })],
    ['names a record by a path', json({ results: [{ vulns: [{ id: '../../v1/other', modified: 'x' }] }] })],
  ])('%s: nothing is known, and nothing is called fine', async (_, how) => {
    const { answer } = await ask('/v1/querybatch', how as never);
    expect(answer).toMatchObject({ fresh: false, unknown: 1, hits: [] });
    expect(answer.why).not.toBeNull();
    expect(Object.hasOwn(Object.prototype, 'affected')).toBe(false);
  });

  test('pages without end are a bound, not a hang', async () => {
    const { answer, osv } = await ask('/v1/querybatch', json({ results: [{ vulns: [], next_page_token: 'more' }] }) as never);
    expect(osv.batches).toHaveLength(limits.osvMaxPages);
    expect(answer).toMatchObject({ fresh: false, unknown: 1 });
    expect(answer.why).toContain('pages');
  });

  test('a service that never answers is given up at its deadline', async () => {
    let askedAt = 0;
    const { answer } = await ask(
      '/v1/querybatch',
      () => undefined,
      (host) => ({
        ...host,
        http: {
          ...host.http,
          get: (url, request) => {
            askedAt = request.timeoutMs;
            return host.http.get(url, { ...request, timeoutMs: 50 });
          },
        },
      }),
    );
    expect(askedAt).toBeLessThanOrEqual(limits.evidenceTimeoutMs);
    expect(answer).toMatchObject({ fresh: false, unknown: 1 });
  });

  test('a huge answer is refused, and not held in memory', async () => {
    const { answer } = await ask('/v1/querybatch', (response) => {
      const block = Buffer.alloc(1024 * 1024, 0x20);
      for (let sent = 0; sent <= limits.evidenceMaxBytes; sent += block.length) response.write(block);
      response.end();
    });
    expect(answer).toMatchObject({ fresh: false, unknown: 1 });
    expect(answer.why).toContain('larger than');
  });

  test.each([
    ['is not served', (response: { writeHead(code: number): { end(): unknown } }) => void response.writeHead(404).end()],
    ['is another one', json({ ...malware('MAL-2026-9', 'npm', 'other') })],
    ['says that it was withdrawn by something that is no time', json({ ...malware('MAL-2026-1', 'npm', 'a'), withdrawn: 'yes' })],
  ])('a record of malware whose words cannot be had (it %s) stops all the same', async (_, how) => {
    const { answer } = await ask('/v1/vulns/MAL-2026-1', how as never);
    expect(answer.hits).toMatchObject([{ id: 'MAL-2026-1', kind: 'malicious', subject: 'a@1.0.0', summary: '' }]);
  });

  test('a staging id, and one range twice, are read as they are', async () => {
    const osv = await startOsv();
    const twice = [
      { type: 'SEMVER', events: [{ introduced: '1.0.6' }] },
      { type: 'SEMVER', events: [{ introduced: '0' }] },
    ];
    osv.about(
      'npm',
      'a',
      malware('MAL-0000-a-1', 'npm', 'a', { affected: [{ package: { ecosystem: 'npm', name: 'a' }, ranges: [...twice, ...twice] }] }),
    );
    const { hits } = await askOsv({ packages: [a], server }, temporaryHost({ env: osv.env }));
    expect(hits.map(({ id }) => id)).toEqual(['MAL-0000-a-1']);
  });
});

describe('an archive that is a trap', () => {
  const record = (id: string) => JSON.stringify(malware(id, 'npm', 'a'));
  const read = async (bytes: Uint8Array, bounds = limits) => {
    const found = [];
    for await (const one of archivedRecords(bytes, bounds)) found.push(one?.id ?? null);
    return found;
  };

  test('an honest one is read, and what is no record is counted', async () => {
    const members = [
      { path: 'MAL-2026-1.json', body: record('MAL-2026-1') },
      { path: 'MAL-2026-2.json', body: record('MAL-2026-1') },
      { path: '__proto__.json', body: record('MAL-2026-3') },
      { path: 'readme.txt', body: 'x' },
    ];
    expect(await read(zip(members))).toEqual(['MAL-2026-1', null, null]);
  });

  test('a file that unpacks to more than it says, and more than there may be in all', async () => {
    const bomb = { path: 'MAL-2026-1.json', body: ' '.repeat(1_000_000), says: { size: 10 } };
    await expect(read(zip([bomb]))).rejects.toMatchObject({ code: 'archive-hostile' });
    const many = Array.from({ length: 20 }, (_, index) => ({ path: `MAL-2026-${index}.json`, body: ' '.repeat(1_000) }));
    await expect(read(zip(many), { ...limits, osvArchiveMaxUnpackedBytes: 10_000 } as never)).rejects.toMatchObject({
      code: 'archive-hostile',
    });
    await expect(read(zip(many), { ...limits, osvArchiveMaxEntries: 10 } as never)).rejects.toMatchObject({ code: 'archive-hostile' });
    await expect(read(deflateRawSync('x'))).rejects.toMatchObject({ code: 'archive-hostile' });
  });
});

describe('revocation feeds', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = readSecretKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), null);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const other = generateKeyPairSync('ed25519');
  const otherKey = readSecretKey(other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), null);
  const otherPem = other.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const nowMs = Date.parse('2026-11-27T12:00:00Z');

  function feed(version: number, more: Readonly<Record<string, unknown>> = {}) {
    const records = [malware('ACME-2026-1', 'npm', 'a')];
    return { format: 1, name: 'acme', version, created: '2026-11-20T00:00:00Z', expires: '2026-12-20T00:00:00Z', records, ...more };
  }

  /** A machine with one feed in its policy. `serve` puts a feed where the policy says, signed with a key. */
  function machine(given: { readonly layer?: 'managed' | 'user'; readonly name?: string; readonly pem?: string } = {}) {
    const real = temporaryHost();
    const host: Host = { ...real, now: () => nowMs };
    const folder = join(real.places.home, 'feed');
    mkdirSync(folder);
    const entry = { name: given.name ?? 'acme', url: `file://${folder}`, key: given.pem ?? pem };
    const text = JSON.stringify({ version: 1, noMatch: 'allow', feeds: [entry] });
    const layer = given.layer ?? 'user';
    const layers = [{ layer, path: '/policy.json', digest: 'sha256-x', policy: parsePolicy(text, layer, '/policy.json') }] as const;
    const put = (value: unknown) => writeFileSync(join(folder, 'feed.json'), JSON.stringify(value));
    return {
      host,
      put,
      at: (now: number): Host => ({ ...host, now: () => now }),
      serve: (document: object, signer = key, type: string = signingContexts.feed.payloadType) =>
        put(signEnvelope(type, Buffer.from(JSON.stringify(document)), signer)),
      refresh: async (on: Host = host): Promise<FeedStanding> => (await refreshFeeds(layers, on))[0] as FeedStanding,
      recall: async (on: Host = host): Promise<FeedStanding> => (await recallFeeds(layers, on))[0] as FeedStanding,
    };
  }

  test('a genuine one counts, a newer one takes its place, and both are remembered', async () => {
    const m = machine();
    m.serve(feed(1));
    expect(await m.refresh()).toMatchObject({ outcome: 'verified', version: 1, advisories: [{ id: 'ACME-2026-1', kind: 'revoked' }] });
    m.serve(feed(2, { records: [] }));
    expect(await m.refresh()).toMatchObject({ outcome: 'verified', version: 2, advisories: [] });
    expect(await m.recall()).toMatchObject({ version: 2 });
  });

  test('rollback: an older version is refused, and the newer one goes on counting', async () => {
    const m = machine();
    m.serve(feed(2));
    await m.refresh();
    m.serve(feed(1, { records: [] }));
    expect(await m.refresh()).toMatchObject({
      outcome: 'invalid',
      detail: expect.stringContaining('rollback'),
      version: 2,
      advisories: [{}],
    });
  });

  test('two feeds of one version are not the same', async () => {
    const m = machine();
    m.serve(feed(2));
    await m.refresh();
    m.serve(feed(2, { records: [] }));
    expect(await m.refresh()).toMatchObject({ outcome: 'invalid', advisories: [{ id: 'ACME-2026-1' }] });
  });

  test('freeze: one that ran out is not fresh, whether it is served again or remembered; its records go on counting', async () => {
    const m = machine();
    m.serve(feed(1));
    await m.refresh();
    const later = m.at(Date.parse('2026-12-21T00:00:00Z'));
    expect(await m.refresh(later)).toMatchObject({ outcome: 'unavailable', detail: expect.stringContaining('ran out'), advisories: [{}] });
    expect(await m.recall(later)).toMatchObject({ outcome: 'unavailable', advisories: [{}] });
  });

  test.each([
    ['another key', (m: ReturnType<typeof machine>) => m.serve(feed(9, { records: [] }), otherKey)],
    ['the right key, for another purpose', (m: ReturnType<typeof machine>) => m.serve(feed(9), key, signingContexts.manifest.payloadType)],
    ['another name', (m: ReturnType<typeof machine>) => m.serve(feed(9, { name: 'other' }))],
    ['a time that lies ahead', (m: ReturnType<typeof machine>) => m.serve(feed(9, { created: '2026-12-10T00:00:00Z' }))],
    [
      'a record twice',
      (m: ReturnType<typeof machine>) => m.serve(feed(9, { records: [malware('A-1', 'npm', 'a'), malware('A-1', 'npm', 'b')] })),
    ],
    ['a record that is none', (m: ReturnType<typeof machine>) => m.serve(feed(9, { records: [{ id: '__proto__' }] }))],
    ['a member that nobody knows', (m: ReturnType<typeof machine>) => m.serve(feed(9, { allow: ['pkg:npm/a'] }))],
    ['no signature', (m: ReturnType<typeof machine>) => m.put(feed(9))],
  ])('one with %s is invalid, and takes nothing of the one before away', async (_, lie) => {
    const m = machine();
    m.serve(feed(1));
    await m.refresh();
    lie(m);
    expect(await m.refresh()).toMatchObject({ outcome: 'invalid', version: 1, advisories: [{ id: 'ACME-2026-1' }] });
  });

  test('mix and match: a record of one version under the signature of another', async () => {
    const m = machine();
    const old = signEnvelope(signingContexts.feed.payloadType, Buffer.from(JSON.stringify(feed(1))), key);
    const young = signEnvelope(signingContexts.feed.payloadType, Buffer.from(JSON.stringify(feed(2, { records: [] }))), key);
    m.put({ ...young, payload: old.payload });
    expect(await m.refresh()).toMatchObject({ outcome: 'invalid', version: null });
  });

  test("a key of one feed signs no other, whatever the feed's place says", async () => {
    const m = machine({ name: 'beta', pem: otherPem });
    m.serve(feed(1, { name: 'beta' }), key);
    expect(await m.refresh()).toMatchObject({ outcome: 'invalid' });
    m.serve(feed(1, { name: 'beta' }), otherKey);
    expect(await m.refresh()).toMatchObject({ outcome: 'verified' });
  });

  test('a feed that cannot be had, and a memory that is damaged, are said, and are never fine', async () => {
    const m = machine();
    expect(await m.refresh()).toMatchObject({ outcome: 'unavailable', version: null });
    m.serve(feed(2));
    await m.refresh();
    const [file = ''] = await m.host.files
      .list(join(m.host.places.data, 'feeds'))
      .then((names) => names.filter((name) => name.endsWith('.json')));
    writeFileSync(join(m.host.places.data, 'feeds', file), '{"format":1,"version":0}');
    m.serve(feed(1));
    expect(await m.refresh()).toMatchObject({ outcome: 'invalid', detail: expect.stringContaining('damaged') });
  });

  test("a project may name feeds, but none of this machine's own files, and only by https", () => {
    const policy = (url: string) => JSON.stringify({ version: 1, feeds: [{ name: 'x', url, key: pem }] });
    for (const url of ['file:///etc', 'http://127.0.0.1/', 'javascript:1', 'data:,x', 'ftp://host'])
      expect(() => parsePolicy(policy(url), 'project', '/p')).toThrowError(GuardError);
    expect(parsePolicy(policy('https://feeds.example'), 'project', '/p').feeds).toHaveLength(1);
    expect(() => parsePolicy(JSON.stringify({ version: 1, feeds: [{ name: 'x', url: 'https://h' }] }), 'user', '/p')).toThrowError(
      GuardError,
    );
  });
});

describe('what was let pass', () => {
  const hit = {
    id: 'MAL-2026-1',
    kind: 'malicious',
    severity: 'unknown',
    summary: '',
    source: 'osv',
    matched: 'version',
    own: true,
  } as const;
  const found = { ...hit, subject: 'a@1.0.0', overridable: true, overriddenUntil: null };
  const override = {
    id: 'MAL-2026-1',
    subject: 'a@1.0.0',
    reason: 'wrong',
    until: '2026-12-01T00:00:00Z',
    by: 'me',
    at: '2026-11-01T00:00:00Z',
  };
  const nowMs = Date.parse('2026-11-27T00:00:00Z');
  const passed = (more: object, over: object = {}, at = nowMs) =>
    withOverrides([{ ...found, ...more }], [{ ...override, ...over }], at)[0]?.overriddenUntil !== null;

  test('one id, one exact version, until its day, and never against a feed of the managed policy', () => {
    expect(passed({})).toBe(true);
    expect(passed({}, {}, Date.parse('2026-12-01T00:00:00Z'))).toBe(false);
    expect(passed({}, { until: 'never' })).toBe(false);
    expect(passed({ subject: 'a@1.0.1' })).toBe(false);
    expect(passed({ id: 'MAL-2026-2' })).toBe(false);
    expect(passed({ overridable: false })).toBe(false);
  });

  test('a file that somebody damaged lets nothing pass, and is not written over', async () => {
    const host = temporaryHost();
    mkdirSync(host.places.config, { recursive: true });
    writeFileSync(join(host.places.config, 'overrides.json'), JSON.stringify({ version: 1, overrides: [{ ...override, until: 1 }] }));
    expect(await readOverrides(host)).toEqual({ overrides: [], damaged: true });
    await expect(planOverride(override, host)).rejects.toMatchObject({ code: 'config-invalid' });
  });

  test('a project brings none', async () => {
    const host = temporaryHost();
    const project = join(host.places.home, 'project');
    mkdirSync(join(project, '.pinfold'), { recursive: true });
    writeFileSync(join(project, '.pinfold', 'overrides.json'), JSON.stringify({ version: 1, overrides: [override] }));
    expect(await readOverrides({ ...host, places: { ...host.places, cwd: project } })).toEqual({ overrides: [], damaged: false });
    expect(() => parsePolicy(JSON.stringify({ version: 1, overrides: [override] }), 'project', '/p')).toThrowError(GuardError);
  });
});

test('what is written for the launch holds words of a record as they are, and no more than a bound of them', async () => {
  const host = temporaryHost();
  const place = { name: 'a', scope: 'user', project: null } as const;
  const one = { id: 'MAL-2026-1', kind: 'malicious', summary: '\u001b[31m\u202e"}', source: 'osv', subject: 'a@1', overriddenUntil: null };
  await writeHits(place, { label: 'x', at: null, hits: Array.from({ length: 5_000 }, () => one) }, host);
  const { hits } = JSON.parse(readFileSync(join(host.places.data, 'hits', 'user', 'a.json'), 'utf8')) as { hits: { hits: unknown[] } };
  expect(hits.hits).toHaveLength(limits.hitsMaxPerServer);
  expect(hits.hits[0]).toEqual(one);
});
