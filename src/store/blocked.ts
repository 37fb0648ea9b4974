import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type ItemKind, itemKinds, type ManifestPin } from '../model/manifest.ts';
import { shellLine } from '../model/shell-line.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { recordNames, type ServerPlace, serverFile } from './server-place.ts';

/** Names exactly these words of one server. */
export interface WordsIdentity {
  readonly kind: ItemKind | 'instructions' | 'agentSurface' | 'ui' | 'scope';
  /** The item's name or URI; the method for `agentSurface`; what a sign-in would be good for, for `scope`; empty for `instructions`. Attacker-controlled. */
  readonly name: string;
  /** Of the item as it would be pinned. */
  readonly digest: Digest;
}

/** Words of one server that a person wants never to be asked about again. */
export interface BlockedItem extends WordsIdentity {
  /** The origin of a server elsewhere, for a scope: it holds there under every name. Absent in records of before that. */
  readonly origin?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * What is blocked for ever for one server, oldest first; empty = nothing. It outlives updates and the pin itself: only
 * a person takes it back. @throws GuardError `file-unreadable` when the record is damaged: then nothing is approved.
 */
export async function readBlocked(place: ServerPlace, host: Host): Promise<readonly BlockedItem[]> {
  const path = serverFile('blocked', place, host);
  const bytes = await readOptional(path, limits.blockedMaxBytes, host);
  if (bytes === null) return [];
  const value = parseRecord(bytes);
  const items = isObject(value) && value['version'] === 1 ? value['items'] : undefined;
  if (!Array.isArray(items) || !items.every(isBlockedItem)) {
    throw new GuardError('file-unreadable', `the list of what is blocked for ever for \`${place.name}\` is damaged`, {
      why: path,
      hint: 'remove the file to block nothing any more',
    });
  }
  return items as unknown as readonly BlockedItem[];
}

const kinds: ReadonlySet<unknown> = new Set([...itemKinds, 'instructions', 'agentSurface', 'ui', 'scope']);

function isBlockedItem(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { kind, name, digest, at, origin = '' } = value as { readonly [member: string]: JsonValue | undefined };
  return kinds.has(kind) && [name, digest, at, origin].every((text) => typeof text === 'string');
}

/** The write that makes `items` all that is blocked for one server; empty = the record goes. @throws GuardError `file-too-large`. */
export async function planBlocked(place: ServerPlace, items: readonly BlockedItem[], host: Host): Promise<PlannedWrite> {
  const path = serverFile('blocked', place, host);
  const before = await readOptional(path, limits.blockedMaxBytes, host);
  const after = items.length === 0 ? null : Buffer.from(`${JSON.stringify({ version: 1, items })}\n`);
  if (after !== null && after.length > limits.blockedMaxBytes) {
    throw new GuardError('file-too-large', `no more can be blocked for \`${place.name}\``, {
      why: `the list would be longer than ${limits.blockedMaxBytes} bytes`,
      hint: shellLine(['pinfold', 'unblock', ...(place.scope === 'project' ? ['--scope', 'project'] : []), place.name]),
    });
  }
  return { path, before, after };
}

/** Names of the servers of one scope that have something blocked, sorted. */
export function listBlocked(project: string | null, host: Host): Promise<readonly string[]> {
  return recordNames('blocked', project, host);
}

/** True when exactly these words are blocked. */
export function isBlocked(blocked: readonly BlockedItem[], { kind, digest }: Pick<WordsIdentity, 'kind' | 'digest'>): boolean {
  return blocked.some((one) => one.kind === kind && one.digest === digest);
}

/** The first blocked words that a pin would let through; null = none. Scopes are no words: `scopesBlockedFor`. */
export function blockedIn(blocked: readonly BlockedItem[], words: ManifestPin): BlockedItem | null {
  const digests = (kind: BlockedItem['kind']): readonly (Digest | null)[] => {
    const others = words.views?.others ?? [];
    if (kind === 'instructions') return [words.instructions, ...others.map((view) => view.instructions ?? null)];
    // The content of a page is in no pin: it is recorded when it is first read, and compared there.
    return kind === 'agentSurface' || kind === 'ui' || kind === 'scope'
      ? []
      : [words, ...others].flatMap((view) => Object.values(view[kind] ?? {}));
  };
  const holds = ({ kind, name, digest }: BlockedItem) =>
    kind === 'agentSurface' ? words.agentSurface.includes(name) : digests(kind).includes(digest);
  return blocked.find(holds) ?? null;
}
