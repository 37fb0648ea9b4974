import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { isoTime } from '../model/time.ts';
import { type ViewCapability, viewCapabilities, viewKey } from '../model/views.ts';
import { isBlocked, readBlocked, type WordsIdentity } from './blocked.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { recordNames, type ServerPlace, serverFile } from './server-place.ts';

/** Something a running server said that is not pinned, so that it was withheld. */
export interface PendingItem extends WordsIdentity {
  /**
   * The whole object (text, for instructions) in template form, the surroundings of that launch as placeholders: what
   * an approval shows and pins. Attacker-controlled.
   */
  readonly template: JsonValue;
  /** The digest that is pinned under this name; null = nothing is. */
  readonly pinned: Digest | null;
  /** The clients that it was withheld from, by what they can do (model/views.ts). Absent = the pin has one view for all. */
  readonly clients?: readonly (readonly ViewCapability[])[];
  /** Mounts of that machine that it names, as the guard found them itself, in template form. Absent = none. */
  readonly mounts?: readonly string[];
  /** The file of pins that it was held against (`run --pins FILE`), absolute: where an approval goes. Absent = the store or a lock. */
  readonly pins?: string;
}

/** A pending item as it is kept. */
export interface PendingRecord extends PendingItem {
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
}

/** All that waits for approval for one server, in the order in which it was first seen. */
export interface Pending {
  readonly items: readonly PendingRecord[];
  /** Items that were withheld too, and are not kept because the bounds were reached. */
  readonly leftOut: number;
  /**
   * `<kind>/<name>` of items that are let through although their form is not the pinned one (model/effective.ts), in the
   * order in which they were first seen. Nothing of them waits. Attacker-controlled.
   */
  readonly equivalent: readonly string[];
}

const nothing: Pending = { items: [], leftOut: 0, equivalent: [] };

/** `added`: something is remembered now that was not before. `failed`: it could not be written. */
export type Noted = 'added' | 'known' | 'failed';

/**
 * Remembers withheld items; one that is known already (same kind, name and digest) is not added again, and one that a
 * person blocked for ever is not offered again. Where that fails, what is withheld stays withheld, only the review does not
 * know it yet.
 */
export async function addPending(place: ServerPlace, items: readonly PendingItem[], host: Host): Promise<Noted> {
  const add = async (before: Pending): Promise<Pending> => {
    const blocked = await readBlocked(place, host);
    const offered = items.filter((item) => !isBlocked(blocked, item));
    return merge(before, offered, isoTime(host.now()));
  };
  return change(place, add, host);
}

/** Remembers items that were let through in another form than the pinned one. */
export async function addEquivalent(place: ServerPlace, names: readonly string[], host: Host): Promise<Noted> {
  const add = async (before: Pending): Promise<Pending> => {
    const added = names.filter((name) => !before.equivalent.includes(name)).slice(0, limits.pendingMaxItems - before.equivalent.length);
    return added.length === 0 ? before : { ...before, equivalent: [...before.equivalent, ...added] };
  };
  return change(place, add, host);
}

async function change(place: ServerPlace, to: (before: Pending) => Promise<Pending>, host: Host): Promise<Noted> {
  const path = serverFile('pending', place, host);
  try {
    return await host.files.locked(path, async () => {
      // A damaged file must not keep new items from being seen: they come again with the next session.
      const before = await readPending(place, host).catch(() => nothing);
      const after = await to(before);
      if (after === before) return 'known';
      await host.files.writeAtomic(path, print(after));
      return 'added';
    });
  } catch (cause) {
    if (cause instanceof GuardError) return 'failed';
    throw cause;
  }
}

function merge(before: Pending, items: readonly PendingItem[], firstSeen: string): Pending {
  const known = new Map(before.items.map((item, at) => [identity(item), at]));
  const kept = [...before.items];
  let isChanged = false;
  let bytes = Buffer.byteLength(print(before));
  let leftOut = before.leftOut;
  for (const { kind, name, digest, template, pinned, clients, mounts, pins } of items) {
    const record: PendingRecord = {
      kind,
      name,
      digest,
      template,
      pinned,
      ...(clients === undefined ? {} : { clients }),
      ...(mounts === undefined ? {} : { mounts }),
      ...(pins === undefined ? {} : { pins }),
      firstSeen,
    };
    const at = known.get(identity(record));
    const old = at === undefined ? undefined : kept[at];
    if (old !== undefined) {
      const seen = withClients(old, clients);
      if (at !== undefined && seen !== old) [kept[at], isChanged] = [seen, true];
      continue;
    }
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    if (kept.length >= limits.pendingMaxItems || bytes > limits.pendingMaxBytes) {
      leftOut += 1;
      continue;
    }
    known.set(identity(record), kept.length);
    kept.push(record);
  }
  const isSame = !isChanged && kept.length === before.items.length && leftOut === before.leftOut;
  return isSame ? before : { ...before, items: kept, leftOut };
}

