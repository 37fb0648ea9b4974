import type { Host } from '../../host/host.ts';
import type { Digest } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import { lockPath, readLock } from '../../store/home.ts';
import { readPolicies } from '../../store/policies.ts';
import { projectFolder } from '../project-folder.ts';
import { homeOf } from '../scope-home.ts';
import { nobody } from '../signing/verify-signature.ts';
import { namedBy, trustFor, type Wanted } from '../signing/wanted.ts';
import { machineTrust } from '../vouch/trust.ts';
import { loadPins } from './load-pins.ts';
import { checkLock, type LockSignature } from './lock-signature.ts';
import { signersOf } from './named-signers.ts';

export interface VerifiedLock extends LockSignature {
  /** Absolute path of the lock. */
  readonly file: string;
  /** Of its bytes. */
  readonly digest: Digest;
}

/**
 * Whether somebody who is named signed a project's lock as it is, and whether what it names by digests is all there. Without a
 * network.
 *
 * @param project null = the project around the working folder
 * @param wanted null = whom the policies of this machine name
 * @throws GuardError `file-not-found`, `lock-invalid` (also a manifest or closure that the lock does not name), `key-invalid`, `policy-invalid`
 */
export async function verifyLock(project: string | null, wanted: Wanted | null, host: Host): Promise<VerifiedLock> {
  const home = await homeOf('project', await projectFolder(project, host), host);
  const lockFile = await readLock(home, host);
  const { bytes, digest } = lockFile;
  const file = lockPath(home);
  if (bytes === null || digest === null)
    throw new GuardError('file-not-found', 'there is no lock to verify', {
      why: `there is no ${file}`,
      hint: 'pinfold install --scope project <reference>',
    });
  await loadPins(home, lockFile, host);
  const named = wanted === null ? signersOf((await readPolicies(host, home.project)).layers) : await namedBy(wanted, host);
  const trust = wanted === null ? () => machineTrust(host) : trustFor(wanted, host);
  return { ...(await checkLock(home, bytes, named ?? nobody, trust, host)), file, digest };
}
