import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { npmVouchers } from '../../../src/operations/vouch/npm.ts';
import { vouch } from '../../../src/operations/vouch/vouch.ts';
import type { VouchSubject } from '../../../src/operations/vouch/voucher.ts';
import { trustRoot } from '../../../src/provenance/trust-root.ts';
import { releaseHistory } from '../../../src/sources/npm/history.ts';
import { resolveNpm } from '../../../src/sources/npm/resolve.ts';
import { parseReference } from '../../../src/sources/reference.ts';
import { registryHost } from '../../support/registry.ts';
import { type Build, type TestAuthority, testAuthority } from '../../support/signing.mjs';

// biome-ignore lint/suspicious/noExplicitAny: a registry may write anything into a record
type Json = any;

const name = '@pinfold-fixture/notes';
const thief: Partial<Build> = { repository: 'https://github.com/mallory/notes', repositoryId: '666', ownerId: '666' };

let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority();
});

interface Published {
  readonly on: string;
  /** Who built it; null = without provenance. */
  readonly build: Partial<Build> | null;
}

/** Versions of one package, the last one being the one that is looked at, with the bytes of 1.0.0. */
async function published(versions: Readonly<Record<string, Published>>, given: Pick<VouchSubject, 'follows'> = { follows: null }) {
  const { registry, host } = await registryHost();
  const last = Object.keys(versions).at(-1);
  const integrityOf = (version: string) =>
    version === last ? registry.integrity(name, '1.0.0') : `sha512-${createHash('sha512').update(version).digest('base64')}`;
  registry.lie(name, {
    packument: (packument: Json) => {
      const { '1.0.0': record } = packument.versions;
      const provenance = { predicateType: 'https://slsa.dev/provenance/v1' };
      packument.versions = Object.fromEntries(
        Object.entries(versions).map(([version, { build }]) => {
          const integrity = integrityOf(version);
          const dist = {
            ...record.dist,
            integrity,
            ...(build === null ? {} : { attestations: { provenance } }),
            signatures: [authority.signature(`${name}@${version}:${integrity}`)],
          };
          return [version, { ...record, version, dist, _npmUser: { name: 'ann' } }];
        }),
      );
      packument.time = Object.fromEntries(Object.entries(versions).map(([version, { on }]) => [version, `${on}T00:00:00.000Z`]));
      packument['dist-tags'] = { latest: last };
      return packument;
    },
  });
  for (const [version, { build }] of Object.entries(versions)) {
    const about = { name, version, integrity: integrityOf(version), registry: registry.url.replace(/\/$/, '') };
    if (build !== null) registry.document(`-/npm/v1/attestations/${name}@${version}`, await authority.attestations({ ...about, build }));
  }
  const reference = parseReference([`${name}@${last}`], null) as Parameters<typeof resolveNpm>[0];
  const resolved = await resolveNpm(reference, host);
  const trust = trustRoot(authority.trustedRoot, authority.keys, { from: 'given', expiredAt: null, keysOf: new URL(registry.url).host });
  const subject: VouchSubject = {
    ...resolved,
    resolution: { ecosystem: 'npm', npm: resolved },
    history: releaseHistory(resolved.packument),
    ...given,
  };
  const ask = () => vouch(subject, host, npmVouchers({ trustOf: async () => trust, timeoutMs: 10_000 }));
  const asked = () => registry.requests.flatMap(({ path }) => (path.includes('attestations') ? [path.split('@').at(-1)] : []));
  return { registry, ask, asked };
}

const said = async ({ ask }: Awaited<ReturnType<typeof published>>) => {
  const { evidence, predecessor } = await ask();
  const line = evidence.find(({ source }) => source === 'npm-predecessor');
  return { line: line === undefined ? null : `${line.outcome}: ${line.detail}`, predecessor };
};

test('the version before is asked who built it, and its builder stands beside that of the new one', async () => {
  const registry = await published({ '1.0.0': { on: '2026-01-01', build: {} }, '1.1.0': { on: '2026-06-01', build: thief } });
  expect(await said(registry)).toMatchObject({
    line: 'verified: 1.0.0 before it was built from github.com/pinfold-fixture/notes',
    predecessor: { version: '1.0.0', builder: { repositoryId: '1001', ownerId: '2002' } },
  });
  expect((await registry.ask()).builder).toMatchObject({ repositoryId: '666' });
  expect(registry.asked().sort()).toEqual(['1.0.0', '1.1.0']);
});

test('who took a package over and published twice is not compared with himself', async () => {
  const versions = {
    '1.0.0': { on: '2026-01-01', build: {} },
    '1.1.0': { on: '2026-03-01', build: {} },
    '1.1.1': { on: '2026-06-01', build: thief },
    '1.1.2': { on: '2026-06-02', build: thief },
  };
  expect(await said(await published(versions))).toMatchObject({ predecessor: { version: '1.1.0', builder: { repositoryId: '1001' } } });
});

test('a package of one month is compared with its first version', async () => {
  const versions = {
    '1.0.0': { on: '2026-06-01', build: {} },
    '1.1.0': { on: '2026-06-02', build: thief },
    '1.1.1': { on: '2026-06-03', build: thief },
  };
  expect(await said(await published(versions))).toMatchObject({ predecessor: { version: '1.0.0' } });
});

test('a version without provenance has nothing to compare, and one of another major is none before it', async () => {
  const before = { on: '2026-01-01', build: {} };
  for (const versions of [
    { '1.0.0': before, '1.1.0': { on: '2026-06-01', build: null } },
    { '1.0.0': { on: '2026-01-01', build: null }, '1.1.0': { on: '2026-06-01', build: {} } },
    { '1.0.0': before, '2.0.0': { on: '2026-06-01', build: {} } },
    { '1.0.0': before },
  ])
    expect(await said(await published(versions))).toEqual({ line: null, predecessor: undefined });
});

test('where a pin says who built the approved version, or nothing is compared, nobody is asked', async () => {
  const versions = { '1.0.0': { on: '2026-01-01', build: {} }, '1.1.0': { on: '2026-06-01', build: {} } };
  const [first] = Object.keys(versions);
  const { builder } = await (await published({ '1.0.0': versions['1.0.0'] })).ask();
  const pinned = {
    version: first ?? '',
    integrity: 'sha512-x',
    release: { builder, publisher: null, trust: null, registryNames: [] },
  } as const;
  for (const given of [{ follows: pinned }, {}]) {
    const registry = await published(versions, given);
    expect(await said(registry)).toEqual({ line: null, predecessor: undefined });
    expect(registry.asked()).toEqual(['1.1.0']);
  }
  const unknown = { ...pinned, release: { ...pinned.release, builder: null } };
  expect(await said(await published(versions, { follows: unknown }))).toMatchObject({ predecessor: { version: '1.0.0' } });
});

test('attestations of the version before that are wrong or missing are said, and accuse nobody', async () => {
  const registry = await published({ '1.0.0': { on: '2026-01-01', build: {} }, '1.1.0': { on: '2026-06-01', build: {} } });
  const path = `-/npm/v1/attestations/${name}@1.0.0`;
  registry.registry.document(path, '{"attestations":[]}');
  expect(await said(registry)).toEqual({ line: 'unavailable: who built 1.0.0 before it: it is an empty list', predecessor: undefined });
  registry.registry.document(path, (response: Json) => response.writeHead(404).end());
  const { line } = await said(registry);
  expect(line).toMatch(/^unavailable: who built 1\.0\.0 before it: 127\.0\.0\.1:\d+ names attestations and serves none$/);
  expect(await registry.ask()).toMatchObject({ builder: { repositoryId: '1001' }, findings: [] });
});
