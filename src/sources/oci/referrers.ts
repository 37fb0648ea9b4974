import { strictJsonOrNull } from '../../model/strict-json.ts';
import type { ImageRepository, ManifestContent } from './registry.ts';

/** A signature in the older form of cosign. */
export interface FoundSignature {
  /** What was signed; attacker-controlled. */
  readonly payload: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What lies beside an image. Attacker-controlled. */
export interface FoundBeside {
  /** JSON values. */
  readonly bundles: readonly unknown[];
  readonly signatures: readonly FoundSignature[];
  /** Why some of it was left out; empty = nothing was. */
  readonly leftOut: readonly string[];
}

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const maxFound = 20;

/**
 * Attestations and signatures of one image, by its digest: its referrers, or the tag that stands for them where a registry
 * has no such list, and cosign's own tag.
 *
 * @param digest `sha256:<hex>` of the image itself
 * @throws GuardError as the repository does
 * @see OCI distribution spec 1.1, "Listing Referrers"; https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export async function fetchBeside(digest: string, repository: ImageRepository): Promise<FoundBeside> {
  const tag = digest.replace(':', '-');
  const list = (await repository.referrers(digest, bundleType)) ?? (await repository.manifest(tag));
  const named = (list?.content.manifests ?? []).filter(({ artifactType = bundleType }) => artifactType === bundleType);
  const leftOut = named.length > maxFound ? [`${named.length - maxFound} more attestations than are read`] : [];
  const bundles: unknown[] = [];
  for (const { digest: at } of named.slice(0, maxFound)) {
    const manifest = await repository.manifest(at);
    const why = manifest === null ? 'is not there' : refusal(manifest.content, digest);
    const layer = manifest?.content.layers?.[0];
    const bytes = why !== null || layer === undefined ? null : await repository.blob(layer.digest);
    if (bytes === null) leftOut.push(`${at} ${why ?? 'has no content'}`);
    else bundles.push(strictJsonOrNull(bytes));
  }
  const signed = await repository.manifest(`${tag}.sig`);
  const signatures: FoundSignature[] = [];
  for (const { digest: at, annotations = {} } of (signed?.content.layers ?? []).slice(0, maxFound)) {
    const payload = await repository.blob(at);
    if (payload === null) leftOut.push(`${at} is not there`);
    else signatures.push({ payload, annotations });
  }
  return { bundles, signatures, leftOut };
}

/** A list may name what is about another image: only what says itself that it is about this one counts. */
function refusal({ subject, layers }: ManifestContent, digest: string): string | null {
  if (subject?.digest !== digest) return `is about ${subject?.digest ?? 'no image'}`;
  return layers?.length === 1 ? null : 'is no attestation';
}
