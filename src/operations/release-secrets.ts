import { forgetBackup } from '../clients/backups.ts';
import type { PlannedChange } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { type Lock, pinOf } from '../lockfile/lock.ts';
import { secretPurpose } from '../lockfile/pin-digest.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import type { AdoptedSecrets } from '../store/adoption.ts';
import type { Home } from '../store/home.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import type { SecretName } from '../store/secret-record.ts';
import { entryPurpose, planForget, readSecrets, settleSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import type { Releasing } from './release-plan.ts';

/**
 * The same with what is kept as secrets filled in: the entry's text as it was, and over it the values as they are now,
 * which are others where somebody gave new ones. An entry whose text cannot be had stays behind the guard, and it is said.
 */
export async function withSecrets(releasing: Releasing, home: Home, lock: Lock | null, host: Host): Promise<Releasing> {
  const { record, row, edits } = releasing;
  const secrets = record?.adoption.secrets;
  const [first] = edits;
  if (record === null || secrets === undefined || first === undefined) return releasing;
  const place = placeOf(home, row.pin.name);
  try {
    const entryText = (await readSecrets(place, entryPurpose(secrets.text), [secrets.text], host))[secrets.text];
    if (entryText === undefined)
      throw new GuardError('secret-missing', 'what it was is kept as a secret, and that is gone', { hint: 'pinfold secrets list' });
    const { target } = first;
    const restore: PlannedChange = { target, change: { kind: 'restore', entryText } };
    const values = await currentValues(place, secrets, lock, host);
    return { ...releasing, edits: [restore, { target, change: { kind: 'environment', values } }] };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    const why = withWhy(cause);
    return { row: { ...row, how: 'left', lost: [], why, hint: cause.hint ?? null }, edits: [], record: null };
  }
}

async function currentValues(place: ServerPlace, { variables }: AdoptedSecrets, lock: Lock | null, host: Host) {
  const pin = lock === null ? null : pinOf(lock, place.name);
  if (pin === null) return {};
  const names = variables.map((name): SecretName => `env ${name}`);
  const values = await readSecrets(place, secretPurpose(pin), names, host);
  return Object.fromEntries(
    variables.flatMap((name) => (values[`env ${name}`] === undefined ? [] : [[name, values[`env ${name}`] ?? ''] as const])),
  );
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
