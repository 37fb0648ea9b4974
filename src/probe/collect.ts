import { GuardError } from '../model/errors.ts';
import { itemKey } from '../model/item-digest.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type Era, type ItemKind, listings, type Manifest } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import type { Connection } from './connection.ts';
import { introduce } from './handshake.ts';
import { type Introduced, statelessMeta } from './identities.ts';
import type { ProbeBounds } from './request.ts';

/**
 * The whole manifest of a server in one era, as one client sees it; null = the server does not speak that era.
 * Everything is listed twice, `settleMs` apart, and the second list counts: servers add tools right after start, and not
 * all of them send `list_changed`. A list is whole or an error, never a part of it.
 *
 * @throws GuardError `probe-failed` when a list cannot be had or passes a bound, `listing-invalid` when it cannot be pinned.
 */
export async function collect(connection: Connection, client: Introduced, era: Era, bounds: ProbeBounds): Promise<Manifest | null> {
  const introduction = await introduce(connection, client, era, bounds);
  if (introduction === null) return null;
  const common = era === 'stateless' ? statelessMeta(client) : {};
  const settled = new Promise((resolve) => setTimeout(resolve, bounds.settleMs));
  const lists = () => listAll(connection, introduction.capabilities, common, bounds);
  await lists();
  await settled;
  return { ...introduction, ...(await lists()), eras: [era] };
}

async function listAll(connection: Connection, capabilities: JsonObject, common: JsonObject, bounds: ProbeBounds) {
  const list = (kind: ItemKind) => listKind(connection, kind, capabilities, common, bounds);
  const [tools, prompts, resources, resourceTemplates] = await Promise.all([
    list('tools'),
    list('prompts'),
    list('resources'),
    list('resourceTemplates'),
  ]);
  return { tools, prompts, resources, resourceTemplates };
}

/** Every kind is asked for, declared or not: what a server hides from a polite client, a less polite one would find. */
async function listKind(connection: Connection, kind: ItemKind, capabilities: JsonObject, common: JsonObject, bounds: ProbeBounds) {
  const declared = kind === 'resourceTemplates' ? capabilities['resources'] : capabilities[kind];
  const items = new Map<string, JsonObject>();
  const cursors = new Set<string>();
  let bytes = 0;
  for (let cursor: string | null = null, page = 1; ; page += 1) {
    if (page > limits.listMaxPages) throw incomplete(kind, `more than ${limits.listMaxPages} pages`);
    const params: JsonObject = cursor === null ? common : { ...common, cursor };
    const result = await ask(connection, kind, params, isObject(declared), bounds);
    if (result === null) return [];
    for (const item of itemsIn(result, kind)) {
      const name = itemKey(kind, item);
      if (name === null) throw invalid(kind, `an item has no ${listings[kind].key}`);
      if (items.has(name)) throw invalid(kind, `${printable(name, { maxLength: 100 })} is listed twice`);
      items.set(name, item);
      bytes += Buffer.byteLength(JSON.stringify(item));
    }
    if (items.size > limits.listMaxItems) throw incomplete(kind, `more than ${limits.listMaxItems} items`);
    if (bytes > limits.listMaxBytes) throw incomplete(kind, `more than ${limits.listMaxBytes} bytes`);
    cursor = cursorIn(result, kind);
    if (cursor === null) return [...items.values()];
    if (cursors.has(cursor)) throw incomplete(kind, 'its pages go in a circle');
    cursors.add(cursor);
  }
}

/** One page; null = the server has no such list, and did not say that it has. */
async function ask(connection: Connection, kind: ItemKind, params: JsonObject, declared: boolean, bounds: ProbeBounds) {
  const { method } = listings[kind];
  if (!declared) {
    const answer = await connection.request(method, params, bounds.discoverTimeoutMs).catch(noAnswer);
    return answer === null || 'error' in answer ? null : complete(answer.result, kind, connection);
  }
  const answer = await connection.request(method, params, bounds.requestTimeoutMs);
  if ('result' in answer) return complete(answer.result, kind, connection);
  // Many servers have resources and do not know templates; "could not list" must not pass for "none" anywhere else.
  if (kind === 'resourceTemplates' && answer.error.code === -32601) return null;
  throw incomplete(kind, `the server refuses \`${method}\`: ${answer.error.message} (${answer.error.code})`);
}

/** A server that keeps silent about what it never promised has none of it; one that ended or floods has failed. */
function noAnswer(cause: unknown): null {
  if (cause instanceof GuardError && cause.message === 'the server does not answer') return null;
  throw cause;
}

function complete(result: JsonObject, kind: ItemKind, connection: Connection): JsonObject {
  connection.noteInputRequests(result);
  const type = result['resultType'];
  if (type !== undefined && type !== 'complete') throw invalid(kind, 'the server wants something from the user before it lists');
  return result;
}

function itemsIn(result: JsonObject, kind: ItemKind): readonly JsonObject[] {
  const items = result[kind];
  if (!Array.isArray(items)) throw invalid(kind, `there is no list in the answer to ${listings[kind].method}`);
  return items.map((item: unknown) => {
    if (!isObject(item)) throw invalid(kind, 'an item is not an object');
    return item;
  });
}

/** null and the empty text end a list like no cursor at all: that is how clients read them. */
function cursorIn(result: JsonObject, kind: ItemKind): string | null {
  const cursor = result['nextCursor'] ?? '';
  if (typeof cursor !== 'string') throw invalid(kind, 'a cursor is not text');
  return cursor === '' ? null : cursor;
}

function incomplete(kind: ItemKind, why: string): GuardError {
  return new GuardError('probe-failed', `the list of ${words[kind]} is incomplete`, { why, hint: 'leave the probe out with --no-probe' });
}

function invalid(kind: ItemKind, why: string): GuardError {
  return new GuardError('listing-invalid', `the list of ${words[kind]} cannot be pinned`, { why });
}

const words = { tools: 'tools', prompts: 'prompts', resources: 'resources', resourceTemplates: 'resource templates' } as const;
