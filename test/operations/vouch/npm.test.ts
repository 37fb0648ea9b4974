import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { offlineHost } from '../../../src/host/offline.ts';
import type { Vouched } from '../../../src/model/vouched.ts';
import { npmVouchers } from '../../../src/operations/vouch/npm.ts';
import { vouch } from '../../../src/operations/vouch/vouch.ts';
import { vouchForPinned } from '../../../src/operations/vouch/vouch-pinned.ts';
import { type TrustRoot, trustRoot } from '../../../src/provenance/trust-root.ts';
import { resolveNpm } from '../../../src/sources/npm/resolve.ts';
import { parseReference } from '../../../src/sources/reference.ts';
import { registryHost } from '../../support/registry.ts';
import type { Registry } from '../../support/registry-server.mjs';
import { type TestAuthority, testAuthority } from '../../support/signing.mjs';

// biome-ignore lint/suspicious/noExplicitAny: a registry may write anything into a record
type Json = any;

const name = '@pinfold-fixture/notes';
const version = '1.0.0';
const attestationsPath = `-/npm/v1/attestations/${name}@${version}`;

let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority();
});

/** The fixture registry, signing what it publishes; `time` is when it says that the version was published. */
async function signingRegistry(options: { readonly generation?: 'old' | 'now'; readonly time?: string; readonly promises?: boolean } = {}) {
  const { registry, host } = await registryHost();
  const integrity = registry.integrity(name, version);
  const { generation = 'now', promises = true } = options;
  registry.lie(name, {
    packument: (packument: Json) => {
      const { dist } = packument.versions[version];
      dist.signatures = [authority.signature(`${name}@${version}:${integrity}`, generation)];
      if (promises)
        dist.attestations = { url: 'https://evil.example/attestations', provenance: { predicateType: 'https://slsa.dev/provenance/v1' } };
      if (options.time !== undefined) packument.time[version] = options.time;
      return packument;
    },
  });
  registry.document(
    attestationsPath,
    await authority.attestations({ name, version, integrity, registry: registry.url.replace(/\/$/, '') }),
  );
  return { registry, host, integrity };
}

/** @param own whether the keys are those of this registry, as npm's are of npm's */
async function asked(registry: Registry, host: Host, own = true, timeoutMs = 10_000): Promise<Vouched> {
  const resolved = await resolveNpm(parseReference([`${name}@${version}`], null) as Parameters<typeof resolveNpm>[0], host);
  return vouch({ ...resolved, resolution: { ecosystem: 'npm', npm: resolved } }, host, vouchersFor(registry, own, timeoutMs));
}

function vouchersFor(registry: Registry, own = true, timeoutMs = 10_000) {
  const keysOf = own ? new URL(registry.url).host : 'keys.pinfold-fixture.example';
  return npmVouchers({ trustOf: async () => rootFor(keysOf), timeoutMs });
}

function rootFor(keysOf: string): TrustRoot {
  return trustRoot(authority.trustedRoot, authority.keys, { from: 'given', expiredAt: null, keysOf });
}

const lines = ({ evidence }: Vouched) =>
  Object.fromEntries(evidence.map(({ source, outcome, detail }) => [source, `${outcome}: ${detail}`]));
const port = /127\.0\.0\.1:\d+/g;
const said = (vouched: Vouched) =>
  JSON.parse(
    JSON.stringify(lines(vouched))
      .replaceAll(port, 'REGISTRY')
      .replaceAll(/SHA256:[\w+/]+/g, 'KEY'),
  );

test('a registry that signs and attests: who signed it, who built it', async () => {
  const { registry, host } = await signingRegistry();
  const vouched = await asked(registry, host);
  expect(said(vouched)).toEqual({
    'npm-signature': 'verified: REGISTRY signed its name, version and hash; key KEY',
    'npm-provenance':
      'verified: built from github.com/pinfold-fixture/notes, .github/workflows/release.yml, refs/tags/v1.0.0, commit 0123456789ab, push, github-hosted',
  });
  expect(vouched.builder).toMatchObject({ repositoryId: '1001', ownerId: '2002' });
  expect(vouched.findings).toEqual([]);
});

test('a registry that serves none of it is named, and nothing is called absent', async () => {
  const { registry, host } = await registryHost();
  expect(said(await asked(registry, host))).toEqual({
    'npm-signature': 'unavailable: REGISTRY serves no signatures',
    'npm-provenance': 'unavailable: REGISTRY serves no attestations',
  });
});

