import { copiesOf } from '../clients/backups.ts';
import type { EditedEntry, PlannedChange, PlannedEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest, secretPurpose } from '../lockfile/pin-digest.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { entryDigest, type KeptAdoption, memberDigests, planAdoptionChange } from '../store/adoption.ts';
import type { Home, LockFile } from '../store/home.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { readOptional } from '../store/read-optional.ts';
import type { SecretName, SecretPlace } from '../store/secret-record.ts';
import { type StagedSecrets, stageSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { planTicket, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { recordOf } from './release-plan.ts';
import type { SecretEntry } from './secrets-plan.ts';

/** What is moved for one pin. Values are secrets. */
export interface PinMove {
  readonly home: Home;
  readonly place: ServerPlace;
  readonly purpose: Digest;
  /** Each with at least one of the variables in it. */
  readonly entries: readonly SecretEntry[];
  /** Variable → value; at least one. */
  readonly values: Readonly<Record<string, string>>;
  readonly records: readonly KeptAdoption[];
}

interface StagedMove extends PinMove {
  readonly staged: StagedSecrets;
  readonly sealed: readonly Sealed[];
}

/** An entry whose text from before the guard is kept as a secret from now on. */
interface Sealed {
  readonly entry: SecretEntry;
  readonly record: KeptAdoption;
  readonly text: SecretName;
}

/**
 * Keeps the values of one lock's pins, then takes them out of every file in one transaction: the clients' files, the
 * records of what entries were, and the copies of files from before pinfold, which would keep them for ever.
 *
 * @throws GuardError as `stageSecrets` and `applyChange`; `config-changed` when a value is another one now.
 */
export async function applyMoves(
  moves: readonly PinMove[],
  inFile: boolean,
  host: Host,
): Promise<{ readonly where: SecretPlace; readonly withoutCopy: readonly string[] }> {
  const [first] = moves;
  if (first === undefined) return { where: 'keychain', withoutCopy: [] };
  const all: StagedMove[] = [];
  for (const move of moves) all.push(await stage(move, inFile, host));
  const withoutCopy = new Set<string>();
  const edits = moves.flatMap(({ entries, values }) => entries.map((entry) => withoutValues(entry, values)));
  await applyChange(
    {
      home: first.home,
      edits,
      writes: async (lockFile, planned) => {
        const written = planned.flatMap(({ entries }) => entries);
        const own = await Promise.all(all.map((move) => writesOf(move, lockFile, written, host)));
        return [...own.flat(), ...(await withoutCopies(planned, withoutCopy, host))];
      },
    },
    host,
  );
  return { where: all.some(({ staged }) => staged.where === 'file') ? 'file' : 'keychain', withoutCopy: [...withoutCopy] };
}

async function stage(move: PinMove, inFile: boolean, host: Host): Promise<StagedMove> {
  const taken: KeptAdoption[] = [];
  const sealed: Sealed[] = [];
  for (const entry of move.entries) {
    const { one, text } = entry;
    if (one.pin === null || text === null) continue;
    const free = move.records.filter((record) => !taken.includes(record));
    const record = recordOf({ one, pin: one.pin, now: { text, value: null } }, free);
    if (record === null) continue; // installed: it never was anything else
    taken.push(record);
    sealed.push({ entry, record, text: record.adoption.secrets?.text ?? `entry ${host.randomId()}` });
  }
  const variables = Object.entries(move.values).map(([name, value]) => [`env ${name}`, value] as const);
  const texts = sealed.flatMap(({ record: { adoption }, text }) =>
    adoption.secrets === undefined ? [[text, adoption.entryText] as const] : [],
  );
  const values = Object.fromEntries([...variables, ...texts]);
  const staged = await stageSecrets(move.place, { purpose: move.purpose, values, ...(inFile ? { where: 'file' } : {}) }, host);
  return { ...move, staged, sealed };
}

function withoutValues({ one: { found }, variables }: SecretEntry, values: PinMove['values']): PlannedChange {
  const going = variables.filter((name) => Object.hasOwn(values, name));
  return { target: found, change: { kind: 'environment', values: Object.fromEntries(going.map((name) => [name, null])) } };
}

async function writesOf(
  move: StagedMove,
  lockFile: LockFile,
  written: readonly EditedEntry[],
  host: Host,
): Promise<readonly PlannedWrite[]> {
  const { place, purpose, entries, values, staged, sealed } = move;
  const pin = pinOf(lockFile.lock, place.name);
  const ticket = await readTicket(place.name, place.scope, place.project, host);
  const same = pin !== null && ticket?.pinDigest === pinDigest(pin) && secretPurpose(pin) === purpose;
  if (!same || ticket === null) throw changed(`the pin of \`${place.name}\``);
  // What was kept is what was read; an entry that says something else now would lose it.
  const edited = (entry: SecretEntry) => written.findLast(({ target }) => target === entry.one.found);
  if (entries.some((entry) => edited(entry)?.before !== entry.text)) throw changed('an entry');
  const before = ticket.kept?.purpose === purpose ? ticket.kept.names : [];
  const names = [...new Set([...before, ...Object.keys(values)])].sort();
  return [
    await staged.plan(),
    await planTicket({ ...ticket, kept: { purpose, names } }, place, host),
    ...sealed.map(({ entry, record, text }) => {
      const { after = null, value = null } = edited(entry) ?? {};
      if (after === null || value === null) throw changed('an entry');
      const variables = [
        ...new Set([...(record.adoption.secrets?.variables ?? []), ...entry.variables.filter((name) => Object.hasOwn(values, name))]),
      ];
      const guarded = { text: entryDigest(after), members: memberDigests(value) };
      return planAdoptionChange(record, { ...record.adoption, entryText: '', secrets: { text, variables: variables.sort() }, guarded });
    }),
  ];
}

/** The copies of the files go in the same transaction; `restore` finds none of them from then on. */
async function withoutCopies(planned: readonly PlannedEdit[], told: Set<string>, host: Host): Promise<readonly PlannedWrite[]> {
  const writes: PlannedWrite[] = [];
  for (const { path } of planned) {
    for (const copy of copiesOf(path, host)) {
      const before = await readOptional(copy, limits.configMaxBytes, host);
      if (before !== null) told.add(path);
      writes.push({ path: copy, before, after: null });
    }
  }
  return writes;
}

function changed(what: string): GuardError {
  return new GuardError('config-changed', `${what} changed while secrets were being moved`, {
    why: 'nothing was moved',
    hint: 'run the same command again',
  });
}
