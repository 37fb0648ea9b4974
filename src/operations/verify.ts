import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { artifactLabel } from '../model/artifact.ts';
import type { Evidence } from '../model/outcome.ts';
import type { LockScope } from '../model/pin.ts';
import type { Reference } from '../model/reference.ts';
import type { Verified, VerifiedServer } from '../model/verified.ts';
import { eachBounded } from '../sources/bounded.ts';
import { type Home, type LockFile, readLock } from '../store/home.ts';
import { readPolicies } from '../store/policies.ts';
import { resolveServer } from './load.ts';
import { acceptanceOf } from './lock/lock-standing.ts';
import type { Progress } from './progress.ts';
import { findPin, homeOf } from './scope-home.ts';
import { verifyPin } from './verify-pin.ts';
import { vouch } from './vouch/vouch.ts';

/** Trees that are hashed at once: the disk is busy with a few, and each reads one file at a time. */
const atOnce = 4;

/** One pin, compared with everything that its approval rests on. @throws GuardError `pin-not-found`, and as `readLock`. */
export async function verifyPinned(name: string, scope: LockScope, host: Host, progress: Progress): Promise<Verified> {
  const home = await homeOf(scope, null, host);
  const { pin, lockFile } = await findPin(home, name, host);
  progress(`verifying ${name}`);
  const signature = await signatureOf(home, lockFile, host);
  return { servers: [await verifyPin({ home, lockFile, name, pin, signature }, host)] };
}

/** The whole lock of a scope, a few pins at a time. @throws GuardError as `readLock`. */
export async function verifyAll(scope: LockScope, host: Host, progress: Progress): Promise<Verified> {
  const home = await homeOf(scope, null, host);
  const lockFile = await readLock(home, host);
  const names = Object.keys(lockFile.lock.pins).sort();
  const signature = await signatureOf(home, lockFile, host);
  const servers = new Map<string, VerifiedServer>();
  await eachBounded(names, atOnce, async (name) => {
    const pin = pinOf(lockFile.lock, name);
    if (pin === null) return;
    servers.set(name, await verifyPin({ home, lockFile, name, pin, signature }, host));
    progress(`${bar(servers.size, names.length)} ${servers.size} of ${names.length} verified: ${name}`);
  });
  return { servers: names.flatMap((name) => servers.get(name) ?? []) };
}

/** Who signed the lock, once for all of its pins. @throws GuardError `policy-invalid` */
async function signatureOf(home: Home, lockFile: LockFile, host: Host): Promise<readonly Evidence[]> {
  if (home.project === null) return [];
  return [(await acceptanceOf(home, lockFile, await readPolicies(host, home.project), host)).evidence];
}

/** True when something is pinned under this name. */
export async function isPinned(name: string, scope: LockScope, host: Host): Promise<boolean> {
  const { lock } = await readLock(await homeOf(scope, null, host), host);
  return pinOf(lock, name) !== null;
}

/**
 * What a reference means today: its bytes against the registry's hashes, and whoever stands behind it. Nothing is started
 * or kept. @throws GuardError as `resolveServer`; `integrity-mismatch`, `archive-hostile` for its own package.
 */
export async function verifyReference(reference: Reference, host: Host, progress: Progress): Promise<Verified> {
  progress(`resolving ${reference.name}`);
  const resolved = await resolveServer(reference, host);
  const { artifact, closure } = resolved;
  const own = closure.packages.find(
    ({ name, version, bundledIn }) => name === artifact.name && version === artifact.version && bundledIn === null,
  );
  progress(`verifying ${artifact.name}`);
  const files = own === undefined ? null : await resolved.files(own);
  const vouched = await vouch({ ...resolved, ownFiles: files, listedAs: reference.listedAs }, host);
  const hashed = closure.packages.filter(({ integrity }) => integrity?.startsWith('sha512-') || integrity?.startsWith('sha256-')).length;
  return {
    servers: [
      {
        label: artifactLabel(artifact),
        pin: null,
        evidence: [
          files === null
            ? { source: 'artifact', outcome: 'absent', detail: 'it is not in its own closure' }
            : { source: 'artifact', outcome: 'verified', detail: `its ${files.length} files came out of bytes with the registry's hash` },
          {
            source: 'closure',
            outcome: 'verified',
            detail: `${hashed} of ${closure.packages.length} packages have a strong hash; only its own bytes were fetched`,
          },
          ...vouched.evidence,
        ],
        findings: vouched.findings,
      },
    ],
  };
}

/** Ten cells. */
function bar(done: number, total: number): string {
  const filled = total === 0 ? 10 : Math.floor((done / total) * 10);
  return `[${'#'.repeat(filled)}${'.'.repeat(10 - filled)}]`;
}
