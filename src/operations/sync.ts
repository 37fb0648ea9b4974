import type { EntryValues } from '../clients/client.ts';
import { clientById } from '../clients/index.ts';
import { translate } from '../clients/interpolation.ts';
import { type EditTarget, targetFor } from '../clients/locations.ts';
import { type PlannedChange, planEdit } from '../clients/plan-edit.ts';
import { entryValues } from '../clients/values.ts';
import type { Host } from '../host/host.ts';
import { proposeName } from '../lockfile/names.ts';
import type { Synced, SyncRow } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { shellLine } from '../model/shell-line.ts';
import { userHome } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { ownName, type SecretName } from '../store/secret-record.ts';
import { applyChange } from './apply.ts';
import { projectFolder } from './project-folder.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';
import { pinnedAs } from './secrets-move.ts';
import { adoptCommand, type PlainSecrets, plainSecrets } from './secrets-plan.ts';

export interface SyncRequest {
  readonly from: string;
  /** Client ids. */
  readonly to: readonly string[];
  /** Names of entries; empty = all of that scope. */
  readonly names: readonly string[];
  readonly scope: LockScope;
  readonly project: string | null;
  /** Entries of the same name that start something else are replaced. */
  readonly replace: boolean;
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

/**
 * Copies servers from one client into others, each in the other's own dialect: member names, transports, placeholders,
 * naming rules. What cannot be said there is left out with a reason; lists of tools that need no asking are never
 * copied, because a yes in one client is none in another. Guarded entries stay guarded, and no secret is copied in clear.
 * All edits are one transaction.
 *
 * @returns rows in the order of the source's entries, then of the clients
 * @throws GuardError `client-not-found`, `entry-not-found` for a name that the source does not have, as `applyChange`.
 */
export async function sync(request: SyncRequest, host: Host): Promise<Synced> {
  const { from } = request;
  const targets = [...new Set(request.to)].map(clientById).filter(({ id }) => id !== clientById(from).id);
  if (targets.length === 0)
    throw new GuardError('usage', '--to names no other client', {
      why: 'servers are copied from one client to others',
      hint: `pinfold sync --from ${from} --to cursor`,
    });
  const project = await projectFolder(request.project, host);
  const { entries } = await readClients({ client: null, project }, host);
  const chosen = choose(request, entries);
  const planned: Planned[] = [];
  for (const one of chosen) {
    for (const { id } of targets) {
      const earlier = planned.flatMap(({ edit }) => (edit === null ? [] : [edit.target]));
      planned.push(await planRow({ one, to: id, request, project, entries, earlier }, host));
    }
  }
  const edits = planned.flatMap(({ edit }) => (edit === null ? [] : [edit]));
  if (edits.length > 0 && !request.dryRun) {
    await applyChange({ home: userHome(host), writes: async () => [], edits }, host);
    await appendLedger({ event: 'synced', server: from, detail: { to: targets.map(({ id }) => id), entries: edits.length } }, host);
  }
  return { from, rows: planned.map(({ row }) => row) };
}

function choose({ from, names, scope }: SyncRequest, entries: readonly UnderstoodEntry[]): readonly UnderstoodEntry[] {
  const all = entries.filter(
    ({ entry }) => entry.client === from && (scope === 'user' ? entry.scope === 'user' : entry.scope === 'project'),
  );
  const missing = names.find((name) => !all.some(({ entry }) => entry.name === name));
  if (missing === undefined) return names.length === 0 ? all : all.filter(({ entry }) => names.includes(entry.name));
  throw new GuardError('entry-not-found', `${from} has no server named \`${missing}\` in ${scope} scope`, {
    hint: `pinfold list --client ${from}`,
  });
}

interface Planned {
  readonly row: SyncRow;
  readonly edit: PlannedChange | null;
}

interface RowRequest {
  readonly one: UnderstoodEntry;
  readonly to: string;
  readonly request: SyncRequest;
  readonly project: string | null;
  readonly entries: readonly UnderstoodEntry[];
  /** Places that earlier rows take. */
  readonly earlier: readonly EditTarget[];
}

async function planRow({ one, to, request, project, entries, earlier }: RowRequest, host: Host): Promise<Planned> {
  const { entry } = one;
  const client = clientById(to);
  const as = client.nameProblem?.(entry.name) == null ? entry.name : proposeName(entry.name, new Set());
  const base = { name: entry.name, as, client: to, scope: request.scope, guarded: entry.guarded, hint: null };
  const skip = (why: string, file: string | null): Planned => ({ row: { ...base, file, action: 'skip', why }, edit: null });
  let file: string | null = null;
  try {
    const target = await targetFor({ client: to, scope: request.scope, name: as }, { project }, host);
    file = target.file;
    if (earlier.some((other) => other.file === target.file && other.name === as)) return skip('another server takes this name there', file);
    const values = await entryValues(one.found, host);
    if (values === null) return skip('its own client does not start it as it is written', file);
    if (!entry.enabled && client.switch.kind !== 'member') return skip('it is switched off, and that cannot be written there', file);
    const wanted = translated(values, request.from, to, host);
    if (wanted === null) return skip('it has a placeholder, or text, that means something else there', file);
    const there = entries.find(({ entry: other }) => other.client === to && other.file === target.file && other.name === as);
    const place = there === undefined ? target : there.found;
    const same = there !== undefined && sameValues(await entryValues(there.found, host), wanted);
    if (same) return { row: { ...base, file, action: 'same', why: null }, edit: null };
    const plain = await secretsIn(one, values, project, host);
    if (plain !== null) return { row: { ...base, file, action: 'skip', ...plain }, edit: null };
    if (there !== undefined && !request.replace) return skip('another server has this name there (--replace overwrites it)', file);
    const edit: PlannedChange = {
      target: place,
      change: { kind: 'write', values: wanted, replace: there !== undefined, off: !entry.enabled },
    };
    await planEdit(edit.target, edit.change, host);
    return { row: { ...base, file, action: there === undefined ? 'add' : 'replace', why: null }, edit };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return skip(cause.why ?? cause.message, file);
  }
}

/**
 * Why an entry is not copied for what stands in it in clear, and what deals with that: a secret that stood in one file
 * would stand in two. null = nothing does.
 */
async function secretsIn(
  one: UnderstoodEntry,
  { url }: EntryValues,
  project: string | null,
  host: Host,
): Promise<Pick<SyncRow, 'why' | 'hint'> | null> {
  const pin = await pinnedAs(one, project, host);
  const handsOn = (one.pin?.values.length ?? 0) > 0;
  if (pin === null && handsOn)
    return { why: `nothing is pinned as ${one.pin?.name}, so what it hands on cannot be judged`, hint: 'pinfold audit' };
  const found = await plainSecrets(one, { also: [], pin }, host);
  const names = found === null ? [] : [...found.plain.map((name) => wordsFor(name, found)), ...found.headers];
  const inUrl = url !== null && secretSpans([url]).some((spans) => spans.length > 0) ? ['its address'] : [];
  const all = [...names, ...inUrl];
  if (all.length === 0) return null;
  const why = `a secret stands in it in clear, and would then stand in two files: ${all.join(', ')}`;
  if (one.pin === null) return { why, hint: adoptCommand(one) };
  return { why, hint: shellLine(['pinfold', 'secrets', 'move', ...(one.pin.name.startsWith('-') ? ['--'] : []), one.pin.name]) };
}

/** A name with the option that the word belongs to, where there is one. */
function wordsFor(name: SecretName, { options }: PlainSecrets): string {
  const option = options[name] ?? '';
  return option === '' ? ownName(name) : `${ownName(name)} (${option})`;
}

/** The values in the words of the other client; null when one of them cannot be said there. */
function translated(values: EntryValues, from: string, to: string, host: Host): EntryValues | null {
  const [here, there] = [clientById(from).interpolation, clientById(to).interpolation];
  const text = (value: string) => translate(value, here, there);
  const native = forPlatform(values, host);
  const command = native.command === null ? null : text(native.command);
  const cwd = native.cwd === null ? null : text(native.cwd);
  const url = native.url === null ? null : text(native.url);
  const args = native.args.map(text);
  const env = Object.entries(native.env).map(([name, value]) => [name, text(value)] as const);
  const headers = Object.entries(native.headers).map(([name, value]) => [name, text(value)] as const);
  const lost =
    (command === null && native.command !== null) || (cwd === null && native.cwd !== null) || (url === null && native.url !== null);
  if (lost || [...args, ...[...env, ...headers].map(([, value]) => value)].includes(null)) return null;
  return {
    transport: native.transport,
    command,
    args: args.filter((arg) => arg !== null),
    env: mapOf(env),
    cwd,
    url,
    headers: mapOf(headers),
  };
}

/** `cmd /c npx …` is how Windows starts a script; elsewhere there is no `cmd`. */
function forPlatform(values: EntryValues, host: Host): EntryValues {
  const [slash, program, ...rest] = values.args;
  if (host.machine.platform === 'win32' || program === undefined) return values;
  if (!/^cmd(?:\.exe)?$/i.test(values.command ?? '') || !/^\/c$/i.test(slash ?? '')) return values;
  return { ...values, command: program, args: rest };
}

function mapOf(pairs: readonly (readonly [string, string | null])[]): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) if (value !== null) map[name] = value;
  return map;
}

/** Equal in everything that starts or calls the server. */
function sameValues(left: EntryValues | null, right: EntryValues): boolean {
  if (left === null) return false;
  const flat = ({ transport, command, args, env, cwd, url, headers }: EntryValues) =>
    JSON.stringify([transport, command, args, sorted(env), cwd, url, sorted(headers)]);
  return flat(left) === flat(right);
}

function sorted(map: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
