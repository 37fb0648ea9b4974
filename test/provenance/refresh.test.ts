import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { offlineHost } from '../../src/host/offline.ts';
import { keptTrustPath, trustRootOf } from '../../src/provenance/kept-root.ts';
import { refreshTrustRoot } from '../../src/provenance/refresh.ts';
import type { Seed } from '../../src/provenance/trust-root.ts';
import { temporaryHost } from '../support/home.ts';
import { type TestAuthority, testAuthority } from '../support/signing.mjs';
import { frameworkKey, repository, rootMetadata } from '../support/update-framework.ts';

const keysTarget = 'npm-registry.invalid/keys.json';
const later = '2126-01-01T00:00:00Z';
const before = '2026-01-01T00:00:00Z';
const [first, second, thief] = [frameworkKey(), frameworkKey(), frameworkKey()];

let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority();
});

const keysFile = (start: string) =>
  JSON.stringify({
    keys: authority.keys.slice(0, 1).map(({ keyId, usage, spki }) => ({
      keyId,
      keyUsage: usage,
      publicKey: { rawBytes: Buffer.from(spki).toString('base64'), validFor: { start } },
    })),
  });
const files = (start: string) =>
  new Map([
    ['trusted_root.json', JSON.stringify(authority.trustedRoot)],
    [keysTarget, keysFile(start)],
  ]);

/** A repository that serves `served`, and what an installed pinfold would ship for it. */
async function framework(served: Map<string, Uint8Array>, rootExpires = later) {
  const answer: RequestListener = (request, response) => {
    const found = served.get((request.url ?? '').slice(1).replace(/^targets\/[0-9a-f]{64}\./, 'targets/'));
    response.writeHead(found === undefined ? 404 : 200).end(found);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const seed: Seed = {
    mirror: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    root: rootMetadata(1, first, [first], rootExpires),
    targets: new Map([...files('2020-01-01T00:00:00Z')].map(([name, text]) => [name, Buffer.from(text)])),
    keysTarget,
  };
  return { seed, host: temporaryHost(), served };
}

const validFrom = (trust: Awaited<ReturnType<typeof trustRootOf>>) => [
  trust.from,
  new Date(trust.keys[0]?.validFromMs ?? 0).getUTCFullYear(),
];

test('a refresh walks from the shipped root to the newest, and what it found counts from then on, without a network too', async () => {
  const served = repository(7, second, files('2025-01-01T00:00:00Z'), later);
  served.set('2.root.json', rootMetadata(2, second, [first, second], later));
  const { seed, host } = await framework(served, before);
  expect(await trustRootOf(host, seed)).toMatchObject({ from: 'shipped', expiredAt: before });
  expect(await refreshTrustRoot(host, seed)).toMatchObject({ from: 'refreshed', expiredAt: null, keysOf: 'npm-registry.invalid' });
  expect(validFrom(await trustRootOf(offlineHost(host), seed))).toEqual(['refreshed', 2025]);
  expect(readdirSync(host.places.temp)).toEqual([]);
  // Once more, from what is kept, with something newer.
  for (const [name, bytes] of repository(8, second, files('2026-01-01T00:00:00Z'), later)) served.set(name, bytes);
  await refreshTrustRoot(host, seed);
  expect(validFrom(await trustRootOf(host, seed))).toEqual(['refreshed', 2026]);
});

test.each<[string, (served: Map<string, Uint8Array>) => void]>([
  ['a new root that the old one did not sign', (served) => served.set('2.root.json', rootMetadata(2, thief, [thief], later))],
  ['a root whose number is another', (served) => served.set('2.root.json', rootMetadata(3, first, [first], later))],
  [
    'targets of somebody else',
    (served) => served.set('targets.json', repository(7, thief, files(later), later).get('targets.json') ?? Buffer.of()),
  ],
  [
    'a timestamp that ran out',
    (served) => served.set('timestamp.json', repository(7, first, files(later), before).get('timestamp.json') ?? Buffer.of()),
  ],
  ['other bytes of a target', (served) => served.set('targets/trusted_root.json', Buffer.from('{}'))],
  ['nothing', (served) => served.clear()],
  ['no JSON', (served) => served.set('timestamp.json', Buffer.from('<html>'))],
])('%s changes nothing', async (_, attack) => {
  const served = repository(7, first, files('2025-01-01T00:00:00Z'), later);
  attack(served);
  const { seed, host } = await framework(served);
  await expect(refreshTrustRoot(host, seed)).rejects.toMatchObject({ code: 'registry-answer-invalid' });
  expect((await trustRootOf(host, seed)).from).toBe('shipped');
});

test('something older than what was known before is not taken', async () => {
  const served = repository(7, first, files('2025-01-01T00:00:00Z'), later);
  const { seed, host } = await framework(served);
  await refreshTrustRoot(host, seed);
  for (const [name, bytes] of repository(6, first, files('2024-01-01T00:00:00Z'), later)) served.set(name, bytes);
  await expect(refreshTrustRoot(host, seed)).rejects.toMatchObject({ code: 'registry-answer-invalid' });
  expect(validFrom(await trustRootOf(host, seed))).toEqual(['refreshed', 2025]);
});

test.each<[string, (kept: string) => string]>([
  [
    'a key',
    (kept) =>
      edited(kept, (json) => ({
        ...json,
        files: { ...json.files, [keysTarget]: Buffer.from(keysFile('1999-01-01T00:00:00Z')).toString('base64') },
      })),
  ],
  [
    'the targets and their signer',
    (kept) =>
      edited(kept, (json) => {
        const own = repository(9, thief, files('1999-01-01T00:00:00Z'), later);
        const [targets, keys] = [own.get('targets.json'), own.get(`targets/${keysTarget}`)].map((bytes) =>
          Buffer.from(bytes ?? '').toString('base64'),
        );
        const root = Buffer.from(rootMetadata(2, thief, [thief], later)).toString('base64');
        return { ...json, roots: [root], roles: { targets }, files: { ...json.files, [keysTarget]: keys } };
      }),
  ],
  ['everything', () => '{}'],
])('a kept root in which somebody replaced %s is worth nothing', async (_, edit) => {
  const { seed, host } = await framework(repository(7, first, files('2025-01-01T00:00:00Z'), later));
  await refreshTrustRoot(host, seed);
  const path = keptTrustPath(host);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  expect((await trustRootOf(host, seed)).from).toBe('shipped');
});

test('what was refreshed long ago still counts, and is said to have run out', async () => {
  const { seed, host } = await framework(repository(7, first, files('2025-01-01T00:00:00Z'), later));
  await refreshTrustRoot(host, seed);
  const inTwoHundredYears = { ...host, now: () => Date.parse('2226-01-01T00:00:00Z') };
  expect(await trustRootOf(inTwoHundredYears, seed)).toMatchObject({ from: 'refreshed', expiredAt: later });
});

test('without a network it says so', async () => {
  const { seed, host } = await framework(new Map());
  await expect(refreshTrustRoot(offlineHost(host), seed)).rejects.toMatchObject({ code: 'offline' });
});

// biome-ignore lint/suspicious/noExplicitAny: somebody may write anything there
function edited(kept: string, change: (json: any) => unknown): string {
  return JSON.stringify(change(JSON.parse(kept)));
}
