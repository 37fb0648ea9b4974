import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { Era, ItemKind } from '../model/manifest.ts';
import { shellLine } from '../model/shell-line.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

/** Before the URI of a `ui://` page in `FirstUseSeen.items`: its content is bound when it is first read, whatever the pin. */
export const uiPrefix = 'ui/';

/** One thing that the first launch showed. */
export interface FirstUseItem {
  /** Of the template form (of a page: of its content); null = the server declared none (instructions only). */
  readonly digest: Digest | null;
  /** The template form, whole; null for a page. Attacker-controlled. */
  readonly template: JsonObject | string | null;
}

/** What one moment of a session showed. */
export interface FirstUseSeen {
  /** `<kind>/<name>` or `instructions` → what was shown. */
  readonly items: Readonly<Record<string, FirstUseItem>>;
  /** Kinds whose whole list, every page, is in `items` or was recorded before. From then on that list is closed. */
  readonly complete: readonly ItemKind[];
  readonly eras: readonly Era[];
  /** Server-to-client request methods that the person approved together with first use; usually empty. */
  readonly agentSurface: readonly string[];
}

/** Where a first launch is remembered, and of which pin. */
export interface FirstUseFile {
  /** Absolute. */
  readonly path: string;
  /** Of the server, for messages. */
  readonly name: string;
  readonly pinDigest: Digest;
  /** What is launched, as a lock would say it (no secrets, home as `{{home}}`), where no lock says so; null = a lock does. */
  readonly launch: readonly string[] | null;
  /** It belongs to a repository (`run --pins FILE`): a record of another launch is refused, not replaced. */
  readonly committed: boolean;
}

/** Where the store keeps the first launch of a pin of a lock. */
export function firstUseFile(place: ServerPlace, pinDigest: Digest, host: Host): FirstUseFile {
  return { path: serverFile('first-use', place, host), name: place.name, pinDigest, launch: null, committed: false };
}

/** All that counts as pinned for a server whose words are pinned from its first launch. */
export interface FirstUse extends FirstUseSeen {
  /** The pin that this belongs to; a record of another pin is not used. */
  readonly pinDigest: Digest;
  readonly launch: readonly string[] | null;
}

/**
 * Adds what a session saw and returns what counts from now on; it is on disk, durably, before this returns, so that
 * nothing reaches the model that is not remembered. Under one lock, first come first pinned: an item that is recorded
 * keeps its digest, and a list that is complete takes nothing more. The caller forwards only what the result holds.
 *
 * @throws GuardError `file-unwritable`, `busy`, `file-unreadable` (damaged): then nothing may be forwarded.
 */
export async function recordFirstUse(file: FirstUseFile, seen: FirstUseSeen, host: Host): Promise<FirstUse> {
  const { path, name, pinDigest, launch } = file;
  return host.files.locked(path, async () => {
    const before = await readFirstUse(file, host);
    const after = before === null ? { pinDigest, launch, ...seen } : merge(before, seen);
    const text = print(after);
    if (Buffer.byteLength(text) > limits.firstUseMaxBytes) {
      throw new GuardError('file-too-large', `what \`${name}\` shows is too much to pin`, {
        why: `more than ${limits.firstUseMaxBytes} bytes`,
      });
    }
    if (before === null || text !== print(before)) await host.files.writeAtomic(path, text);
    return after;
  });
}

function merge(before: FirstUse, seen: FirstUseSeen): FirstUse {
  const closed: ReadonlySet<string> = new Set(before.complete);
  const added = Object.entries(seen.items).filter(([key]) => !Object.hasOwn(before.items, key) && !closed.has(key.split('/', 1)[0] ?? ''));
  return {
    pinDigest: before.pinDigest,
    launch: before.launch,
    items: Object.fromEntries([...Object.entries(before.items), ...added]),
    complete: union(before.complete, seen.complete),
    eras: union(before.eras, seen.eras),
    agentSurface: union(before.agentSurface, seen.agentSurface),
  };
}

function union<T extends string>(left: readonly T[], right: readonly T[]): readonly T[] {
  return [...new Set([...left, ...right])].sort();
}

function print(record: FirstUse): string {
  return `${JSON.stringify({ version: 1, ...record }, null, 1)}\n`;
}

/**
 * What the first launch under this pin showed; null = nothing yet (or under another pin).
 *
 * @throws GuardError `file-unreadable` when the record is damaged: it must not be taken for "nothing yet"; `approval-needed`
 *   when a committed one is of another launch.
 */
export async function readFirstUse(file: FirstUseFile, host: Host): Promise<FirstUse | null> {
  const record = await storedFirstUse(file.path, file.name, host);
  if (record === null || record.pinDigest === file.pinDigest) return record;
  if (!file.committed) return null;
  throw new GuardError('approval-needed', 'the pins are those of another command', {
    why: `${file.path} pins ${record.launch === null ? 'another launch' : shellLine(record.launch)}`,
    hint: 'name another file with --pins, or remove this one to pin the next launch',
  });
}

/** The record at a path, whatever pin it belongs to; null = there is none. @throws GuardError `file-unreadable` as `readFirstUse`. */
export async function storedFirstUse(path: string, name: string, host: Host): Promise<FirstUse | null> {
  const bytes = await readOptional(path, limits.firstUseMaxBytes, host);
  if (bytes === null) return null;
  const value = parseRecord(bytes);
  if (!isRecord(value)) {
    throw new GuardError('file-unreadable', `what the first launch of \`${name}\` showed cannot be read`, {
      why: `${path} is damaged`,
      hint: `remove the file to pin the next launch; a server of a lock: pinfold remove ${name}, then install it again`,
    });
  }
  const { pinDigest, launch = null, items, complete, eras, agentSurface } = value as unknown as FirstUse;
  return { pinDigest, launch, items, complete, eras, agentSurface };
}

/** The write that puts one record in the place of another, for a transaction. */
export async function planFirstUse(path: string, before: FirstUse, after: FirstUse, host: Host): Promise<PlannedWrite> {
  const bytes = await readOptional(path, limits.firstUseMaxBytes, host);
  const found = await storedFirstUse(path, before.pinDigest, host);
  if (found === null || print(found) !== print(before))
    throw new GuardError('config-changed', `${path} changed meanwhile`, {
      why: 'a session pinned more',
      hint: 'run the same command again',
    });
  return { path, before: bytes, after: Buffer.from(print(after)), mode: 0o600 };
}

function isRecord(value: JsonValue | undefined): boolean {
  if (!isObject(value) || value['version'] !== 1 || typeof value['pinDigest'] !== 'string' || !isObject(value['items'])) return false;
  const { launch = null } = value as { readonly launch?: JsonValue };
  if (launch !== null && !(Array.isArray(launch) && launch.every((word) => typeof word === 'string'))) return false;
  const lists = [value['complete'], value['eras'], value['agentSurface']];
  return (
    Object.values(value['items']).every(isItem) &&
    lists.every((list) => Array.isArray(list) && list.every((text) => typeof text === 'string'))
  );
}

function isItem(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { digest, template } = value as { readonly [member: string]: JsonValue | undefined };
  return (digest === null || typeof digest === 'string') && (template === null || typeof template === 'string' || isObject(template));
}

/** The write that forgets a first launch (it was reviewed, or the pin is gone), for a transaction. */
export async function planFirstUseRemoval(place: ServerPlace, host: Host): Promise<PlannedWrite> {
  const path = serverFile('first-use', place, host);
  return { path, before: await readOptional(path, limits.firstUseMaxBytes, host), after: null };
}
