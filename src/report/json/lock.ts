import { z } from 'zod';
import type { Outcome } from '../../model/outcome.ts';
import type { SignatureForm } from '../../model/signature.ts';
import { schemaVersion } from './common.ts';

const form = z.enum(['sigstore', 'dsse', 'ssh']);
const outcome = z.enum(['verified', 'absent', 'unavailable', 'invalid']);

export const lockSignSchema = z.object({
  schemaVersion,
  file: z.string(),
  pins: z.array(z.string()).describe('what the lock pins'),
  signature: z.string().describe('the file that was written'),
  form,
  fingerprint: z.string().nullable().describe('of the key, as `ssh-keygen -l` prints it; null = a certificate says who'),
});

type Signed = Omit<z.infer<typeof lockSignSchema>, 'schemaVersion' | 'pins'> & { readonly pins: readonly string[] };

/** What `lock sign --json` prints. */
export function lockSignDocument({ file, pins, signature, form, fingerprint }: Readonly<Signed>): z.infer<typeof lockSignSchema> {
  return { schemaVersion: 1, file, pins: [...pins], signature, form, fingerprint };
}

export const lockVerifySchema = z.object({
  schemaVersion,
  file: z.string(),
  digest: z.string().describe('of the bytes of the lock'),
  outcome,
  why: z.string().describe('English for people; may change between releases'),
  signer: z.string().nullable().describe('fingerprint of a key, or subject and issuer of a certificate; null = not known'),
  signatures: z.array(z.object({ file: z.string(), form, outcome, why: z.string() })).describe('each file; one that is verified is enough'),
  others: z.array(z.string()).describe('files beside them that are no signatures, and count for nothing'),
});

/** What came of a lock's signatures. */
export interface LockVerification {
  readonly file: string;
  readonly digest: string;
  readonly outcome: Outcome;
  readonly why: string;
  readonly who: string | null;
  readonly signatures: readonly { readonly file: string; readonly form: SignatureForm; readonly outcome: Outcome; readonly why: string }[];
  readonly others: readonly string[];
}

/** What `lock verify --json` prints. */
export function lockVerifyDocument(result: LockVerification): z.infer<typeof lockVerifySchema> {
  const { file, digest, why, who, others } = result;
  const signatures = result.signatures.map((one) => ({ file: one.file, form: one.form, outcome: one.outcome, why: one.why }));
  return { schemaVersion: 1, file, digest, outcome: result.outcome, why, signer: who, signatures, others: [...others] };
}
