import type { Host } from '../../host/host.ts';
import { reasonOf } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { LockSigner } from '../../model/lock-signer.ts';
import type { Outcome } from '../../model/outcome.ts';
import { printable } from '../../model/printable.ts';
import type { SignatureForm } from '../../model/signature.ts';
import { signingContexts } from '../../model/signing-context.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import type { Home } from '../../store/home.ts';
import { readSignatures, type SignatureFile } from '../../store/lock-signatures.ts';
import { type NamedSigners, verifySignature } from '../signing/verify-signature.ts';

/** What came of one signature file beside a lock. */
export interface CheckedSignature {
  /** Of the file; attacker-controlled text. */
  readonly file: string;
  readonly form: SignatureForm;
  /** `verified` = over exactly these bytes, by somebody who was named; `absent` = by somebody else, so it counts as none. */
  readonly outcome: Outcome;
  readonly why: string;
  /** Who signed, as a person reads it; null = not known. */
  readonly who: string | null;
  /** Of one that is verified. */
  readonly signer: LockSigner | null;
}

/** What came of all signatures beside a lock. */
export interface LockSignature {
  readonly outcome: Outcome;
  readonly why: string;
  readonly who: string | null;
  /** Not null exactly when it is verified. */
  readonly signer: LockSigner | null;
  /** In the order of the files. */
  readonly signatures: readonly CheckedSignature[];
  /** Names of files beside them that are no signatures, and count for nothing. */
  readonly others: readonly string[];
}

/**
 * Whether somebody who was named signed exactly these bytes of a lock. One signature is enough, whatever lies beside it: whoever
 * could add a broken one could as well take the good one away, and a second signer's old one is what every change leaves.
 *
 * @param bytes of `lock.json`, as they lie there
 * @param trust called where there is a Sigstore bundle, and somebody whom a certificate could name
 */
export async function checkLock(
  home: Home,
  bytes: Uint8Array,
  named: NamedSigners,
  trust: () => Promise<TrustRoot>,
  host: Host,
): Promise<LockSignature> {
  const none = { who: null, signer: null, signatures: [], others: [] } as const;
  const found = await readSignatures(home, host).catch((cause: unknown) => reasonOf(cause));
  if (typeof found === 'string') return { ...none, outcome: 'unavailable', why: found };
  const others = found.others.map((name) => printable(name));
  if (found.count > found.files.length) {
    const why = `there are ${found.count} signatures, and more than ${limits.lockMaxSignatures} are not looked at`;
    return { ...none, others, outcome: 'unavailable', why };
  }
  const signatures: CheckedSignature[] = [];
  for (const file of found.files) signatures.push(await check(file, bytes, named, trust));
  const order = ['verified', 'invalid', 'unavailable', 'absent'] as const;
  const [told] = signatures.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  if (told === undefined) return { ...none, others, outcome: 'absent', why: 'no signature lies beside the lock' };
  const { outcome, why, who, signer } = told;
  return { outcome, why, who, signer, signatures, others };
}

async function check(
  file: SignatureFile,
  bytes: Uint8Array,
  named: NamedSigners,
  trust: () => Promise<TrustRoot>,
): Promise<CheckedSignature> {
  const { form } = file;
  const common = { file: printable(file.name), form } as const;
  if (file.bytes === null) return { ...common, outcome: 'unavailable', why: file.why, who: null, signer: null };
  try {
    const found = { form, signature: file.bytes, bytes, context: signingContexts.lock };
    const { outcome, why, signer: who, fingerprint, builder } = await verifySignature(found, named, trust);
    const signer = fingerprint !== null ? { key: fingerprint } : builder !== null ? { identity: builder } : null;
    return { ...common, outcome, why, who, signer: outcome === 'verified' ? signer : null };
  } catch (cause) {
    // Where whom to believe cannot be loaded, nobody can say that a signature is wrong.
    return { ...common, outcome: 'unavailable', why: reasonOf(cause), who: null, signer: null };
  }
}
