import { parseDeclared } from '../../analysis/declared/parse.ts';
import type { Host } from '../../host/host.ts';
import { type SignatureForm, signatureEndings } from '../../model/declared-manifest.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { signEnvelope } from '../../provenance/dsse.ts';
import { identityToken } from '../../provenance/identity-token.ts';
import type { SigningServices } from '../../provenance/sign-bundle.ts';
import { signSsh } from '../../provenance/sshsig.ts';
import { secretKeyIn } from '../local-keys.ts';
import { readPlain } from './file.ts';

/** `ssh` or `dsse`: with the key in a file, null = as fits the file; `sigstore`: as the CI job that this is. */
export type SignWith =
  | { readonly form: 'ssh' | 'dsse' | null; readonly keyFile: string }
  | { readonly form: 'sigstore'; readonly services: SigningServices };

export interface SignedManifest {
  readonly file: string;
  /** Where the signature was written: beside the file. */
  readonly signature: string;
  readonly form: SignatureForm;
  /** Fingerprint of the key; null = the certificate in the bundle says who signed. */
  readonly fingerprint: string | null;
}

const context = signingContexts.manifest;

/**
 * Signs a manifest, and writes the signature beside it. What is no manifest is not signed.
 *
 * @throws GuardError `file-not-found`, `manifest-invalid`, `key-invalid`, `key-locked`, `signing-unavailable`
 */
export async function signManifest(file: string, how: SignWith, host: Host): Promise<SignedManifest> {
  const bytes = await readPlain(file, limits.declaredMaxBytes, host);
  if (bytes === null) throw new GuardError('file-not-found', `there is no ${printable(file)}`, { hint: 'pinfold manifest create' });
  parseDeclared(bytes);
  const made = how.form === 'sigstore' ? await keyless(bytes, how.services, host) : await withKey(bytes, how, host);
  const signature = `${file}${signatureEndings[made.form]}`;
  const before = await readPlain(signature, limits.evidenceMaxBytes, host);
  await host.files.writeAtomic(signature, made.text, { mode: 0o644, expect: before });
  return { file, signature, form: made.form, fingerprint: made.fingerprint };
}

interface Made {
  readonly form: SignatureForm;
  readonly text: string;
  readonly fingerprint: string | null;
}

async function withKey(bytes: Uint8Array, { form, keyFile }: Extract<SignWith, { keyFile: string }>, host: Host): Promise<Made> {
  const { key, openSsh } = await secretKeyIn(keyFile, host);
  const { fingerprint } = key.publicKey;
  if ((form ?? (openSsh ? 'ssh' : 'dsse')) === 'ssh') return { form: 'ssh', text: signSsh(context.namespace, bytes, key), fingerprint };
  return { form: 'dsse', text: `${JSON.stringify(signEnvelope(context.payloadType, bytes, key), null, 2)}\n`, fingerprint };
}

async function keyless(bytes: Uint8Array, services: SigningServices, host: Host): Promise<Made> {
  const token = await identityToken(host);
  // The library has its own way to the network; whether there is one, and leave to use it, says the host.
  await host.http.get(services.fulcioUrl, { maxBytes: limits.remoteMetadataMaxBytes, timeoutMs: limits.evidenceTimeoutMs });
  const { signKeyless } = await import('../../provenance/sign-bundle.ts');
  const bundle = await signKeyless(context.payloadType, bytes, token, services);
  return { form: 'sigstore', text: `${JSON.stringify(bundle, null, 2)}\n`, fingerprint: null };
}
