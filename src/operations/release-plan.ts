import type { PlannedChange } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { type Lock, pinOf } from '../lockfile/lock.ts';
import type { ReleasedEntry } from '../model/adoption-results.ts';
import { fillWords, keptMark } from '../model/filled.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { isRemotePin, type Pin } from '../model/pin.ts';
import { shellLine } from '../model/shell-line.ts';
import { entryDigest, type KeptAdoption, memberDigests } from '../store/adoption.ts';
import { scopeOption } from './command-line.ts';
import type { GuardedStart } from './guarded-entry.ts';
import type { UnderstoodEntry } from './read-clients.ts';

/** A guarded entry as it stands in its file now. */
export interface GuardedEntry {
  readonly one: UnderstoodEntry;
  readonly pin: GuardedStart;
  /** Its text and what it means; null when the file cannot be edited. They hold the user's secrets. */
  readonly now: { readonly text: string; readonly value: JsonValue } | null;
  /** Why its file cannot be edited; null when it can. */
  readonly refusal: { readonly why: string; readonly hint: string | null } | null;
}

/** What `release` does with one entry. */
export interface Releasing {
  readonly row: Omit<ReleasedEntry, 'forgotten' | 'keeps'>;
  /** Empty = it stays. */
  readonly edits: readonly PlannedChange[];
  readonly record: KeptAdoption | null;
}

/**
 * How one entry comes back: from its record, else (when an adopted entry's record is lost) from the command line that is
 * pinned. `free`: the records that no other entry took. The lock may be lost too (null).
 */
export function releaseOf(guarded: GuardedEntry, free: readonly KeptAdoption[], lock: Lock | null, host: Host): Releasing {
  const { one, pin, now, refusal } = guarded;
  const { client, scope, file, name } = one.entry;
  const base = { client, scope, file, name, pin: { scope: pin.scope, name: pin.name }, lost: [], why: null, hint: null };
  const stays = (why: string, hint: string | null): Releasing => ({ row: { ...base, how: 'left', why, hint }, edits: [], record: null });
  if (refusal !== null || now === null) return stays(refusal?.why ?? 'it cannot be edited', refusal?.hint ?? null);
  const record = recordOf(guarded, free);
  if (record !== null) {
    const { entryText, guarded: written } = record.adoption;
    const lost = entryDigest(now.text) === written.text ? [] : changedMembers(now.value, written.members);
    return { row: { ...base, how: 'restored', lost }, edits: [{ target: one.found, change: { kind: 'restore', entryText } }], record };
  }
  const remove = shellLine(['pinfold', 'remove', ...scopeOption(pin.scope), ...(pin.name.startsWith('-') ? ['--'] : []), pin.name]);
  const pinned = lock === null ? null : pinOf(lock, pin.name);
  if (pinned === null) return stays('neither a record of what it was nor a pin is left on this machine', remove);
  if (pinned.status !== 'grandfathered') return stays('pinfold wrote it: there is nothing that it was before', remove);
  const launch = commandLineOf(pinned, pin.values, host);
  if (launch === null) return stays('its record is lost, and its arguments are not what was pinned', remove);
  const [command, ...args] = launch;
  return {
    row: { ...base, how: 'rebuilt' },
    edits: [{ target: one.found, change: { kind: 'set', launch: { command, args }, replace: true } }],
    record: null,
  };
}

/** The record of an entry among those that no other one took: written for just this text, else for this place, else for this name; newest first. */
export function recordOf({ one, pin, now }: Pick<GuardedEntry, 'one' | 'pin' | 'now'>, free: readonly KeptAdoption[]): KeptAdoption | null {
  const { entry } = one;
  const own = free.filter(
    ({ adoption }) =>
      adoption.file === entry.file &&
      adoption.name === entry.name &&
      adoption.scope === entry.scope &&
      adoption.pin.name === pin.name &&
      adoption.pin.scope === pin.scope,
  );
  const text = now === null ? null : entryDigest(now.text);
  const here = JSON.stringify(entry.rawPath);
  return (
    own.find(({ adoption }) => adoption.guarded.text === text && JSON.stringify(adoption.rawPath) === here) ??
    own.find(({ adoption }) => adoption.guarded.text === text) ??
    own.find(({ adoption }) => JSON.stringify(adoption.rawPath) === here) ??
    own[0] ??
    null
  );
}

/** Names of members that are not what pinfold wrote, sorted; one empty name when the entry is no object any more. */
function changedMembers(value: JsonValue, written: Readonly<Record<string, string>>): readonly string[] {
  const now = memberDigests(value);
  const names = new Set([...Object.keys(now), ...Object.keys(written)]);
  const differs = (name: string) => (Object.hasOwn(now, name) ? now[name] : null) !== (Object.hasOwn(written, name) ? written[name] : null);
  return isObject(value) ? [...names].filter(differs).sort() : [''];
}

/** The command line that starts what is pinned, without the guard; null when the entry's words do not fit it. */
function commandLineOf(pin: Pin, values: readonly string[], host: Host): readonly [string, ...string[]] | null {
  // A mark that could not be filled in starts nothing without the guard.
  if (isRemotePin(pin) || values.some((value) => value.includes(keptMark))) return null;
  const home = { home: host.places.home };
  const words = pin.closure === null ? [pin.launch.command, ...pin.launch.args] : pin.launch.args;
  const filled = fillWords(words, values, home);
  if ('why' in filled) return null;
  if (pin.closure !== null) {
    const { name, version } = pin.artifact;
    return ['npx', '-y', `--package=${name}@${version}`, '--', pin.launch.bin, ...filled.words];
  }
  const [command = '', ...args] = filled.words;
  return [command, ...args];
}
