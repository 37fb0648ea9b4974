import { type BuildIdentity, isIdentity, type NamedIdentity } from '../../model/build-identity.ts';
import { GuardError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { SignatureForm } from '../../model/signature.ts';
import type { SigningContext } from '../../model/signing-context.ts';
import { parseStrict } from '../../model/strict-json.ts';
import { verifyEnvelope } from '../../provenance/dsse.ts';
import type { PublicKey } from '../../provenance/local-key.ts';
import { verifySsh } from '../../provenance/sshsig.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';

/** Whose signature counts; compared exactly. */
export interface NamedSigners {
  readonly keys: readonly PublicKey[];
  readonly identities: readonly NamedIdentity[];
}

/** Then no signature counts. */
export const nobody: NamedSigners = { keys: [], identities: [] };

/** A signature in a file of its own, and what it should be over. */
export interface FoundSignature {
  readonly form: SignatureForm;
  /** Attacker-controlled bytes. */
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
  /** What it must have been made for. */
  readonly context: SigningContext;
}

/** What came of one signature. */
export interface SignatureVerdict {
  readonly form: SignatureForm;
  /** `verified` = made by somebody who was named; `absent` = made by somebody else, so it counts as none. */
  readonly outcome: 'verified' | 'absent' | 'unavailable' | 'invalid';
  readonly why: string;
  /** The signature was made over these bytes for this purpose, whoever made it; false also where that cannot be told. */
  readonly holds: boolean;
  /** The signer: fingerprint of a key, with its principals; or subject of a certificate. null = not known. */
  readonly signer: string | null;
  /** Fingerprint of a key that was named, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string | null;
  /** Of a certificate whose signature holds. */
  readonly builder: BuildIdentity | null;
}

/**
 * Verifies one signature file over bytes. Loads no Sigstore code for the other two forms.
 *
 * @param trust called for a Sigstore bundle alone
 */
export async function verifySignature(
  found: FoundSignature,
  named: NamedSigners,
  trust: () => Promise<TrustRoot>,
): Promise<SignatureVerdict> {
  if (found.form === 'sigstore') return verifyKeyless(found, named, trust);
  const { form, signature, bytes, context } = found;
  const { payloadType, namespace } = context;
  const { keys } = named;
  const text = Buffer.from(signature).toString('utf8');
  const envelope = form === 'dsse' ? jsonOf(text) : null;
  const verdict =
    form === 'dsse' ? verifyEnvelope(envelope, { payloadType, namespace, keys }) : verifySsh(text, { namespace, bytes, keys });
  if (verdict.outcome === 'verified') {
    if (!equal(verdict.payload, bytes)) return failed(form, 'invalid', otherBytes);
    const { fingerprint, principals } = verdict.signer;
    const who = principals.length === 0 ? fingerprint : `${fingerprint} (${printable(principals.join(', '))})`;
    return { form, outcome: 'verified', why: `signed with ${who}`, holds: true, signer: who, fingerprint, builder: null };
  }
  if (verdict.outcome !== 'absent') return failed(form, verdict.outcome, verdict.why);
  // Without its key, an envelope only shows that it is about other bytes.
  const payload = form === 'dsse' ? payloadOf(envelope) : bytes;
  if (!equal(payload, bytes)) return failed(form, 'invalid', otherBytes);
  const signer = verdict.claimed === null ? null : printable(verdict.claimed, { maxLength: 100 });
  const why = signer === null ? verdict.why : `signed with ${signer}, which nobody named`;
  return { form, outcome: 'absent', why, holds: form === 'ssh', signer, fingerprint: null, builder: null };
}

function failed(form: SignatureForm, outcome: 'invalid' | 'unavailable', why: string): SignatureVerdict {
  return { form, outcome, why, holds: false, signer: null, fingerprint: null, builder: null };
}

const otherBytes = 'it was made over other bytes';

async function verifyKeyless(
  { form, signature, bytes, context }: FoundSignature,
  { identities }: NamedSigners,
  trust: () => Promise<TrustRoot>,
): Promise<SignatureVerdict> {
  const [{ verifyBundle }, root] = [await import('../../provenance/bundle.ts'), await trust()];
  const verdict = verifyBundle(jsonOf(Buffer.from(signature).toString('utf8')), root, null);
  if (verdict.outcome !== 'verified') return failed(form, verdict.outcome, printable(verdict.why));
  const { payload, builder } = verdict.bundle;
  if (payload === null || payload.type !== context.payloadType) return failed(form, 'invalid', 'it was signed for another purpose');
  if (!equal(payload.bytes, bytes)) return failed(form, 'invalid', otherBytes);
  if (builder === null) return failed(form, 'invalid', 'its certificate names nobody');
  const who = printable(`${builder.subject} (${builder.issuer})`, { maxLength: 300 });
  const isNamed = identities.some((identity) => isIdentity(builder, identity));
  const why = isNamed ? `signed by ${who}` : `signed by ${who}, whom nobody named`;
  return { form, outcome: isNamed ? 'verified' : 'absent', why, holds: true, signer: who, fingerprint: null, builder };
}

function payloadOf(envelope: unknown): Uint8Array {
  const payload = (envelope as { readonly payload?: unknown } | null)?.payload;
  return Buffer.from(typeof payload === 'string' ? payload : '', 'base64');
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function jsonOf(text: string): unknown {
  try {
    return parseStrict(text);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return null;
  }
}
