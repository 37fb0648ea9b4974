import type { Host } from '../host/host.ts';
import { GuardError, reasonOf } from '../model/errors.ts';
import { finding } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import type { Verified } from '../model/verified.ts';
import type { ImageReference } from '../sources/oci/reference.ts';
import { fetchBeside } from '../sources/oci/referrers.ts';
import { openRepository } from '../sources/oci/registry.ts';
import { type LoadTrust, machineTrust } from './vouch/trust.ts';

/**
 * Who stands behind an image: its tag is resolved to a digest first, and everything else is about that digest. Nothing of
 * the image is fetched or started.
 *
 * @param keys public keys, PEM, that somebody chose for signatures without a certificate
 * @throws GuardError `package-not-found`; whatever else cannot be asked is evidence
 */
export async function verifyImage(
  image: ImageReference,
  keys: readonly string[],
  host: Host,
  trust: LoadTrust = machineTrust,
): Promise<Verified> {
  const repository = openRepository(image, host);
  const name = `${image.host}/${image.path}`;
  const manifest = await repository.manifest(image.version);
  if (manifest === null)
    throw new GuardError('package-not-found', `there is no image ${name}${image.isDigest ? '@' : ':'}${image.version}`, {
      why: `${image.host} does not know it; a private image also looks like this without a login`,
    });
  const { digest } = manifest;
  const label = `oci:${name}@${digest}`;
  const resolved: Evidence = {
    source: 'oci-digest',
    outcome: 'verified',
    detail: image.isDigest
      ? 'the registry serves a manifest with this digest'
      : `the tag ${image.version} means this digest today, and may mean another one tomorrow`,
  };
  const beside = await besideOf(digest, repository, keys, host, trust);
  const wrong = beside.filter(({ outcome }) => outcome === 'invalid');
  const findings = wrong.map(({ source, detail: why }) => finding('provenance-invalid', label, { source, why }));
  return { servers: [{ label, pin: null, evidence: [resolved, ...beside], findings }] };
}

async function besideOf(
  digest: string,
  repository: ReturnType<typeof openRepository>,
  keys: readonly string[],
  host: Host,
  trust: LoadTrust,
): Promise<readonly Evidence[]> {
  try {
    const found = await fetchBeside(digest, repository);
    const { verifyCosign, verifyImageBundle } = await import('../provenance/oci.ts');
    const whom = { root: await trust(host), keys };
    const attested = found.bundles.map((bundle) => verifyImageBundle(bundle, digest, whom));
    const signed = found.signatures.map((signature) => verifyCosign(signature, digest, whom));
    return [
      ...attested.map(({ outcome, detail }): Evidence => ({ source: 'oci-attestation', outcome, detail })),
      ...signed.map(({ outcome, detail }): Evidence => ({ source: 'oci-signature', outcome, detail })),
      ...found.leftOut.map((detail): Evidence => ({ source: 'oci-attestation', outcome: 'unavailable', detail })),
      ...(attested.length + signed.length + found.leftOut.length > 0 ? [] : [nobody]),
    ];
  } catch (cause) {
    const detail = reasonOf(cause);
    return [{ source: 'oci-attestation', outcome: 'unavailable', detail }];
  }
}

const nobody: Evidence = { source: 'oci-attestation', outcome: 'absent', detail: 'the registry has no attestation and no signature of it' };
