import type { PlannedChange, PlannedEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Approval } from '../model/pin.ts';
import type { SealedPlace } from '../model/ticket.ts';
import { isoTime } from '../model/time.ts';
import { effectiveMode } from '../policy/layers.ts';
import { entryDigest, memberDigests, planAdoption } from '../store/adoption.ts';
import { type Home, lockPath } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import type { Policies } from '../store/policies.ts';
import { settleHeaders, stageHeaders } from '../store/remote-headers.ts';
import type { StagedSecrets } from '../store/secrets.ts';
import type { Adoptable, AdoptableLaunch } from './adoptable.ts';
import { applyChange } from './apply.ts';
import { commandPin } from './command-pin.ts';
import type { Disclosed } from './disclose.ts';
import { guardedCommand } from './guarded-entry.ts';
import { type NewPin, planPins } from './pin-writes.ts';
import { makePin } from './pinning.ts';
import type { Progress } from './progress.ts';
import type { RemoteDisclosed } from './remote-disclose.ts';
import { makeRemotePin } from './remote-pin.ts';
import { withTrees } from './with-trees.ts';

/** Entries that go behind one pin. `known`: the pin is there already. */
export type Adopting = {
  readonly home: Home;
  readonly policies: Policies;
  readonly name: string;
  readonly members: readonly Adoptable[];
  /** Of all members, sorted. */
  readonly envNames: readonly string[];
} & (
  | { readonly kind: 'known' }
  | { readonly kind: 'command'; readonly what: Extract<AdoptableLaunch, { kind: 'command' }> }
  | { readonly kind: 'remote'; readonly what: Extract<AdoptableLaunch, { kind: 'remote' }>; readonly disclosed: RemoteDisclosed }
  | { readonly kind: 'npm'; readonly what: Extract<AdoptableLaunch, { kind: 'npm' }>; readonly disclosed: Disclosed }
);

/**
 * Pins and edits everything, one transaction per lock; trees that a failure leaves unused are taken away again. Returns
 * where the headers lie that left the files of clients, sorted; empty = there were none.
 */
export async function writeAdoptions(
  all: readonly Adopting[],
  approval: Approval,
  host: Host,
  progress: Progress,
): Promise<readonly StagedSecrets['where'][]> {
  const locks = new Map<string, Adopting[]>();
  for (const one of all) locks.set(lockPath(one.home), [...(locks.get(lockPath(one.home)) ?? []), one]);
  await installLauncher(host);
  const headersIn: StagedSecrets['where'][] = [];
  for (const ofLock of locks.values()) {
    const npm = ofLock.flatMap((one) => (one.kind === 'npm' ? [one] : []));
    progress('laying out the approved bytes');
    const staged = await withTrees(
      npm.map(({ disclosed: { facts, files } }) => ({ closure: facts.closure, files })),
      (trees) => write(ofLock, new Map(npm.map((one, at) => [one, trees[at]])), approval, host),
      host,
    );
    headersIn.push(...staged.map(({ where }) => where));
  }
  return [...new Set(headersIn)].sort();
}

async function write(
  all: readonly Adopting[],
  trees: ReadonlyMap<Adopting, SealedPlace | undefined>,
  approval: Approval,
  host: Host,
): Promise<readonly StagedSecrets[]> {
  const [first] = all;
  if (first === undefined) return [];
  const { home, policies } = first;
  const pins = all.flatMap((one) => newPin(one, trees.get(one), approval, host) ?? []);
  const edits = all.flatMap(({ name, members }) =>
    members.flatMap(({ one: { found: target }, values, first = [] }): PlannedChange[] => {
      const [command, ...args] = guardedCommand({ scope: home.scope, name }, host, values);
      return [
        ...first.map((change) => ({ target, change })),
        { target, change: { kind: 'set', launch: { command, args }, replace: true } },
      ];
    }),
  );
  const records = (planned: readonly PlannedEdit[]) => all.flatMap((one) => adoptions(one, planned, host));
  const remotes = all.flatMap((one) => (one.kind === 'remote' && Object.keys(one.what.headers).length > 0 ? [one] : []));
  const places = remotes.map(({ name, what }) => ({ place: { name, scope: home.scope, project: home.project }, what }));
  // What a remote server is sent moves out of the client's file.
  const staged: StagedSecrets[] = [];
  for (const { place, what } of places) staged.push(await stageHeaders(place, { url: what.reference.url, headers: what.headers }, host));
  try {
    await applyChange(
      {
        home,
        edits,
        writes: async (lockFile, planned) => [
          ...(await planPins({ home, policies }, lockFile, pins, host)),
          ...(await Promise.all(staged.map((one) => one.plan()))),
          ...records(planned),
        ],
      },
      host,
    );
  } finally {
    // A pin that is made here had no other headers before.
    for (const { place } of places) await settleHeaders(place, null, host);
  }
  return staged;
}

function newPin(one: Adopting, tree: SealedPlace | undefined, approval: Approval, host: Host): NewPin | null {
  const { name, policies, envNames } = one;
  const mode = effectiveMode(policies.layers, null);
  if (one.kind === 'known') return null;
  if (one.kind === 'command') {
    return { name, pin: commandPin(one.what, { envNames, approval, mode }, host), tree: null, readable: null, closure: null };
  }
  if (one.kind === 'remote') {
    const words = one.disclosed.probeResult === null ? 'first-use' : 'probe';
    const { pin, readable } = makeRemotePin(one.disclosed, { approval, mode, words, grandfathered: true }, host);
    return { name, pin, tree: null, readable, closure: null };
  }
  if (tree === undefined) throw new TypeError('a tree for every closure');
  const { args } = one.what;
  const { pin, readable } = makePin(one.disclosed, { approval, mode, unseen: 'first-use', args, grandfathered: true }, host);
  return { name, pin, tree, readable, closure: one.disclosed.facts.closure };
}

/** What brings the entries back, as they were found when they were edited. */
function adoptions({ home, name, members }: Adopting, planned: readonly PlannedEdit[], host: Host): readonly PlannedWrite[] {
  const edited = planned.flatMap(({ entries }) => entries);
  return members.map(({ one: { found } }) => {
    const entry = edited.findLast(({ target }) => target === found);
    // Without its record an entry could never come back.
    if (entry === undefined || entry.before === null || entry.after === null || entry.value === null) throw gone(found);
    const { client, scope, file, rawPath, project } = found;
    const guarded = { text: entryDigest(entry.after), members: memberDigests(entry.value) };
    const place = { client, scope, file, rawPath, name: found.name, project };
    const record = { ...place, entryText: entry.before, guarded, pin: { scope: home.scope, name }, at: isoTime(host.now()) };
    return planAdoption(record, host);
  });
}

function gone({ file, name }: { readonly file: string; readonly name: string }): GuardError {
  return new GuardError('config-changed', `${file} changed while it was being edited`, {
    why: `the server ${JSON.stringify(name)} is not there any more`,
    hint: 'run the same command again',
  });
}
