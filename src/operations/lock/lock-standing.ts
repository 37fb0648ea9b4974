import type { Host } from '../../host/host.ts';
import { reasonOf } from '../../model/errors.ts';
import { isOpen } from '../../model/filled.ts';
import type { LockSigner } from '../../model/lock-signer.ts';
import type { Evidence } from '../../model/outcome.ts';
import { isRemotePin, type Pin } from '../../model/pin.ts';
import type { PolicyLayer } from '../../policy/layers.ts';
import type { Home, LockFile } from '../../store/home.ts';
import { appendLedger } from '../../store/ledger.ts';
import { type Policies, readPolicies } from '../../store/policies.ts';
import { arePolicies } from '../../store/policy-files.ts';
import { trustLock, trustOf } from '../../store/trust.ts';
import { nobody } from '../signing/verify-signature.ts';
import { type LoadTrust, machineTrust } from '../vouch/trust.ts';
import { checkLock } from './lock-signature.ts';
import { isNamed, signersOf } from './named-signers.ts';

/** Source of what is said about the signatures of a lock. */
const source = 'lock-signature';

/** What the signatures beside a project's lock come to under the policies of now. */
export interface LockAcceptance {
  /** One line: what was compared, and what came of it. */
  readonly evidence: Evidence;
  /** Not null = the lock counts on this machine without a person: who signed it, and the policy that names them. */
  readonly accepted: { readonly signer: LockSigner /** `signed with …` */; readonly who: string; readonly by: PolicyLayer } | null;
}

/**
 * Verifies the signatures of a lock for those whom policy names, without network. Changes nothing.
 *
 * @throws GuardError `policy-invalid` for a signer in a policy that is none
 */
export async function acceptanceOf(
  home: Home,
  { lock, bytes, digest }: LockFile,
  { layers }: Pick<Policies, 'layers'>,
  host: Host,
  trust: LoadTrust = machineTrust,
): Promise<LockAcceptance> {
  if (bytes === null) return { evidence: { source, outcome: 'absent', detail: 'there is no lock' }, accepted: null };
  const named = signersOf(layers);
  const { outcome, why, signer } = await checkLock(home, bytes, named ?? nobody, () => trust(host), host);
  if (outcome !== 'verified' || signer === null || named === null) return { evidence: { source, outcome, detail: why }, accepted: null };
  const detail = `lock.json (${digest}) is, byte for byte, ${why}, whom the ${named.by.layer} policy names`;
  const person = Object.entries(lock.pins).flatMap(([name, pin]) => needsPerson(name, pin) ?? [])[0];
  if (person !== undefined)
    return { evidence: { source, outcome, detail: `${detail}; a person has to trust it all the same: ${person}` }, accepted: null };
  return { evidence: { source, outcome, detail }, accepted: { signer, who: why, by: named.by } };
}

/**
 * Why a signature alone does not let a lock count; null = it does. The same lock may lie in another repository, with the same
 * signature: then what its pins leave open is filled in by whoever wrote that repository.
 */
function needsPerson(name: string, pin: Pin): string | null {
  if (pin.closure === null && !isRemotePin(pin)) return `the bytes of \`${name}\` are not pinned`;
  if (pin.launch.args.some(isOpen)) return `a file beside the lock fills in words of the command of \`${name}\``;
  return pin.manifest === null ? `nobody saw the words of \`${name}\`` : null;
}

/** Why a lock counts on this machine: `person`, `signature`; or that it does not, and why. */
export type LockStanding =
  | { readonly counts: 'person' | 'signature' }
  | { readonly counts: 'no' /** Of the signatures; null = they were not looked at. */; readonly evidence: Evidence | null };

/**
 * Whether a lock counts on this machine. Where nobody said so yet, its signatures are verified, and when somebody made one whom
 * policy names, that is written down, for the launch path, which verifies none. Nothing that cannot be read or written counts.
 */
export async function lockStanding(home: Home, lockFile: LockFile, host: Host, trust: LoadTrust = machineTrust): Promise<LockStanding> {
  const { project } = home;
  const { digest } = lockFile;
  if (project === null) return { counts: 'person' };
  if (digest === null) return { counts: 'no', evidence: null };
  const known = await trustOf(project, digest, host);
  if (known === 'person') return { counts: 'person' };
  try {
    if (known !== null && (await arePolicies(known.policy, project, host))) return { counts: 'signature' };
    const { layers, files } = await readPolicies(host, project);
    const signers = signersOf(layers);
    if (signers === null) return { counts: 'no', evidence: null };
    const still = known !== null && isNamed(known.signer, signers) ? known.signer : null;
    const { evidence, accepted } =
      still === null ? await acceptanceOf(home, lockFile, { layers }, host, trust) : { evidence: null, accepted: null };
    const signer = still ?? accepted?.signer;
    if (signer === undefined) return { counts: 'no', evidence };
    await trustLock(project, digest, host, { signer, policy: files });
    if (accepted !== null) {
      const detail = { place: project, lock: digest, entries: 0, by: 'policy', signature: accepted.who };
      await appendLedger({ event: 'trusted', server: null, detail }, host);
    }
    return { counts: 'signature' };
  } catch (cause) {
    return { counts: 'no', evidence: { source, outcome: 'unavailable', detail: reasonOf(cause) } };
  }
}
