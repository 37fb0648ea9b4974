import { z } from 'zod';
import { holds, type KeyVerdict, type PublicKey, type SecretKey, signBytes } from './local-key.ts';
import { strictBase64 } from './ssh-wire.ts';

/** A DSSE envelope with one signature. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly [{ readonly keyid: string; readonly sig: string }];
}

const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.string() })),
});

/** @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md (v1) */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

export function signEnvelope(payloadType: string, bytes: Uint8Array, key: SecretKey): Envelope {
  const signature = signBytes(preAuthEncoding(payloadType, bytes), key, 'der');
  return {
    payloadType,
    payload: Buffer.from(bytes).toString('base64'),
    signatures: [{ keyid: key.publicKey.keyId, sig: signature.toString('base64') }],
  };
}

/**
 * Checks an envelope against the keys that were named. Its type must be the expected one: what was signed for one purpose
 * does not count for another. Exactly one signature is allowed. The key id in it is a hint that nobody signed: it narrows which
 * of the named keys are tried, and never names one itself.
 *
 * @param envelope attacker-controlled JSON value (parse the text with `parseStrict`)
 * @returns with `verified` the bytes that were signed: go on with those alone
 */
export function verifyEnvelope(
  envelope: unknown,
  expected: { readonly payloadType: string; readonly namespace?: string; readonly keys: readonly PublicKey[] },
): KeyVerdict {
  const parsed = envelopeSchema.safeParse(envelope);
  if (!parsed.success) return { outcome: 'invalid', why: 'it is no envelope' };
  const { payloadType, payload, signatures } = parsed.data;
  if (payloadType !== expected.payloadType) return { outcome: 'invalid', why: 'it was signed for another purpose' };
  const [signature] = signatures;
  if (signature === undefined || signatures.length > 1)
    return { outcome: 'invalid', why: `it has ${signatures.length} signatures where one is expected` };
  const bytes = anyBase64(payload);
  const sig = anyBase64(signature.sig);
  if (bytes === null || sig === null) return { outcome: 'invalid', why: 'it is not in canonical base64' };
  const { namespace } = expected;
  const keys = expected.keys.filter(({ namespaces }) => namespaces === null || (namespace !== undefined && namespaces.includes(namespace)));
  const tried = signature.keyid === undefined || signature.keyid === '' ? keys : keys.filter(({ keyId }) => keyId === signature.keyid);
  if (tried.length === 0) return { outcome: 'absent', why: 'it is signed with a key that nobody named', claimed: signature.keyid ?? null };
  const encoded = preAuthEncoding(payloadType, bytes);
  const signer = tried.find((key) => holds(encoded, sig, key, 'der'));
  return signer === undefined
    ? { outcome: 'invalid', why: 'its signature does not hold' }
    : { outcome: 'verified', signer, payload: bytes };
}

/** Both alphabets are allowed by the specification; each in its one canonical spelling. */
function anyBase64(text: string): Buffer | null {
  return strictBase64(/[-_]/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : text);
}
