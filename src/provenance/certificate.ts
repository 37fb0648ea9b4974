import type { BuildCircumstances, BuildIdentity } from '../model/build-identity.ts';

/** One extension as the verifier hands it over: the arcs of its identifier, and its value, DER or (before 2023) raw text. */
export interface CertificateExtension {
  readonly oid?: { readonly id: readonly number[] } | undefined;
  readonly value: Uint8Array;
}

const prefix = '1.3.6.1.4.1.57264.1.';

/**
 * Identity and circumstances from the extensions of a certificate that verified; null = it names no issuer, so that nobody
 * vouches for who it is.
 *
 * @see https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export function identityOf(
  subject: string | undefined,
  extensions: readonly CertificateExtension[],
): { readonly builder: BuildIdentity; readonly circumstances: BuildCircumstances } | null {
  const values = new Map(extensions.map(({ oid, value }) => [oid?.id.join('.') ?? '', value]));
  const text = (arc: number): string | null => {
    const value = values.get(`${prefix}${arc}`);
    if (value === undefined) return null;
    // .1 to .6 are raw text, the later ones DER UTF8String.
    return arc <= 6 ? Buffer.from(value).toString('utf8') : utf8String(value);
  };
  const issuer = text(8) ?? text(1);
  if (issuer === null || subject === undefined) return null;
  return {
    builder: {
      issuer,
      subject,
      repository: text(12),
      repositoryId: text(15),
      ownerId: text(17),
      workflow: workflowPath(text(18), text(12)),
      runner: text(11),
    },
    circumstances: { commit: text(13), ref: text(14), trigger: text(20), runUrl: text(21) },
  };
}

/** `https://host/owner/repo/<path>@<ref>` without what the other members say already; null = it is not of that repository. */
function workflowPath(config: string | null, repository: string | null): string | null {
  if (config === null || repository === null || !config.startsWith(`${repository}/`)) return config;
  const rest = config.slice(repository.length + 1);
  const at = rest.lastIndexOf('@');
  return at === -1 ? rest : rest.slice(0, at);
}

/** A DER UTF8String; null = it is none, or its length does not fit. */
function utf8String(der: Uint8Array): string | null {
  if (der[0] !== 0x0c || der[1] === undefined) return null;
  const long = der[1] & 0x80;
  const lengthBytes = long === 0 ? 0 : der[1] & 0x7f;
  if (lengthBytes > 2) return null;
  let length = long === 0 ? der[1] : 0;
  for (let at = 0; at < lengthBytes; at += 1) length = length * 256 + (der[2 + at] ?? 0);
  const start = 2 + lengthBytes;
  return der.length === start + length ? Buffer.from(der.subarray(start)).toString('utf8') : null;
}
