import type { Host } from '../host/host.ts';
import { GuardError, reasonOf } from '../model/errors.ts';
import { finding } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import type { Verified } from '../model/verified.ts';
import type { ImageReference } from '../sources/oci/reference.ts';
import { fetchBeside } from '../sources/oci/referrers.ts';
import { openRepository } from '../sources/oci/registry.ts';
import { vouchForImage } from './vouch/listed-image.ts';
import { type LoadTrust, machineTrust } from './vouch/trust.ts';

export interface ImageChoice {
  /** Public keys, PEM, that somebody chose for signatures without a certificate; empty = none. */
  readonly keys: readonly string[];
  /** The name in the MCP registry that it is said to have; null = whatever its own label says. */
  readonly listedAs: string | null;
}

/**
 * Who stands behind an image: its tag is resolved to a digest first, and everything else is about that digest. Nothing of
 * the image but its config is fetched, and nothing is started.
 *
 * @throws GuardError `package-not-found`; whatever else cannot be asked is evidence, unless keys were chosen: whoever asks
 *   for a signature by a key gets it, or an error
 */
export async function verifyImage(
  image: ImageReference,
  { keys, listedAs }: ImageChoice,
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
  const [beside, listed] = await Promise.all([
    besideOf(digest, repository, keys, host, trust),
    vouchForImage({ image, manifest, repository, listedAs }, host),
  ]);
  // Whoever names a key wants a signature by it: that there is none is as wrong as a bad one.
  const wrong = beside.filter(({ outcome, source }) => outcome === 'invalid' || (source === 'oci-key' && outcome === 'absent'));
  const findings = wrong.map(({ source, detail: why }) => finding('provenance-invalid', label, { source, why }));
  return {
    servers: [{ label, pin: null, evidence: [resolved, ...beside, ...listed.evidence], findings: [...findings, ...listed.findings] }],
  };
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
    const { verifyBesideImage } = await import('../provenance/oci.ts');
    const { attested, signed, isByKey } = verifyBesideImage(found, digest, { root: await trust(host), keys });
    return [
      ...attested.map(({ outcome, detail }): Evidence => ({ source: 'oci-attestation', outcome, detail })),
      ...signed.map(({ outcome, detail }): Evidence => ({ source: 'oci-signature', outcome, detail })),
      ...found.leftOut.map((detail): Evidence => ({ source: 'oci-attestation', outcome: 'unavailable', detail })),
      ...(keys.length === 0 || isByKey ? [] : [withoutKey]),
      ...(attested.length + signed.length + found.leftOut.length > 0 ? [] : [nobody]),
    ];
  } catch (cause) {
    if (keys.length > 0) throw cause;
    const detail = reasonOf(cause);
    return [{ source: 'oci-attestation', outcome: 'unavailable', detail }];
  }
}

const withoutKey: Evidence = { source: 'oci-key', outcome: 'absent', detail: 'there is no signature by a key that was given' };
const nobody: Evidence = { source: 'oci-attestation', outcome: 'absent', detail: 'the registry has no attestation and no signature of it' };
