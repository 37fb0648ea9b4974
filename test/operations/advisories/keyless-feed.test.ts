import { expect, test } from 'vitest';
import { signingContexts } from '../../../src/model/signing-context.ts';
import { checkFeed } from '../../../src/operations/advisories/feeds.ts';
import { trustRoot } from '../../../src/provenance/trust-root.ts';
import { temporaryHost } from '../../support/home.ts';
import { malware } from '../../support/osv.ts';
import { honestBuild, testAuthority } from '../../support/signing.mjs';

const authority = await testAuthority();
const { payloadType } = signingContexts.feed;
const identity = { issuer: honestBuild.issuer, subject: `${honestBuild.repository}/${honestBuild.workflow}@${honestBuild.ref}` };

const document = (version: number, more: object = {}) => ({
  format: 1,
  name: 'acme',
  version,
  created: '2026-11-20T00:00:00Z',
  expires: '2026-12-20T00:00:00Z',
  records: [malware('ACME-2026-1', 'npm', 'a')],
  ...more,
});

/** What comes of a feed that is signed with a certificate, for a policy that names one identity. */
async function checked(
  value: object,
  {
    by = authority.builder(),
    type = payloadType,
    from = authority,
    seen = null,
  }: {
    readonly by?: ReturnType<typeof authority.builder>;
    readonly type?: string;
    readonly from?: typeof authority;
    readonly seen?: Parameters<typeof checkFeed>[2];
  } = {},
) {
  const bundle = await from.bundle(value, await by, { payloadType: type });
  const host = { ...temporaryHost(), now: () => Date.parse('2026-11-27T12:00:00Z') };
  const trust = async () => trustRoot(authority.trustedRoot, authority.keys, { from: 'given', expiredAt: null });
  return checkFeed(bundle, { name: 'acme', identity }, seen, host, trust);
}

test('a feed without a key counts when exactly the named identity signed it', async () => {
  expect(await checked(document(1))).toMatchObject({ document: { version: 1 }, advisories: [{ id: 'ACME-2026-1', kind: 'revoked' }] });
});

test.each([
  ['another repository', { repository: 'https://github.com/mallory/notes' }],
  ['another branch', { ref: 'refs/heads/mallory' }],
  ['an issuer that only begins alike', { issuer: `${honestBuild.issuer}.mallory.example` }],
])('signed by %s it is invalid, and says by whom', async (_what, build) => {
  expect(await checked(document(1), { by: authority.builder(build) })).toMatchObject({
    outcome: 'invalid',
    why: expect.stringContaining('it is signed by '),
  });
});

test('a statement of the same identity for another purpose is no feed, and another root signs none', async () => {
  expect(await checked(document(1), { type: signingContexts.manifest.payloadType })).toMatchObject({ outcome: 'invalid' });
  const stranger = await testAuthority();
  expect(await checked(document(1), { from: stranger, by: stranger.builder() })).toMatchObject({ outcome: 'invalid' });
});

test('rollback and freeze are seen as with a key', async () => {
  expect(await checked(document(1), { seen: { version: 2, digest: 'sha256-x' } })).toMatchObject({
    outcome: 'invalid',
    why: expect.stringContaining('rollback'),
  });
  expect(await checked(document(1, { expires: '2026-11-26T00:00:00Z' }))).toMatchObject({ outcome: 'unavailable' });
});
