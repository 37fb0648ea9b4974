import { join } from 'node:path';
import type { Updated } from '../analysis/diff/update.ts';
import type { Host } from '../host/host.ts';
import { emptyLock, pinOf, withPin } from '../lockfile/lock.ts';
import type { Closure } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { type Pin, pinnedBuilder } from '../model/pin.ts';
import { evaluate } from '../policy/evaluate.ts';
import { type Home, type LockFile, planClosure, planLock, planManifest, readClosure, readLock, readManifest } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { type Policies, readPolicies } from '../store/policies.ts';
import { serverFile } from '../store/server-place.ts';
import { sealedTree, treePath } from '../store/tree.ts';
import { applyChange } from './apply.ts';
import { planPin } from './pin-writes.ts';
import { platformOf } from './platform.ts';
import { findPin } from './scope-home.ts';

/**
 * The pin that an update replaces is kept as a small lock of its own on this machine, with its manifest and closure, so
 * that going back needs no network and no new approval.
 */
export function previousHome(home: Home, name: string, host: Host): Home {
  const record = serverFile('previous', { name, scope: home.scope, project: home.project }, host);
  return { scope: home.scope, folder: join(record, '..', `${name}.previous`), project: null };
}

/** The writes that keep the pin of `name` as the previous one; none when there is no such pin. */
export async function planPrevious(home: Home, lockFile: LockFile, name: string, host: Host): Promise<readonly PlannedWrite[]> {
  const pin = pinOf(lockFile.lock, name);
  const closure = await readClosure(home, lockFile.lock, name, host);
  if (pin === null || closure === null) return [];
  const previous = previousHome(home, name, host);
  return [
    planLock(previous, await readLock(previous, host), withPin(emptyLock, name, pin)),
    await planManifest(previous, name, await readManifest(home, lockFile.lock, name, host), host),
    await planClosure(previous, name, closure, host),
  ];
}

/** The same for an install over a pin; none when it pins the closure that is pinned already. */
export async function planPreviousUnlessSame(
  home: Home,
  lockFile: LockFile,
  name: string,
  closure: Closure,
  host: Host,
): Promise<readonly PlannedWrite[]> {
  const pin = pinOf(lockFile.lock, name);
  return pin === null || pin.closure?.digest === closure.digest ? [] : planPrevious(home, lockFile, name, host);
}

/** The writes that forget the previous pin: a name that was removed must not bring an old server back. */
export async function planForgetPrevious(home: Home, name: string, host: Host): Promise<readonly PlannedWrite[]> {
  const previous = previousHome(home, name, host);
  return [
    { ...planLock(previous, await readLock(previous, host), emptyLock), after: null },
    await planManifest(previous, name, null, host),
    await planClosure(previous, name, null, host),
  ];
}

/**
 * Swaps the pin with the previous one, which was approved once: policy may have changed since, and is asked.
 *
 * @throws GuardError `pin-not-found` when there is none; `policy-denied`; `tree-missing`.
 */
export async function rollback(name: string, home: Home, host: Host): Promise<Updated> {
  const current = await findPin(home, name, host);
  const scopeFlag = home.scope === 'project' ? '--scope project ' : '';
  const previous = previousHome(home, name, host);
  const { lock } = await readLock(previous, host);
  const [pin, closure] = [pinOf(lock, name), await readClosure(previous, lock, name, host)];
  if (pin === null || pin.closure === null || closure === null || pin.artifact.subject !== current.pin.artifact.subject) {
    throw new GuardError('pin-not-found', `there is no earlier version of \`${name}\` to go back to`, {
      why: 'it was not updated on this machine',
      hint: `pinfold update ${scopeFlag}${name}@<version>`,
    });
  }
  const policies = await readPolicies(host, home.project);
  assertAllowed(pin, policies);
  const readable = await readManifest(previous, lock, name, host);
  const sealed = await sealedTree(treePath(closure.digest, platformOf(host), host), host);
  if (sealed === null) {
    throw new GuardError('tree-missing', `the files of ${pin.artifact.name}@${pin.artifact.version} are gone`, {
      hint: `pinfold update ${scopeFlag}${name}@${pin.artifact.version}`,
    });
  }
  await applyChange(
    {
      home,
      writes: async (lockFile) => [
        ...(await planPrevious(home, lockFile, name, host)),
        ...(await planPin({ home, lockFile, name, pin, readable, closure, tree: sealed.tree, policies }, host)),
      ],
      edits: [],
    },
    host,
  );
  const [from, to] = [current.pin, pin].map(({ artifact }) => `${artifact.name}@${artifact.version}`);
  await appendLedger(
    { event: 'updated', server: `${home.scope}:${name}`, detail: { from: from ?? '', to: to ?? '', rollback: true } },
    host,
  );
  return { name, outcome: 'rolled-back', from: from ?? '', to: to ?? '', diff: null };
}

function assertAllowed(pin: Pin, { layers }: Policies): void {
  const { subject, name, version } = pin.artifact;
  const decision = evaluate(layers, { subject, name, version, builder: pinnedBuilder(pin), findings: [], gain: 'none', action: 'run' });
  if (decision.verdict !== 'block') return;
  throw new GuardError('policy-denied', `${name}@${version} is not pinned again; nothing was changed`, {
    why: decision.reasons[0] ?? 'policy does not allow it',
  });
}
