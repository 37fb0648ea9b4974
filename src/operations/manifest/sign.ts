import { parseDeclared } from '../../analysis/declared/parse.ts';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';
import { type SignatureForm, signatureEndings } from '../../model/signature.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { type SignWith, signBytesFor } from '../signing/sign-bytes.ts';
import { readPlain } from './file.ts';

export interface SignedManifest {
  readonly file: string;
  /** Where the signature was written: beside the file. */
  readonly signature: string;
  readonly form: SignatureForm;
  /** Fingerprint of the key; null = the certificate in the bundle says who signed. */
  readonly fingerprint: string | null;
}

/**
 * Signs a manifest, and writes the signature beside it. What is no manifest is not signed.
 *
 * @throws GuardError `file-not-found`, `manifest-invalid`, `key-invalid`, `key-locked`, `signing-unavailable`
 */
export async function signManifest(file: string, how: SignWith, host: Host): Promise<SignedManifest> {
  const bytes = await readPlain(file, limits.declaredMaxBytes, host);
  if (bytes === null) throw new GuardError('file-not-found', `there is no ${printable(file)}`, { hint: 'pinfold manifest create' });
  parseDeclared(bytes);
  const made = await signBytesFor(signingContexts.manifest, bytes, how, host);
  const signature = `${file}${signatureEndings[made.form]}`;
  const before = await readPlain(signature, limits.evidenceMaxBytes, host);
  await host.files.writeAtomic(signature, made.text, { mode: 0o644, expect: before });
  return { file, signature, form: made.form, fingerprint: made.fingerprint };
}
