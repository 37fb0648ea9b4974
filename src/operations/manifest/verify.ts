import type { Host } from '../../host/host.ts';
import { limits } from '../../model/limits.ts';
import type { Outcome } from '../../model/outcome.ts';
import { printable } from '../../model/printable.ts';
import { type SignatureForm, signatureEndings } from '../../model/signature.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { type SignatureVerdict, verifySignature } from '../signing/verify-signature.ts';
import { namedBy, trustFor, type Wanted } from '../signing/wanted.ts';
import { readDeclared, readPlain } from './file.ts';

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
  const named = await namedBy(wanted, host);
  const forms: readonly SignatureForm[] = 'keyFile' in wanted ? ['dsse', 'ssh'] : ['sigstore'];
  const trust = trustFor(wanted, host);
  const context = signingContexts.manifest;
  const signatures: SignatureVerdict[] = [];
  for (const form of forms) {
    const signature = await readPlain(`${file}${signatureEndings[form]}`, limits.evidenceMaxBytes, host);
    if (signature !== null) signatures.push(await verifySignature({ form, signature, bytes, context }, named, trust));
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

function declaredName(file: string): string {
  return printable(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
}