describe('signatures', () => {
  test('a key that ran out counts for what was published before, and not for what was published after', async () => {
    const before = await signingRegistry({ generation: 'old', time: '2024-06-01T00:00:00.000Z' });
    expect(said(await asked(before.registry, before.host))).toMatchObject({ 'npm-signature': expect.stringMatching(/^verified/) });
    const after = await signingRegistry({ generation: 'old', time: '2025-06-01T00:00:00.000Z' });
    const vouched = await asked(after.registry, after.host);
    expect(said(vouched)['npm-signature']).toBe('invalid: its key KEY ran out on 2025-01-29, before it was published');
    expect(vouched.findings).toMatchObject([{ code: 'signature-invalid', severity: 'block' }]);
    // A mirror's times are its own: they accuse nobody.
    expect(said(await asked(after.registry, after.host, false))['npm-signature']).toMatch(
      /^unavailable: its key KEY ran out on 2025-01-29/,
    );
  });

  test('a signature over another version, or other bytes', async () => {
    const { registry, host, integrity } = await signingRegistry();
    for (const text of [`${name}@1.0.1:${integrity}`, `other@${version}:${integrity}`, `${name}@${version}:sha512-other`]) {
      registry.lie(name, {
        packument: (packument: Json) => {
          packument.versions[version].dist.signatures = [authority.signature(text)];
          return packument;
        },
      });
      const vouched = await asked(registry, host);
      expect(vouched.evidence[0]).toMatchObject({ source: 'npm-signature', outcome: 'invalid' });
      expect(vouched.findings).toMatchObject([{ code: 'signature-invalid' }]);
    }
  });

  test('one bad signature beside a good one, and signatures that cannot be read', async () => {
    const { registry, host, integrity } = await signingRegistry();
    const good = authority.signature(`${name}@${version}:${integrity}`);
    for (const signatures of [[good, { ...good, sig: 'AAAA' }], 'none', [{ keyid: 7 }], Array.from({ length: 9 }, () => good)]) {
      registry.lie(name, {
        packument: (packument: Json) => {
          packument.versions[version].dist.signatures = signatures;
          return packument;
        },
      });
      expect((await asked(registry, host)).evidence[0]).toMatchObject({ source: 'npm-signature', outcome: 'invalid' });
    }
  });

  test('a version without a signature where others have one', async () => {
    const { registry, host } = await signingRegistry();
    registry.lie(name, {
      packument: (packument: Json) => {
        packument.versions['1.1.0'].dist.signatures = [authority.signature('other')];
        return packument;
      },
    });
    expect(said(await asked(registry, host))).toMatchObject({
      'npm-signature': 'absent: REGISTRY signs other versions of it, and not this one',
      'npm-provenance': 'absent: REGISTRY has no attestations for it: nothing says who built it',
    });
  });

  test('a key that only a mirror names is never more than said', async () => {
    const other = await testAuthority();
    const { registry, host, integrity } = await signingRegistry();
    registry.lie(name, {
      packument: (packument: Json) => {
        packument.versions[version].dist.signatures = [other.signature(`${name}@${version}:${integrity}`)];
        return packument;
      },
    });
    registry.document('-/npm/v1/keys', other.registryKeys);
    expect(said(await asked(registry, host, false))['npm-signature']).toBe(
      'unavailable: signed with a key that REGISTRY names itself: KEY',
    );
    // The registry whose keys are known cannot bring others.
    expect(said(await asked(registry, host, true))['npm-signature']).toBe('unavailable: signed with a key that is not known here: KEY');
  });

  test("a mirror's keys that a policy names count for the mirror alone, and no other key counts for it", async () => {
    const mirror = await testAuthority();
    const { registry, host, integrity } = await signingRegistry();
    const at = new URL(registry.url).host;
    const policy = (registryHostName: string, keys: TestAuthority = mirror) => {
      mkdirSync(host.places.config, { recursive: true });
      const npmKeys = [
        {
          registry: registryHostName,
          keyid: keys.registryKeys.keys[1].keyid,
          key: Buffer.from(keys.keys[2]?.spki ?? []).toString('base64'),
        },
      ];
      writeFileSync(join(host.places.config, 'policy.json'), JSON.stringify({ version: 1, npmKeys }));
    };
    const signs = (by: TestAuthority) =>
      registry.lie(name, {
        packument: (packument: Json) => {
          packument.versions[version].dist.signatures = [by.signature(`${name}@${version}:${integrity}`)];
          return packument;
        },
      });
    const signature = async (own: boolean) => said(await asked(registry, host, own))['npm-signature'];
    registry.document('-/npm/v1/keys', mirror.registryKeys);
    // npm's key, which is in the trust root, under the mirror's roof.
    signs(authority);
    policy(at);
    expect(await signature(false)).toBe('unavailable: signed with a key that is not known here: KEY');
    // The mirror's key: for the mirror, and nowhere else.
    signs(mirror);
    expect(await signature(false)).toBe('verified: REGISTRY signed its name, version and hash; key KEY, of the user policy');
    policy('other.example');
    expect(await signature(true)).toBe('unavailable: signed with a key that is not known here: KEY');
    expect(await signature(false)).toBe('unavailable: signed with a key that REGISTRY names itself: KEY');
    // The id of one key over the bytes of another.
    policy(at, { ...authority, registryKeys: mirror.registryKeys });
    expect(await signature(false)).toMatch(/^invalid: its signature does not fit/);
  });
});

