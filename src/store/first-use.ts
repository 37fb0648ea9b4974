import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { Era, ItemKind } from '../model/manifest.ts';
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

/** All that counts as pinned for a server whose words are pinned from its first launch. */
export interface FirstUse extends FirstUseSeen {
  /** The pin that this belongs to; a record of another pin is not used. */
  readonly pinDigest: Digest;
}

/**
 * Adds what a session saw and returns what counts from now on; it is on disk, durably, before this returns, so that
 * nothing reaches the model that is not remembered. Under one lock, first come first pinned: an item that is recorded
 * keeps its digest, and a list that is complete takes nothing more. The caller forwards only what the result holds.
 *
 * @throws GuardError `file-unwritable`, `busy`, `file-unreadable` (damaged): then nothing may be forwarded.
 */
export async function recordFirstUse(place: ServerPlace, pinDigest: Digest, seen: FirstUseSeen, host: Host): Promise<FirstUse> {
  const path = serverFile('first-use', place, host);
  return host.files.locked(path, async () => {
    const before = await readFirstUse(place, pinDigest, host);
    const after = before === null ? { pinDigest, ...seen } : merge(before, seen);
    const text = print(after);
    if (Buffer.byteLength(text) > limits.firstUseMaxBytes) {
      throw new GuardError('file-too-large', `what \`${place.name}\` shows is too much to pin`, {
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
  return `${JSON.stringify({ version: 1, ...record })}\n`;
}

/**
 * What the first launch under this pin showed; null = nothing yet (or under another pin).
 *
 * @throws GuardError `file-unreadable` when the record is damaged: it must not be taken for "nothing yet".
 */
export async function readFirstUse(place: ServerPlace, pinDigest: Digest, host: Host): Promise<FirstUse | null> {
  const path = serverFile('first-use', place, host);
  const bytes = await readOptional(path, limits.firstUseMaxBytes, host);
  if (bytes === null) return null;
  const value = parseRecord(bytes);
  if (!isRecord(value)) {
    throw new GuardError('file-unreadable', `what the first launch of \`${place.name}\` showed cannot be read`, {
      why: `${path} is damaged`,
      hint: `pinfold remove ${place.name}, then install it again`,
    });
  }
  const { pinDigest: of, items, complete, eras, agentSurface } = value as unknown as FirstUse;
  return of === pinDigest ? { pinDigest, items, complete, eras, agentSurface } : null;
}

function isRecord(value: JsonValue | undefined): boolean {
  if (!isObject(value) || value['version'] !== 1 || typeof value['pinDigest'] !== 'string' || !isObject(value['items'])) return false;
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
