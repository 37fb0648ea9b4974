import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import type { Artifact } from '../../model/artifact.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { Evidence } from '../../model/outcome.ts';
import { epochMs, isoTime } from '../../model/time.ts';
import type { Vouched } from '../../model/vouched.ts';
import { registryKeys } from '../../policy/layers.ts';
import type { RegistrySignature, SignatureVerdict, SignedVersion } from '../../provenance/npm-signature.ts';
import { fetchSigningKeys } from '../../sources/npm/signing-keys.ts';
import { keepEvidence, readEvidence } from '../../store/evidence-cache.ts';
import { readPolicies } from '../../store/policies.ts';
import { line, type NpmSubject, type NpmVouching, npmSubject, registryHostOf, servesAny } from './npm-registry.ts';
import type { Voucher } from './voucher.ts';

const id = 'npm-signature';
const kept = 'npm-signature';

const recordSchema = z.object({
  signatures: z.array(z.object({ keyid: z.string().max(200), sig: z.string().max(2_000) })).max(100),
  publishedAtMs: z.number().nullable(),
});

/**
 * Whether the registry signed name, version and hash. The keys are those that came with the trust root; a key that only
 * the registry itself names is said to be that, and verifies nothing.
 */
export function npmSignatureVoucher(vouching: NpmVouching): Voucher {
  return {
    id,
    appliesTo: (subject) => npmSubject(subject) !== null,
    async vouch(subject, host) {
      const npm = npmSubject(subject);
      return npm === null ? { evidence: [], builder: null, findings: [] } : vouchSignature(npm, vouching, host);
    },
  };
}

async function vouchSignature(subject: NpmSubject, { trustOf, timeoutMs }: NpmVouching, host: Host): Promise<Vouched> {
  const { artifact } = subject;
  const registry = await registryHostOf(artifact.name, host);
  const served = servedSignatures(subject);
  if (served === null) return wrong(artifact, registry, 'its signatures cannot be read');
  const isServed = served.signatures.length > 0;
  const record = isServed ? served : await keptSignatures(artifact, host);
  if (record === null) return { evidence: [noSignature(subject, registry)], builder: null, findings: [] };
  const { verifyRegistrySignature } = await import('../../provenance/npm-signature.ts');
  const { npmKeyUses } = await import('../../provenance/trust-root.ts');
  const trust = await trustOf(host);
  const pinned = registryKeys((await readPolicies(host, null)).layers, registry);
  // Of a registry whose keys a policy names nobody else's count: what npm signed says nothing about what a mirror serves.
  const always = { usage: npmKeyUses.signatures, validFromMs: 0, validToMs: null };
  const keys = pinned?.keys.map(({ keyid, key }) => ({ keyId: keyid, spki: Buffer.from(key, 'base64'), ...always })) ?? trust.keys;
  const isOwn = pinned !== null || trust.keysOf === registry;
  const signed = { ...artifact, ...record };
  const verdict = verifyRegistrySignature(signed, keys);
  // A kept answer that somebody edited neither verifies nor accuses.
  if (!isServed && verdict.outcome !== 'verified') return { evidence: [noSignature(subject, registry)], builder: null, findings: [] };
  const say = (outcome: Evidence['outcome'], detail: string): Vouched => ({
    evidence: [line(id, outcome, detail, pinned === null ? trust : null)],
    builder: null,
    findings: [],
  });
  switch (verdict.outcome) {
    case 'verified':
      await keepEvidence(artifact.integrity, kept, Buffer.from(JSON.stringify(record)), host);
      return pinned === null
        ? say('verified', `${trust.keysOf ?? registry} signed its name, version and hash; key ${verdict.keyId}`)
        : say('verified', `${registry} signed its name, version and hash; key ${verdict.keyId}, of the ${pinned.by} policy`);
    case 'invalid':
      return wrong(artifact, registry, verdict.why);
    case 'expired': {
      const why = `its key ${verdict.keyId} ran out on ${isoTime(verdict.validToMs).slice(0, 10)}, before it was published`;
      // The time is not signed. A mirror may say when it took the package in, which accuses nobody.
      return isOwn ? wrong(artifact, registry, why) : say('unavailable', `${why}, if ${registry} says that right`);
    }
    case 'undated':
      return say('unavailable', `its key ${verdict.keyId} has run out, and nothing says when it was published`);
    case 'unknown-key': {
      if (isOwn) return say('unavailable', `signed with a key that is not known here: ${verdict.keyId}`);
      const theirs = await fetchSigningKeys(artifact.name, timeoutMs, host);
      const named = theirs.map((key) => ({ ...key, usage: npmKeyUses.signatures, validFromMs: 0 }));
      return byItsOwnKey(verifyRegistrySignature(signed, named), artifact, registry, say);
    }
  }
}

/** A registry that vouches for itself. Whoever can change what it serves can change the key too. */
function byItsOwnKey(
  verdict: SignatureVerdict,
  artifact: Artifact,
  registry: string,
  say: (outcome: Evidence['outcome'], detail: string) => Vouched,
): Vouched {
  if (verdict.outcome === 'invalid') return wrong(artifact, registry, verdict.why);
  return verdict.outcome === 'unknown-key'
    ? say('unavailable', `signed with a key that is not known here: ${verdict.keyId}`)
    : say('unavailable', `signed with a key that ${registry} names itself: ${verdict.keyId}`);
}

/** What the registry's record holds; null = something that cannot be read. */
function servedSignatures({ artifact, npm }: NpmSubject): Pick<SignedVersion, 'signatures' | 'publishedAtMs'> | null {
  if (npm === null) return { signatures: [], publishedAtMs: null };
  const { dist } = npm.published;
  const { times } = npm.packument;
  const time = Object.hasOwn(times, artifact.version) ? times[artifact.version] : undefined;
  const publishedAtMs = typeof time === 'string' ? epochMs(time) : null;
  if (dist?.signatures === undefined || dist.signatures === null) return { signatures: [], publishedAtMs };
  const parsed = recordSchema.safeParse({ signatures: dist.signatures, publishedAtMs });
  return parsed.success ? parsed.data : null;
}

async function keptSignatures({ integrity }: Artifact, host: Host): Promise<Pick<SignedVersion, 'signatures' | 'publishedAtMs'> | null> {
  const bytes = await readEvidence(integrity, kept, host);
  if (bytes === null) return null;
  try {
    const parsed = recordSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success ? (parsed.data satisfies { readonly signatures: readonly RegistrySignature[] }) : null;
  } catch {
    return null;
  }
}

function noSignature({ npm }: NpmSubject, registry: string): Evidence {
  if (npm === null) return line(id, 'unavailable', `${registry} was not asked`, null);
  return servesAny(npm, 'signatures')
    ? line(id, 'absent', `${registry} signs other versions of it, and not this one`, null)
    : line(id, 'unavailable', `${registry} serves no signatures`, null);
}

function wrong({ name, version }: Artifact, registry: string, why: string): Vouched {
  const findings: readonly Finding[] = [finding('signature-invalid', `${name}@${version}`, { why, registry })];
  return { evidence: [line(id, 'invalid', why, null)], builder: null, findings };
}