/** The same words, withheld from other clients too. */
function withClients(record: PendingRecord, clients: PendingItem['clients']): PendingRecord {
  const known = new Set(record.clients?.map(viewKey));
  const added = clients?.filter((one) => !known.has(viewKey(one))) ?? [];
  return added.length === 0 ? record : { ...record, clients: [...(record.clients ?? []), ...added] };
}

function identity({ kind, name, digest, pins }: PendingItem): string {
  return JSON.stringify([kind, name, digest, pins ?? null]);
}

function print(pending: Pending): string {
  const { items, leftOut, equivalent } = pending;
  return `${JSON.stringify({ version: 1, leftOut, ...(equivalent.length === 0 ? {} : { equivalent }), items })}\n`;
}

/** What waits for approval for one server. @throws GuardError `file-unreadable` when the record is damaged. */
export async function readPending(place: ServerPlace, host: Host): Promise<Pending> {
  const path = serverFile('pending', place, host);
  const bytes = await readOptional(path, limits.pendingMaxBytes * 2, host);
  if (bytes === null) return nothing;
  const value = parseRecord(bytes);
  const leftOut = isObject(value) && value['version'] === 1 ? value['leftOut'] : undefined;
  const items = isObject(value) ? value['items'] : undefined;
  const equivalent = isObject(value) && Object.hasOwn(value, 'equivalent') ? value['equivalent'] : [];
  const isWhole =
    Array.isArray(items) && items.every(isRecord) && Array.isArray(equivalent) && equivalent.every((name) => typeof name === 'string');
  if (typeof leftOut !== 'number' || !isWhole) {
    throw new GuardError('file-unreadable', `the pending approvals of \`${place.name}\` are damaged`, {
      why: path,
      hint: 'remove the file; what is not approved is withheld again and noted again',
    });
  }
  return { items: items as unknown as readonly PendingRecord[], leftOut, equivalent: equivalent as readonly string[] };
}

const kinds: ReadonlySet<unknown> = new Set([
  'tools',
  'prompts',
  'resources',
  'resourceTemplates',
  'instructions',
  'agentSurface',
  'ui',
  'scope',
]);

function isRecord(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { kind, name, digest, template, pinned, firstSeen } = value as { readonly [member: string]: JsonValue | undefined };
  const { clients = [], mounts = [] } = value as { readonly clients?: JsonValue; readonly mounts?: JsonValue };
  if (!Array.isArray(mounts) || !mounts.every((mount) => typeof mount === 'string')) return false;
  if (!Array.isArray(clients) || !clients.every(isClient)) return false;
  if (Object.hasOwn(value, 'pins') && typeof value['pins'] !== 'string') return false;
  const strings = [name, digest, firstSeen].every((text) => typeof text === 'string');
  return kinds.has(kind) && strings && template !== undefined && (pinned === null || typeof pinned === 'string');
}

function isClient(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((name) => viewCapabilities.some((capability) => capability === name));
}

/** Names of the servers of one scope that have something waiting, sorted. */
export function listPending(project: string | null, host: Host): Promise<readonly string[]> {
  return recordNames('pending', project, host);
}

/**
 * The write that forgets what waits for one server (after a decision or removal), for a transaction: everything, or only
 * what was decided. What was left out for want of room is forgotten too; it comes again with the next session.
 */
export async function planPendingRemoval(
  place: ServerPlace,
  host: Host,
  decided: readonly PendingItem[] | null = null,
): Promise<PlannedWrite> {
  const path = serverFile('pending', place, host);
  const before = await readOptional(path, limits.pendingMaxBytes * 2, host);
  if (decided === null || before === null) return { path, before, after: null };
  const gone = new Set(decided.map(identity));
  const pending = await readPending(place, host);
  const left = pending.items.filter((item) => !gone.has(identity(item)));
  return { path, before, after: left.length === 0 ? null : Buffer.from(print({ ...pending, items: left, leftOut: 0 })) };
}
