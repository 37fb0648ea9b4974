import { createHash, X509Certificate } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { SignatureForm } from '../../model/signature.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { lockPath, readLock } from '../../store/home.ts';
import { planSignature } from '../../store/lock-signatures.ts';
import { transact } from '../../store/transaction.ts';
import { projectFolder } from '../project-folder.ts';
import { homeOf } from '../scope-home.ts';
import { type MadeSignature, type SignWith, signBytesFor } from '../signing/sign-bytes.ts';
import { loadPins } from './load-pins.ts';

export interface SignedLock {
  /** Absolute path of the lock. */
  readonly file: string;
  /** Names of the pins that it holds, sorted. */
  readonly pins: readonly string[];
  /** Where the signature was written. */
  readonly signature: string;
  readonly form: SignatureForm;
  /** Fingerprint of the key; null = the certificate in the bundle says who signed. */
  readonly fingerprint: string | null;
}

/**
 * Signs the bytes of a project's lock, which name everything else that counts by its digest, and writes the signature beside
 * it. A signer has one file for each form: the last one. What is no whole lock is not signed.
 *
 * @param project null = the project around the working folder
 * @throws GuardError `lock-invalid`, `key-invalid`, `key-locked`, `signing-unavailable`, `file-unreadable`, `file-too-large`
 */
export async function signLock(project: string | null, how: SignWith, host: Host): Promise<SignedLock> {
  const home = await homeOf('project', await projectFolder(project, host), host);
  const lockFile = await readLock(home, host);
  const file = lockPath(home);
  if (lockFile.bytes === null)
    throw new GuardError('file-not-found', 'there is no lock to sign', {
      why: `there is no ${file}`,
      hint: 'pinfold install --scope project <reference>',
    });
  const loaded = await loadPins(home, lockFile, host);
  const made = await signBytesFor(signingContexts.lock, lockFile.bytes, how, host);
  if (Buffer.byteLength(made.text) > limits.evidenceMaxBytes)
    throw new GuardError('file-too-large', 'the signature would hold the whole lock, and that is too large', {
      why: `a signature has at most ${limits.evidenceMaxBytes} bytes`,
      hint: 'pinfold lock sign --form ssh --key FILE',
    });
  const write = await planSignature(home, signerId(made), made.form, made.text, host);
  await transact([write], host);
  return { file, pins: loaded.map(({ name }) => name), signature: write.path, form: made.form, fingerprint: made.fingerprint };
}

/** The same for every signature of one signer, so that a new one replaces the last. */
function signerId({ fingerprint, text }: MadeSignature): string {
  const id = fingerprint ?? certifiedName(text);
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

function certifiedName(bundle: string): string {
  const parsed = JSON.parse(bundle) as { readonly verificationMaterial?: { readonly certificate?: { readonly rawBytes?: string } } };
  const certificate = new X509Certificate(Buffer.from(parsed.verificationMaterial?.certificate?.rawBytes ?? '', 'base64'));
  return certificate.subjectAltName ?? '';
}
