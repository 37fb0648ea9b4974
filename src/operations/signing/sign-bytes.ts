import type { Host } from '../../host/host.ts';
import { limits } from '../../model/limits.ts';
import type { SignatureForm } from '../../model/signature.ts';
import type { SigningContext } from '../../model/signing-context.ts';
import { signEnvelope } from '../../provenance/dsse.ts';
import { identityToken } from '../../provenance/identity-token.ts';
import type { SigningServices } from '../../provenance/sign-bundle.ts';
import { signSsh } from '../../provenance/sshsig.ts';
import { secretKeyIn } from '../local-keys.ts';

/** `ssh` or `dsse`: with the key in a file, null = as fits the file; `sigstore`: as the CI job that this is. */
export type SignWith =
  | { readonly form: 'ssh' | 'dsse' | null; readonly keyFile: string }
  | { readonly form: 'sigstore'; readonly services: SigningServices };

/** A signature that is to be written to a file of its own. */
export interface MadeSignature {
  readonly form: SignatureForm;
  /** The whole file. */
  readonly text: string;
  /** Of the key; null = the certificate in the bundle says who signed. */
  readonly fingerprint: string | null;
}

/** Signs bytes for one purpose. @throws GuardError `key-invalid`, `key-locked`, `signing-unavailable`, those of reading */
export async function signBytesFor(context: SigningContext, bytes: Uint8Array, how: SignWith, host: Host): Promise<MadeSignature> {
  if (how.form !== 'sigstore') return withKey(context, bytes, how, host);
  const bundle = await signAsJob(context, bytes, how.services, host);
  return { form: 'sigstore', text: `${JSON.stringify(bundle, null, 2)}\n`, fingerprint: null };
}

async function withKey(
  { namespace, payloadType }: SigningContext,
  bytes: Uint8Array,
  { form, keyFile }: Extract<SignWith, { keyFile: string }>,
  host: Host,
): Promise<MadeSignature> {
  const { key, openSsh } = await secretKeyIn(keyFile, host);
  const { fingerprint } = key.publicKey;
  if ((form ?? (openSsh ? 'ssh' : 'dsse')) === 'ssh') return { form: 'ssh', text: signSsh(namespace, bytes, key), fingerprint };
  return { form: 'dsse', text: `${JSON.stringify(signEnvelope(payloadType, bytes, key), null, 2)}\n`, fingerprint };
}

/** The bundle, as a JSON value, of bytes that were signed as the CI job that this is. @throws GuardError `signing-unavailable` */
export async function signAsJob(
  { payloadType }: SigningContext,
  bytes: Uint8Array,
  services: SigningServices,
  host: Host,
): Promise<unknown> {
  const token = await identityToken(host);
  // The library has its own way to the network; whether there is one, and leave to use it, says the host.
  await host.http.get(services.fulcioUrl, { maxBytes: limits.remoteMetadataMaxBytes, timeoutMs: limits.evidenceTimeoutMs });
  const { signKeyless } = await import('../../provenance/sign-bundle.ts');
  return signKeyless(payloadType, bytes, token, services);
}
