import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import { openParts, openWords } from '../model/filled.ts';
import { isRemotePin, type LockScope, type Pin } from '../model/pin.ts';
import type { SecretsMoved, SecretsRow } from '../model/secret-results.ts';
import { wordName } from '../model/secret-word.ts';
import { shellLine } from '../model/shell-line.ts';
import { type KeptAdoption, listAdoptions } from '../store/adoption.ts';
import { readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { ownName, type SecretName } from '../store/secret-record.ts';
import { listSecrets, settleSecrets } from '../store/secrets.ts';
import { readTicket } from '../store/ticket.ts';
import { byPlace, chosen, type EntryChoice } from './adopt-candidates.ts';
import { scopeOption, trustCommand } from './command-line.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';
import { recordOf } from './release-plan.ts';
import { homeOf } from './scope-home.ts';
import { copiesOfSecrets } from './secret-copies.ts';
import { adoptCommand, type PinSecrets, pinSecrets, type SecretEntry, secretEntry } from './secrets-plan.ts';
import { applyMoves, type PinMove } from './secrets-write.ts';

export interface MoveRequest extends EntryChoice {
  /** Variables that are moved whatever they look like. */
  readonly variables: readonly string[];
  /** In a file that only this user may read, though there may be a keychain. */
  readonly inFile: boolean;
  readonly dryRun: boolean;
}

/**
 * Takes plaintext secrets out of the entries that start the guard, into the keychain; the launcher gives them to the
 * server at every start. The values are kept, and read back, before an entry is changed; entries, tickets and records of
 * one lock are one transaction. What cannot be moved is told, and the rest goes on.
 *
 * @throws GuardError as `chosen`, `stageSecrets` and `applyChange`.
 */
export async function moveSecrets(request: MoveRequest, host: Host): Promise<SecretsMoved> {
  const { entries } = await readClients({ client: null, project: request.project }, host);
  const wanted = (await byPlace(chosen(entries, request), host)).flatMap(([one]) => one ?? []);
  const records = await listAdoptions(host);
  const rows: SecretsRow[] = [];
  const groups = new Map<string, SecretEntry[]>();
  for (const one of wanted) {
    const pin = await pinnedAs(one, request.project, host);
    const found = await secretEntry(one, { also: request.variables, pin }, host);
    const verdict = found === null ? null : standing(found, pin, records);
    if (found === null || verdict !== null) {
      // What holds nothing is only told to somebody who asked for it by name.
      if (verdict !== null && (verdict.how === 'left' || request.names.length > 0)) rows.push(verdict);
      continue;
    }
    const key = one.entry.pin ?? '';
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  const moves: PinMove[] = [];
  for (const group of groups.values()) {
    const { made, told } = await prepare(group, { entries, records }, request, host);
    rows.push(...told);
    if (made !== null) moves.push(made);
  }
  if (request.dryRun || moves.length === 0) return { rows, where: null, withoutCopy: [], stillIn: [], dryRun: request.dryRun };
  return { rows, dryRun: false, ...(await write(moves, request, host)) };
}

async function write(moves: readonly PinMove[], request: MoveRequest, host: Host) {
  await installLauncher(host);
  const locks = new Map<string, PinMove[]>();
  for (const move of moves) locks.set(move.place.scope, [...(locks.get(move.place.scope) ?? []), move]);
  const withoutCopy: string[] = [];
  let where: 'keychain' | 'file' = 'keychain';
  for (const ofLock of locks.values()) {
    const done = await applyMoves(ofLock, request.inFile, host);
    if (done.where === 'file') where = 'file';
    withoutCopy.push(...done.withoutCopy);
    for (const { place, values } of ofLock) {
      await settleSecrets(place, host);
      const detail = { names: (Object.keys(values) as SecretName[]).map(ownName), where: done.where };
      await appendLedger({ event: 'secrets-moved', server: `${place.scope}:${place.name}`, detail }, host);
    }
  }
  const values = moves.flatMap((move) => secretTexts(move, host));
  return { where, withoutCopy, stillIn: await copiesOfSecrets(values, host) };
}

/** What may be found in other files: of a word of the command line, its secret parts too. */
function secretTexts({ pin, values }: PinMove, { places: { home } }: Host): readonly string[] {
  const parts = openWords(pin.launch).flatMap((one) => openParts(one.word, values[`word ${wordName(one)}`] ?? '', { home }) ?? []);
  return [...Object.values(values), ...parts];
}

/** Why nothing of an entry can be moved; null = something can. */
function standing(found: SecretEntry, pin: Pin | null, records: readonly KeptAdoption[]): SecretsRow | null {
  const { one, plain, headers, refusal } = found;
  if (plain.length + headers.length + inRecord(found, pin, records).length === 0) return row(one, { how: 'nothing' });
  if (one.pin === null) return left(one, 'it is not behind the guard, so nothing could hand them to it', adoptCommand(one));
  if (refusal !== null) return left(one, refusal.why, refusal.hint);
  if (plain.length > 0 || (headers.length === 0 && inRecord(found, pin, records).length > 0)) return null;
  const names = headers.join(', ');
  if (pin === null || !isRemotePin(pin)) return left(one, `what it starts is sent no headers, and it holds ${names}`, null);
  const given = headers.flatMap((name) => ['--header', `${name}=VARIABLE`]);
  const install = shellLine(['pinfold', 'install', ...scopeOption(one.pin.scope), '--name', one.pin.name, ...given, pin.launch.url]);
  return left(one, `nobody approved that its server is sent ${names}`, install);
}

/** What is moved for the entries of one pin. */
async function prepare(
  group: readonly SecretEntry[],
  { entries, records }: { readonly entries: readonly UnderstoodEntry[]; readonly records: readonly KeptAdoption[] },
  request: MoveRequest,
  host: Host,
): Promise<{ readonly made: PinMove | null; readonly told: readonly SecretsRow[] }> {
  const { pin: start } = group[0]?.one ?? { pin: null };
  if (start === null) return { made: null, told: [] };
  const { scope, name } = start;
  const home = await homeOf(scope, request.project, host);
  const place = { name, scope, project: home.project };
  const pin = pinOf((await readLock(home, host)).lock, name);
  const ticket = await readTicket(name, scope, home.project, host).catch(() => null);
  const everyone = (why: string, hint: string) => ({ made: null, told: group.map(({ one }) => left(one, why, hint)) });
  if (pin === null) return everyone(`nothing is pinned as ${name}`, 'pinfold audit');
  if (ticket === null || ticket.pinDigest !== pinDigest(pin))
    return everyone('its pin was not approved on this machine', trustCommand(scope));
  const all = await Promise.all(
    entries
      .filter((one) => one.pin?.scope === scope && one.pin.name === name)
      .map((one) => secretEntry(one, { also: request.variables, pin }, host)),
  );
  const secrets = pinSecrets(
    group,
    all.flatMap((one) => one ?? []),
  );
  const known = new Set((await listSecrets(place, host)).map((one) => one.name));
  const told = group.map((found) => rowOf(found, secrets, known, inRecord(found, pin, records)));
  const moving = group.filter(
    (found) => found.plain.some((one) => Object.hasOwn(secrets.values, one)) || inRecord(found, pin, records).length > 0,
  );
  if (moving.length === 0) return { made: null, told };
  return { made: { home, place, pin, entries: moving, values: secrets.values, records }, told };
}

/** The headers that `adopt` took out of an entry, and that stand in the record of what it was; empty = none, or it is kept as a secret. */
function inRecord({ one, text }: SecretEntry, pin: Pin | null, records: readonly KeptAdoption[]): readonly SecretName[] {
  if (pin === null || !isRemotePin(pin) || one.pin === null || text === null) return [];
  const record = recordOf({ one, pin: one.pin, now: { text, value: null } }, records);
  return record === null || record.adoption.secrets !== undefined ? [] : pin.launch.headerNames.map((name) => `header ${name}` as const);
}

function rowOf(
  { one, plain }: SecretEntry,
  { values, left: stays, differ }: PinSecrets,
  known: ReadonlySet<SecretName>,
  recorded: readonly SecretName[],
): SecretsRow {
  const taken = plain.filter((name) => Object.hasOwn(values, name));
  const moved = [...new Set([...taken, ...recorded])].sort();
  const rest = plain.flatMap((name) => (stays[name] === undefined ? [] : [{ name: ownName(name), why: stays[name] }]));
  const hint =
    rest.length === 0 || !differ
      ? null
      : 'keep the value that is right in one of them and take it out of the other, then run the same command again';
  return row(one, {
    how: moved.length === 0 ? 'left' : 'moved',
    moved: moved.map(ownName),
    replaced: taken.filter((name) => known.has(name)).map(ownName),
    left: rest,
    hint,
  });
}

/** The pin that an entry starts, as its lock says it now; null = there is none. @throws GuardError as `readLock`. */
export async function pinnedAs({ pin }: UnderstoodEntry, project: string | null, host: Host): Promise<Pin | null> {
  if (pin === null) return null;
  const home = await homeOf(pin.scope, project, host);
  return pinOf((await readLock(home, host)).lock, pin.name);
}

function left(one: UnderstoodEntry, why: string, hint: string | null): SecretsRow {
  return row(one, { how: 'left', why, hint });
}

function row({ entry, pin }: UnderstoodEntry, more: Partial<SecretsRow> & Pick<SecretsRow, 'how'>): SecretsRow {
  const { client, scope, file, name } = entry;
  const start: { readonly scope: LockScope; readonly name: string } | null = pin === null ? null : { scope: pin.scope, name: pin.name };
  return { client, scope, file, name, pin: start, moved: [], replaced: [], left: [], why: null, hint: null, ...more };
}
