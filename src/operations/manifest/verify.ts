import type { Host } from '../../host/host.ts';
import { type SignatureForm, signatureEndings } from '../../model/declared-manifest.ts';
import { limits } from '../../model/limits.ts';
import type { Outcome } from '../../model/outcome.ts';
import { printable } from '../../model/printable.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import { publicKeysIn } from '../local-keys.ts';
import { givenTrustRoot, machineTrust } from '../vouch/trust.ts';
import { readDeclared, readPlain } from './file.ts';
import { type SignatureVerdict, verifySignature } from './signatures.ts';

/** Who must have signed: the holder of one of these keys, or exactly this certificate identity. */
export type Wanted =
  | { readonly keyFile: string }
  | { readonly identity: { readonly subject: string; readonly issuer: string }; readonly trustedRootFile: string | null };

export interface VerifiedManifest {
  readonly file: string;
  readonly outcome: Outcome;
  readonly why: string;
  readonly signer: string | null;
  /** Every signature that was looked at. */
  readonly signatures: readonly Pick<SignatureVerdict, 'form' | 'outcome' | 'why'>[];
}

/**
 * Whether somebody who is named signed a manifest as it is. A signature of anybody else is `absent`; one that does not hold makes
 * the whole `invalid`, whatever others say.
 *
 * @throws GuardError `file-not-found`, `manifest-invalid`, `manifest-too-new`, `key-invalid`
 */
export async function verifyManifest(file: string, wanted: Wanted, host: Host): Promise<VerifiedManifest> {
  const { bytes } = await readDeclared(file, host);
  const named =
    'keyFile' in wanted ? { keys: await publicKeysIn(wanted.keyFile, host), identity: null } : { keys: [], identity: wanted.identity };
  const forms: readonly SignatureForm[] = 'keyFile' in wanted ? ['dsse', 'ssh'] : ['sigstore'];
  const trust = () => trustedRoot('keyFile' in wanted ? null : wanted.trustedRootFile, host);
  const signatures: SignatureVerdict[] = [];
  for (const form of forms) {
    const signature = await readPlain(`${file}${signatureEndings[form]}`, limits.evidenceMaxBytes, host);
    if (signature !== null) signatures.push(await verifySignature(form, signature, bytes, named, trust));
  }
  const told = strongest(signatures);
  if (told === null) {
    const names = forms.map((form) => `${declaredName(file)}${signatureEndings[form]}`).join(' or ');
    return { file, outcome: 'absent', why: `there is no ${names}`, signer: null, signatures };
  }
  return { file, outcome: told.outcome, why: told.why, signer: told.signer, signatures };
}

/** Wrong beats right; right beats what counts for nothing. */
function strongest(all: readonly SignatureVerdict[]): SignatureVerdict | null {
  const order = ['invalid', 'verified', 'unavailable', 'absent'] as const;
  return all.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0] ?? null;
}

async function trustedRoot(path: string | null, host: Host): Promise<TrustRoot> {
  if (path === null) return machineTrust(host);
  return givenTrustRoot(path, { code: 'file-unreadable', message: `${printable(path)} is no trusted root of Sigstore` }, host);
}

function declaredName(file: string): string {
  return printable(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
}
