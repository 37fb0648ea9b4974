import { copiesOf } from '../clients/backups.ts';
import type { EditedEntry, PlannedChange, PlannedEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest, secretPurpose, wordsPurpose } from '../lockfile/pin-digest.ts';
import { GuardError } from '../model/errors.ts';
import { markedWord, openWords } from '../model/filled.ts';
import { limits } from '../model/limits.ts';
import { isRemotePin, type Pin } from '../model/pin.ts';
import { wordName } from '../model/secret-word.ts';
import { entryDigest, type KeptAdoption, memberDigests, planAdoptionChange } from '../store/adoption.ts';
import type { Home, LockFile } from '../store/home.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { readOptional } from '../store/read-optional.ts';
import { headersPurpose } from '../store/remote-headers.ts';
import { ownName, type SecretName, type SecretPlace } from '../store/secret-record.ts';
import { keptForServer, keptOf, type StagedSecrets, stageSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { planTicket, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { guardedCommand } from './guarded-entry.ts';
import { recordOf } from './release-plan.ts';
import type { SecretEntry } from './secrets-plan.ts';

/** What is moved for one pin. Values are secrets. */
export interface PinMove {
  readonly home: Home;
  readonly place: ServerPlace;
  readonly pin: Pin;
  /** Each with at least one of the values in it, or in the record of what it was. */
  readonly entries: readonly SecretEntry[];
  /** Empty where only what entries were is to be kept. */
  readonly values: Readonly<Record<SecretName, string>>;
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
  const edits = moves.flatMap(({ home, pin, entries, values }) =>
    entries.flatMap((entry) => withoutValues(entry, home, values, pin, host)),
  );
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
  const texts = sealed.flatMap(({ record: { adoption }, text }) =>
    adoption.secrets === undefined ? [[text, adoption.entryText] as const] : [],
  );
  const { pin } = move;
  const headers = isRemotePin(pin) ? { headers: headersPurpose(pin.launch.url) } : {};
  const values = { ...move.values, ...Object.fromEntries(texts) };
  const keep = { purpose: secretPurpose(pin), words: wordsPurpose(pin), ...headers, values };
  const staged = await stageSecrets(move.place, { ...keep, ...(inFile ? { where: 'file' } : {}) }, host);
  return { ...move, staged, sealed };
}

/** The entry without the values: no variable, no header, and a mark in place of every word. */
function withoutValues({ one, plain }: SecretEntry, home: Home, values: PinMove['values'], pin: Pin, host: Host): readonly PlannedChange[] {
  const going = plain.filter((name) => Object.hasOwn(values, name));
  const variables = going.filter((name) => name.startsWith('env ')).map((name) => [ownName(name), null] as const);
  const target = one.found;
  const changes: PlannedChange[] = [{ target, change: { kind: 'environment', values: Object.fromEntries(variables) } }];
  if (one.pin === null || variables.length === going.length) return changes;
  const open = openWords(pin.launch);
  const words = one.pin.values.map((value, at) => {
    const word = open[at];
    return word !== undefined && going.includes(`word ${wordName(word)}`) ? markedWord(word.word, { home: host.places.home }) : value;
  });
  const [command, ...args] = guardedCommand({ scope: home.scope, name: one.pin.name }, host, words);
  return [...changes, { target, change: { kind: 'set', launch: { command, args }, replace: true } }];
}

async function writesOf(
  move: StagedMove,
  lockFile: LockFile,
  written: readonly EditedEntry[],
  host: Host,
): Promise<readonly PlannedWrite[]> {
  const { place, pin, entries, values, staged, sealed } = move;
  const now = pinOf(lockFile.lock, place.name);
  const ticket = await readTicket(place.name, place.scope, place.project, host);
  const same = now !== null && ticket?.pinDigest === pinDigest(now) && wordsPurpose(now) === wordsPurpose(pin);
  if (!same || ticket === null) throw changed(`the pin of \`${place.name}\``);
  // What was kept is what was read; an entry that says something else now would lose it.
  const first = (entry: SecretEntry) => written.find(({ target }) => target === entry.one.found);
  const edited = (entry: SecretEntry) => written.findLast(({ target }) => target === entry.one.found);
  if (entries.some((entry) => first(entry)?.before !== entry.text)) throw changed('an entry');
  const before = (await keptForServer(place, pin, host)).map((one) => one.name);
  const kept = keptOf(pin, [...before, ...(Object.keys(values) as SecretName[])]);
  return [
    await staged.plan(),
    await planTicket({ ...ticket, ...(kept === undefined ? {} : { kept }) }, place, host),
    ...sealed.map(({ entry, record, text }) => {
      const { after = null, value = null } = edited(entry) ?? {};
      if (after === null || value === null) throw changed('an entry');
      const moved = entry.plain.filter((name) => Object.hasOwn(values, name));
      const { variables = [], words = [] } = record.adoption.secrets ?? {};
      const all = (kind: 'env' | 'word', old: readonly string[]) =>
        [...new Set([...old, ...moved.filter((name) => name.startsWith(`${kind} `)).map(ownName)])].sort();
      const secrets = { text, variables: all('env', variables), words: all('word', words) };
      const guarded = { text: entryDigest(after), members: memberDigests(value) };
      return planAdoptionChange(record, { ...record.adoption, entryText: '', secrets, guarded });
    }),
  ];
}

/** The copies of the files go in the same transaction; `restore` finds none of them from then on. */
export async function withoutCopies(planned: readonly PlannedEdit[], told: Set<string>, host: Host): Promise<readonly PlannedWrite[]> {
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
