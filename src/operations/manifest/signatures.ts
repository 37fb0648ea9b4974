import type { BuildIdentity } from '../../model/build-identity.ts';
import type { SignatureForm } from '../../model/declared-manifest.ts';
import { GuardError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { parseStrict } from '../../model/strict-json.ts';
import { verifyEnvelope } from '../../provenance/dsse.ts';
import type { PublicKey } from '../../provenance/local-key.ts';
import { verifySsh } from '../../provenance/sshsig.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';

/** Whose signature counts; compared exactly. Nobody is named by default, and then none counts. */
export interface NamedSigners {
  readonly keys: readonly PublicKey[];
  /** The certificate's subject and issuer. */
  readonly identity: { readonly subject: string; readonly issuer: string } | null;
}

/** What came of one signature of a manifest. */
export interface SignatureVerdict {
  readonly form: SignatureForm;
  /** `verified` = made by somebody who was named; `absent` = made by somebody else, so it counts as none. */
  readonly outcome: 'verified' | 'absent' | 'unavailable' | 'invalid';
  readonly why: string;
  /** The signature was made over these bytes for this purpose, whoever made it; false also where that cannot be told. */
  readonly holds: boolean;
  /** The signer: fingerprint of a key, with its principals; or subject of a certificate. null = not known. */
  readonly signer: string | null;
  /** Of a certificate whose signature holds. */
  readonly builder: BuildIdentity | null;
}

const { payloadType, namespace } = signingContexts.manifest;

/**
 * Verifies one signature file over the bytes of a manifest. Loads no Sigstore code for the other two forms.
 *
 * @param signature attacker-controlled bytes
 * @param trust called for a Sigstore bundle alone
 */
export async function verifySignature(
  form: SignatureForm,
  signature: Uint8Array,
  bytes: Uint8Array,
  named: NamedSigners,
  trust: () => Promise<TrustRoot>,
): Promise<SignatureVerdict> {
  if (form === 'sigstore') return verifyKeyless(signature, bytes, named, trust);
  const { keys } = named;
  const text = Buffer.from(signature).toString('utf8');
  const envelope = form === 'dsse' ? jsonOf(text) : null;
  const verdict =
    form === 'dsse' ? verifyEnvelope(envelope, { payloadType, namespace, keys }) : verifySsh(text, { namespace, bytes, keys });
  if (verdict.outcome === 'verified') {
    if (!equal(verdict.payload, bytes)) return { form, outcome: 'invalid', why: otherBytes, holds: false, signer: null, builder: null };
    const { fingerprint, principals } = verdict.signer;
    const who = principals.length === 0 ? fingerprint : `${fingerprint} (${printable(principals.join(', '))})`;
    return { form, outcome: 'verified', why: `signed with ${who}`, holds: true, signer: who, builder: null };
  }
  if (verdict.outcome !== 'absent') return { form, outcome: verdict.outcome, why: verdict.why, holds: false, signer: null, builder: null };
  // Without its key, an envelope only shows that it is about other bytes.
  const payload = form === 'dsse' ? payloadOf(envelope) : bytes;
  if (!equal(payload, bytes)) return { form, outcome: 'invalid', why: otherBytes, holds: false, signer: null, builder: null };
  const signer = verdict.claimed === null ? null : printable(verdict.claimed, { maxLength: 100 });
  const why = signer === null ? verdict.why : `signed with ${signer}, which nobody named`;
  return { form, outcome: 'absent', why, holds: form === 'ssh', signer, builder: null };
}

const otherBytes = 'it was made over other bytes';

async function verifyKeyless(
  signature: Uint8Array,
  bytes: Uint8Array,
  { identity }: NamedSigners,
  trust: () => Promise<TrustRoot>,
): Promise<SignatureVerdict> {
  const [{ verifyBundle }, root] = [await import('../../provenance/bundle.ts'), await trust()];
  const verdict = verifyBundle(jsonOf(Buffer.from(signature).toString('utf8')), root, null);
  const failed = (outcome: 'invalid' | 'unavailable', why: string): SignatureVerdict => ({
    form: 'sigstore',
    outcome,
    why,
    holds: false,
    signer: null,
    builder: null,
  });
  if (verdict.outcome !== 'verified') return failed(verdict.outcome, printable(verdict.why));
  const { payload, builder } = verdict.bundle;
  if (payload === null || payload.type !== payloadType) return failed('invalid', 'it was signed for another purpose');
  if (!equal(payload.bytes, bytes)) return failed('invalid', otherBytes);
  if (builder === null) return failed('invalid', 'its certificate names nobody');
  const who = printable(`${builder.subject} (${builder.issuer})`, { maxLength: 300 });
  const isNamed = identity !== null && identity.subject === builder.subject && identity.issuer === builder.issuer;
  const why = isNamed ? `signed by ${who}` : `signed by ${who}, whom nobody named`;
  return { form: 'sigstore', outcome: isNamed ? 'verified' : 'absent', why, holds: true, signer: who, builder };
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
