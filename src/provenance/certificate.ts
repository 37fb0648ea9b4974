import { isUtf8 } from 'node:buffer';
import type { BuildCircumstances, BuildIdentity } from '../model/build-identity.ts';

/** One extension as the verifier hands it over: the arcs of its identifier, and its value, DER or (before 2023) raw text. */
export interface CertificateExtension {
  readonly oid?: { readonly id: readonly number[] } | undefined;
  readonly value: Uint8Array;
}

const prefix = '1.3.6.1.4.1.57264.1.';
/** Of the certificates that say no more than .1 to .6: what .5 names is a repository there. */
const githubIssuer = 'https://token.actions.githubusercontent.com';

/**
 * Identity and circumstances from the extensions of a certificate that verified; null = it names no issuer, or one of its
 * extensions cannot be read in one way only, so that nobody vouches for who it is.
 *
 * Certificates from before 2023 have no .8 and up. Of these the repository is GitHub's .5, and the workflow the path of the
 * subject where that is of the same repository: nothing says which workflow called one that is shared.
 *
 * @see https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export function identityOf(
  subject: string | undefined,
  extensions: readonly CertificateExtension[],
): { readonly builder: BuildIdentity; readonly circumstances: BuildCircumstances } | null {
  const values = textsOf(extensions);
  if (values === null || subject === undefined) return null;
  const text = (arc: number): string | null => values.get(arc) ?? null;
  if (text(8) === null) return oldIdentity(subject, text);
  const issuer = text(8) ?? '';
  return {
    builder: {
      issuer,
      subject,
      repository: text(12),
      repositoryId: text(15),
      ownerId: text(17),
      workflow: workflowPath(text(18), text(12), text(14)),
      runner: text(11),
    },
    circumstances: { commit: text(13), ref: text(14), trigger: text(20), runUrl: text(21) },
  };
}

function oldIdentity(subject: string, text: (arc: number) => string | null): ReturnType<typeof identityOf> {
  const issuer = text(1);
  if (issuer === null) return null;
  const repository = issuer === githubIssuer && text(5) !== null ? `https://github.com/${text(5)}` : null;
  const own = repository !== null && subject.startsWith(`${repository}/`);
  return {
    builder: {
      issuer,
      subject,
      repository,
      repositoryId: null,
      ownerId: null,
      workflow: own ? workflowPath(subject, repository, text(6)) : null,
      runner: null,
    },
    circumstances: { commit: text(3), ref: text(6), trigger: text(2), runUrl: null },
  };
}

/** Arc → text; null = an extension stands there twice, or is no text: another reader would read another. */
function textsOf(extensions: readonly CertificateExtension[]): ReadonlyMap<number, string> | null {
  const values = new Map<number, string>();
  for (const { oid, value } of extensions) {
    const id = oid?.id.join('.') ?? '';
    if (!id.startsWith(prefix)) continue;
    const arc = Number(id.slice(prefix.length));
    if (!Number.isInteger(arc) || arc === 7 || arc > 22) continue; // .7 is no text, and what comes later is not read here
    // .1 to .6 are raw text, the later ones DER UTF8String.
    const text = arc <= 6 ? utf8(value) : utf8String(value);
    if (text === null || values.has(arc)) return null;
    values.set(arc, text);
  }
  return values;
}

/**
 * `https://host/owner/repo/<path>@<ref>` without what the other members say already. A tag may hold an `@` itself
 * (`refs/tags/@scope/name@1.2.3`), so the ref is taken off whole where it is known.
 */
function workflowPath(config: string | null, repository: string | null, ref: string | null): string | null {
  if (config === null || repository === null || !config.startsWith(`${repository}/`)) return config;
  const rest = config.slice(repository.length + 1);
  if (ref !== null && rest.endsWith(`@${ref}`)) return rest.slice(0, -ref.length - 1);
  const at = rest.indexOf('@');
  return at === -1 ? rest : rest.slice(0, at);
}

function utf8(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : null;
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
  return der.length === start + length ? utf8(der.subarray(start)) : null;
}
