import { join } from 'node:path';
import type { Updated } from '../analysis/diff/update.ts';
import type { Host } from '../host/host.ts';
import { emptyLock, pinOf, withPin } from '../lockfile/lock.ts';
import { GuardError } from '../model/errors.ts';
import { type Home, type LockFile, planClosure, planLock, planManifest, readClosure, readLock, readManifest } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { readPolicies } from '../store/policies.ts';
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

/** Swaps the pin with the previous one. @throws GuardError `pin-not-found` when there is none; `tree-missing`. */
export async function rollback(name: string, home: Home, host: Host): Promise<Updated> {
  const current = await findPin(home, name, host);
  const previous = previousHome(home, name, host);
  const { lock } = await readLock(previous, host);
  const [pin, closure] = [pinOf(lock, name), await readClosure(previous, lock, name, host)];
  if (pin === null || closure === null) {
    throw new GuardError('pin-not-found', `there is no earlier version of \`${name}\` to go back to`, {
      why: 'it was not updated on this machine',
    });
  }
  const readable = await readManifest(previous, lock, name, host);
  const sealed = await sealedTree(treePath(closure.digest, platformOf(host), host), host);
  if (sealed === null) {
    throw new GuardError('tree-missing', `the files of ${pin.artifact.name}@${pin.artifact.version} are gone`, {
      hint: `pinfold update ${name}@${pin.artifact.version}`,
    });
  }
  const policies = await readPolicies(host, home.project);
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