describe('attestations', () => {
  test('the address in the record is not asked, only the configured registry', async () => {
    const { registry, host } = await signingRegistry();
    await asked(registry, host);
    expect(registry.requests.filter(({ path }) => path.startsWith('/-/')).map(({ path }) => path)).toEqual([`/${attestationsPath}`]);
  });

  test('attestations that are promised and not served could not be checked', async () => {
    const { registry, host } = await signingRegistry();
    registry.document(attestationsPath, (response: Json) => response.writeHead(404).end());
    expect(said(await asked(registry, host))['npm-provenance']).toBe('unavailable: REGISTRY names attestations and serves none');
  });

  test('those of other bytes block', async () => {
    const { registry, host } = await signingRegistry();
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
    registry.document(attestationsPath, await authority.attestations({ name, version, integrity, registry: registry.url }));
    const vouched = await asked(registry, host);
    expect(said(vouched)['npm-provenance']).toBe('invalid: an attestation is wrong: it is about other bytes');
    expect(vouched).toMatchObject({ builder: null, findings: [{ code: 'provenance-invalid', severity: 'block' }] });
  });

  test.each([
    ['hangs', () => undefined, 300, /^unavailable: cannot ask http:\/\/REGISTRY about .*did not answer in time$/],
    ['stalls in the middle', (response: Json) => response.write('{"attestations":['), 300, /^unavailable: cannot ask/],
    [
      'sends 50 MB',
      (response: Json) => {
        const block = Buffer.alloc(1024 * 1024, ' ');
        for (let sent = 0; sent < 50; sent += 1) response.write(block);
        response.end();
      },
      10_000,
      /^unavailable: a registry document is larger than the limit/,
    ],
    [
      'fails',
      (response: Json) => response.writeHead(500).end(),
      10_000,
      /^unavailable: cannot ask http:\/\/REGISTRY about .*it answered 500$/,
    ],
    ['wants a login', (response: Json) => response.writeHead(401).end(), 10_000, /^unavailable: .*login/],
  ])('a registry that %s is unavailable, and the signature is still heard', async (_, answer, timeoutMs, words) => {
    const { registry, host } = await signingRegistry();
    registry.document(attestationsPath, answer);
    const vouched = said(await asked(registry, host, true, timeoutMs));
    expect(vouched['npm-provenance']).toMatch(words);
    expect(vouched['npm-signature']).toMatch(/^verified/);
  });

  test('an expired trust root is said, and does not fail', async () => {
    const { registry, host } = await signingRegistry();
    const keysOf = new URL(registry.url).host;
    const trust = trustRoot(authority.trustedRoot, authority.keys, { from: 'shipped', expiredAt: '2026-06-22T13:25:00Z', keysOf });
    const resolved = await resolveNpm(parseReference([`${name}@${version}`], null) as Parameters<typeof resolveNpm>[0], host);
    const vouchers = npmVouchers({ trustOf: async () => trust, timeoutMs: 10_000 });
    const { evidence } = await vouch({ ...resolved, resolution: { ecosystem: 'npm', npm: resolved } }, host, vouchers);
    for (const { outcome, detail } of evidence) {
      expect(outcome).toBe('verified');
      expect(detail).toMatch(/; the trust root ran out on 2026-06-22$/);
    }
  });
});

describe('what is kept', () => {
  async function keptOnce() {
    const { registry, host } = await signingRegistry();
    await asked(registry, host);
    const folder = join(host.places.data, 'cache', 'evidence');
    const resolved = await resolveNpm(parseReference([`${name}@${version}`], null) as Parameters<typeof resolveNpm>[0], host);
    return { registry, host, folder, resolved };
  }

  test('a second time, nothing is asked; without a network, both still verify', async () => {
    const { registry, host, resolved } = await keptOnce();
    expect(registry.requests.filter(({ path }) => path === `/${attestationsPath}`)).toHaveLength(1);
    await asked(registry, host);
    expect(registry.requests.filter(({ path }) => path === `/${attestationsPath}`)).toHaveLength(1);
    const pinned = await vouchForPinned(resolved, offlineHost(host), vouchersFor(registry));
    expect(pinned.vouched.evidence.map(({ source, outcome }) => [source, outcome])).toEqual([
      ['npm-signature', 'verified'],
      ['npm-provenance', 'verified'],
    ]);
  });

  test('a kept answer that somebody edited verifies nothing and accuses nobody', async () => {
    const { registry, host, folder, resolved } = await keptOnce();
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), 'utf8');
      writeFileSync(join(folder, file), text.replace(/"(payload|sig)":"...../g, '"$1":"AAAAA'));
    }
    const pinned = await vouchForPinned(resolved, offlineHost(host), vouchersFor(registry));
    expect(pinned.vouched.evidence.map(({ source, outcome }) => [source, outcome])).toEqual([
      ['npm-signature', 'unavailable'],
      ['npm-provenance', 'unavailable'],
    ]);
    expect(pinned.vouched).toMatchObject({ builder: null, findings: [] });
    expect(said(await asked(registry, host))['npm-provenance']).toMatch(/^verified/);
  });

  test('what does not verify is not kept', async () => {
    const { registry, host } = await signingRegistry();
    registry.document(attestationsPath, '{"attestations":[]}');
    await asked(registry, host);
    const folder = join(host.places.data, 'cache', 'evidence');
    expect(existsSync(folder) ? readdirSync(folder).filter((file) => file.includes('attestations')) : []).toEqual([]);
  });
});
