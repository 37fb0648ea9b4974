import { forgetBackup } from '../clients/backups.ts';
import { type EntryChange, planEdits } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { type Lock, pinOf } from '../lockfile/lock.ts';
import { secretPurpose, wordsPurpose } from '../lockfile/pin-digest.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import { keptMark, openWords } from '../model/filled.ts';
import { wordName } from '../model/secret-word.ts';
import type { AdoptedSecrets } from '../store/adoption.ts';
import type { Home } from '../store/home.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { ownName, type SecretName } from '../store/secret-record.ts';
import { entryPurpose, keptForServer, keptOf, planForget, readSecrets, settleSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { filledMarks } from './kept-variables.ts';
import type { GuardedEntry, Releasing } from './release-plan.ts';

/**
 * The same with what is kept as secrets filled in: the entry's text as it was, and over it the values as they are now,
 * which are others where somebody gave new ones. An entry whose text cannot be had stays behind the guard, and it is said.
 */
export async function withSecrets(releasing: Releasing, home: Home, lock: Lock | null, host: Host): Promise<Releasing> {
  const { record, row, edits } = releasing;
  const [first] = edits;
  if (first === undefined) return releasing;
  const place = placeOf(home, row.pin.name);
  const { target } = first;
  const secrets = record?.adoption.secrets;
  try {
    if (record !== null && secrets === undefined) return releasing;
    const start = secrets === undefined ? first : { target, change: await textOf(place, secrets, host) };
    const changes = await currentValues(place, secrets ?? null, lock, host);
    const all = [start, ...changes.map((change) => ({ target, change }))];
    await planEdits(all, host); // what cannot be put back stays, and the other entries come back
    return { ...releasing, edits: all };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    const why = withWhy(cause);
    return { row: { ...row, how: 'left', lost: [], why, hint: cause.hint ?? null }, edits: [], record: null };
  }
}

async function textOf(place: ServerPlace, { text }: AdoptedSecrets, host: Host): Promise<EntryChange> {
  const entryText = (await readSecrets(place, entryPurpose(text), [text], host))[text];
  if (entryText !== undefined) return { kind: 'restore', entryText };
  throw new GuardError('secret-missing', 'what it was is kept as a secret, and that is gone', { hint: 'pinfold secrets list' });
}

/**
 * The entry with what is kept in the place of every mark, for one that is made again from its own words; as it is where
 * that cannot be had.
 */
export async function withKeptWords(guarded: GuardedEntry, home: Home, lock: Lock | null, host: Host): Promise<GuardedEntry> {
  const { pin: start } = guarded;
  const pin = lock === null ? null : pinOf(lock, start.name);
  if (pin === null || !start.values.some((value) => value.includes(keptMark))) return guarded;
  const place = placeOf(home, start.name);
  const open = openWords(pin.launch);
  try {
    const kept = keptOf(
      pin,
      (await keptForServer(place, pin, host)).map(({ name }) => name),
    );
    return { ...guarded, pin: { ...start, values: await filledMarks({ kept, place, open, values: start.values }, host) } };
  } catch (cause) {
    if (cause instanceof GuardError) return guarded;
    throw cause;
  }
}

/** What puts the values that count now over those of the text; nothing without the lock, where they cannot be told. */
async function currentValues(
  place: ServerPlace,
  secrets: AdoptedSecrets | null,
  lock: Lock | null,
  host: Host,
): Promise<readonly EntryChange[]> {
  const pin = lock === null ? null : pinOf(lock, place.name);
  if (pin === null) return [];
  // Without a record nobody knows which ones were in the entry: all of them come back.
  const kept = secrets === null ? (await keptForServer(place, pin, host)).map(({ name }) => name) : [];
  const variables = secrets?.variables.map((name): SecretName => `env ${name}`) ?? kept.filter((name) => name.startsWith('env '));
  const all = await readSecrets(place, secretPurpose(pin), variables, host);
  const env = Object.fromEntries(Object.entries(all).map(([name, value]) => [ownName(name as SecretName), value]));
  const change: EntryChange = { kind: 'environment', values: env };
  const words = secrets?.words ?? []; // without a record they are in the words that the entry is made of
  if (words.length === 0) return [change];
  const now = await readSecrets(
    place,
    wordsPurpose(pin),
    words.map((name): SecretName => `word ${name}`),
    host,
  );
  const open = openWords(pin.launch);
  const values = open.flatMap((one) => {
    const text = now[`word ${wordName(one)}`];
    return text === undefined ? [] : [{ fromEnd: pin.launch.args.length - one.place, word: one.word, text }];
  });
  return [change, { kind: 'words', values }];
}

/** The writes that forget the texts of entries that came back; a pin that goes takes all of its secrets with it elsewhere. */
export async function planForgetTexts(
  home: Home,
  releasing: readonly Releasing[],
  unused: readonly string[],
  host: Host,
): Promise<readonly PlannedWrite[]> {
  const names = [...new Set(releasing.map(({ row }) => row.pin.name))].filter((name) => !unused.includes(name));
  const writes: PlannedWrite[] = [];
  for (const name of names) {
    const texts = releasing.flatMap(({ row, record }) => (row.pin.name === name ? (record?.adoption.secrets?.text ?? []) : []));
    if (texts.length > 0) writes.push(await planForget(placeOf(home, name), texts, host));
  }
  return writes;
}

/**
 * Takes out of the keychain what went with the entries. The copies of their files go too: they are from between move and
 * release, guarded and without the values, and `restore` would call them the original.
 */
export async function settleReleased(home: Home, releasing: readonly Releasing[], host: Host): Promise<void> {
  const moved = releasing.filter(({ record }) => record?.adoption.secrets !== undefined);
  for (const name of new Set(moved.map(({ row }) => row.pin.name))) await settleSecrets(placeOf(home, name), host);
  for (const file of new Set(moved.flatMap(({ record }) => record?.adoption.file ?? [])))
    await forgetBackup(await host.files.realPath(file).catch(() => file), 'first', host);
}

function placeOf({ scope, project }: Home, name: string): ServerPlace {
  return { name, scope, project };
}
