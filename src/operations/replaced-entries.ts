import type { EditedEntry, PlannedEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Pin } from '../model/pin.ts';
import type { ReplacedSecrets } from '../model/results.ts';
import { isoTime } from '../model/time.ts';
import { entryDigest, memberDigests, planAdoption } from '../store/adoption.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { ownName, type SecretName } from '../store/secret-record.ts';
import type { ServerPlace } from '../store/server-place.ts';
import type { ChosenPlace } from './install-places.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { pinSecrets, type SecretEntry, secretEntry } from './secrets-plan.ts';
import { withoutCopies } from './secrets-write.ts';

/** Entries without the guard that an install takes the place of. Holds the user's secrets. */
export interface ReplacedEntries {
  /** Variables, and the whole texts of entries with something secret in them: all that goes into the keychain with this install. */
  readonly values: Readonly<Record<SecretName, string>>;
  readonly told: ReplacedSecrets;
  /**
   * Keeps what each entry was, for `release`, and takes away the copies of files that would keep the secrets.
   *
   * @param keeping all that is kept for the server with this install: those values come back, not the older ones
   * @throws GuardError `config-changed` when an entry says something else than what is kept of it.
   */
  plan(edits: readonly PlannedEdit[], keeping: readonly SecretName[]): Promise<readonly PlannedWrite[]>;
}

interface Replaced {
  readonly found: SecretEntry;
  readonly place: ChosenPlace;
  /** Under which its text is kept; null = nothing of it is secret. */
  readonly text: SecretName | null;
}

/** What is installed, as far as entries are held against it. */
interface About {
  readonly place: ServerPlace;
  /** What is pinned under its name until now; null = nothing. */
  readonly taken: Pin | null;
  /** Names of variables that the install says itself. */
  readonly given: readonly string[];
}

/**
 * What of the entries that are replaced would go on standing in clear: the variables of `secrets move`, by the same rule,
 * also where two clients hold different values. Words of their command lines are replaced; they are kept as part of what
 * the entry was. What is behind the guard already is left to `secrets move`, and so is all of a server that is pinned
 * already: who wrote an entry in its place is not known, so it hands the server no key, and `release` never brings it back.
 */
export async function readReplaced(
  places: readonly ChosenPlace[],
  entries: readonly UnderstoodEntry[],
  { place: own, taken, given }: About,
  host: Host,
): Promise<ReplacedEntries> {
  const replaced: Replaced[] = [];
  const seen = new Set<string>();
  for (const place of places) {
    const one = place.action === 'replace' ? entries.find((entry) => isAt(entry, place)) : undefined;
    if (one === undefined || one.pin !== null || one.startsLauncher) continue;
    const at = JSON.stringify([await host.files.realPath(one.entry.file).catch(() => one.entry.file), one.entry.rawPath]);
    if (seen.has(at)) continue; // another client reads the same file
    seen.add(at);
    const found = await secretEntry(one, { also: [], pin: null }, host);
    if (found === null || found.text === null) continue;
    const isSecret = found.plain.length + found.headers.length > 0;
    replaced.push({ found, place, text: isSecret ? `entry ${host.randomId()}` : null });
  }
  const mine = replaced.map(({ found }) => onlyVariables(found, given));
  if (taken !== null) return leftAlone(mine);
  const sameStart = entries.filter(({ pin }) => pin?.scope === own.scope && pin.name === own.name);
  const others = await Promise.all(sameStart.map((one) => secretEntry(one, { also: [], pin: null }, host)));
  const { values, left } = pinSecrets(mine, [...mine, ...others.flatMap((one) => one ?? [])]);
  const texts = replaced.flatMap(({ found, text }) => (text === null ? [] : [[text, found.text ?? ''] as const]));
  return {
    values: { ...values, ...Object.fromEntries(texts) },
    told: {
      entries: replaced.length,
      moved: Object.keys(values)
        .map((name) => ownName(name as SecretName))
        .sort(),
      left: Object.entries(left).map(([name, why]) => ({ name: ownName(name as SecretName), why })),
    },
    async plan(edits, keeping) {
      const edited = edits.flatMap((edit) => edit.entries);
      const records = replaced.map((one) => planAdoption(recordOf(one, edited, keeping, own, host), host));
      const secret = replaced.filter(({ text }) => text !== null).map(({ place }) => place.target);
      const held = edits.filter(({ entries: own }) => own.some(({ target }) => secret.includes(target)));
      return [...records, ...(await withoutCopies(held, new Set(), host))];
    },
  };
}

function leftAlone(found: readonly SecretEntry[]): ReplacedEntries {
  const names = [...new Set(found.flatMap(({ plain }) => plain.map(ownName)))].sort();
  const why = 'the server is pinned already, and who wrote this entry is not known; `pinfold secrets move` takes it';
  return { values: {}, told: { entries: 0, moved: [], left: names.map((name) => ({ name, why })) }, plan: async () => [] };
}

function isAt({ found }: UnderstoodEntry, { target }: ChosenPlace): boolean {
  return found.client === target.client && found.file === target.file && JSON.stringify(found.rawPath) === JSON.stringify(target.rawPath);
}

function onlyVariables(found: SecretEntry, given: readonly string[]): SecretEntry {
  return { ...found, plain: found.plain.filter((name) => name.startsWith('env ') && !given.includes(ownName(name))) };
}

function recordOf(
  { found: { one, plain, text: before }, place: { target }, text }: Replaced,
  edited: readonly EditedEntry[],
  keeping: readonly SecretName[],
  { scope: pinScope, name: pinName }: ServerPlace,
  host: Host,
) {
  const own = edited.filter((entry) => entry.target === target);
  const { after = null, value = null } = own.at(-1) ?? {};
  // What is kept is what was read: an entry that says something else now would lose it.
  if (own[0]?.before !== before || before === null || after === null || value === null) throw changed(target.file);
  const { client, scope, file, rawPath, project, name } = one.found;
  const guarded = { text: entryDigest(after), members: memberDigests(value) };
  const variables = plain.filter((secret) => keeping.includes(secret)).map(ownName);
  const kept = text === null ? { entryText: before } : { entryText: '', secrets: { text, variables } };
  return {
    ...{ client, scope, file, rawPath, name, project },
    ...kept,
    guarded,
    pin: { scope: pinScope, name: pinName },
    at: isoTime(host.now()),
  };
}

function changed(file: string): GuardError {
  return new GuardError('config-changed', `${file} changed since it was read`, {
    why: 'an entry that would have been replaced says something else now; nothing was changed',
    hint: 'run the same command again',
  });
}
