import { canonical } from '../model/canonical.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type ItemKind, itemKinds, type Manifest } from '../model/manifest.ts';
import { parseStrict } from '../model/strict-json.ts';

/** What one server of a saved file declares; kinds that the file does not hold are empty. */
export interface SavedServer {
  /** As the file calls it, or as the server calls itself; null = neither says. Attacker-controlled. */
  readonly name: string | null;
  readonly manifest: Manifest;
}

export interface SavedListing {
  readonly servers: readonly SavedServer[];
  /** Lines of a transcript that are no JSON (logs, banners), by number from 1; they were not read. */
  readonly strayLines: readonly number[];
}

/**
 * The servers in a saved text, whatever saved it: a bare list of tools, a list result, a JSON-RPC answer or a batch of
 * them, one tool, several servers by name, a readable manifest of a lock, `info --json`, or a transcript with one message
 * per line (answers of one session are put together). Attacker-controlled.
 *
 * @throws GuardError `json-invalid` when it is not strict JSON, or nothing in it looks like a listing.
 */
export function parseSaved(text: string): SavedListing {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (plain.trim() === '') throw unknownShape('the file is empty');
  const { values, strayLines } = valuesOf(plain);
  const [first] = values;
  const servers = values.length === 1 && first !== undefined ? serversIn(first) : session(values);
  const items = servers.reduce((sum, { manifest }) => sum + itemKinds.reduce((of, kind) => of + manifest[kind].length, 0), 0);
  if (items > limits.inspectMaxItems) throw new GuardError('json-invalid', 'too much to inspect', { why: `it lists ${items} items` });
  return { servers, strayLines };
}

function valuesOf(text: string): { readonly values: readonly JsonValue[]; readonly strayLines: readonly number[] } {
  try {
    return { values: [parseStrict(text)], strayLines: [] };
  } catch (cause) {
    const lines = text.split(/\r?\n/);
    // Only what is no JSON at all may be a transcript; a member name twice is invalid whatever the lines are.
    if (!(cause instanceof GuardError) || lines.filter((line) => line.trim() !== '').length < 2) throw cause;
    const values: JsonValue[] = [];
    const strayLines: number[] = [];
    for (const [index, line] of lines.entries()) {
      const message = line.replace(/^data: ?/, '').trim();
      if (message === '' || /^(?:event|id|retry)?:/.test(message)) continue;
      if (!/^[{[]/.test(message)) strayLines.push(index + 1);
      else values.push(parseLine(message, index + 1));
    }
    if (values.length === 0) throw cause;
    return { values, strayLines };
  }
}

function parseLine(message: string, line: number): JsonValue {
  try {
    return parseStrict(message);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    throw new GuardError('json-invalid', 'the JSON cannot be trusted', { why: `line ${line}: ${cause.why ?? cause.message}`, cause });
  }
}

function serversIn(value: JsonValue): readonly SavedServer[] {
  if (Array.isArray(value)) return fromArray(value);
  const object = objectOf(value);
  if (object === null) throw unknownShape('it is neither an object nor a list');
  if (isMessage(object)) return session([object]);
  const declared = declaredIn(object);
  if (declared !== null) return [declared];
  if (isItem(object)) return [server(null, { tools: [object] })];
  const probed = objectOf(objectOf(object['manifest'])?.['probed']);
  if (probed !== null) return serversIn(probed);
  const many = object['servers'] ?? object['mcpServers'];
  if (Array.isArray(many)) return fromArray(many);
  return byName(objectOf(many) ?? object);
}

function fromArray(list: readonly JsonValue[]): readonly SavedServer[] {
  const objects = list.map(objectOf);
  if (objects.some((one) => one !== null && isMessage(one))) return session(list);
  if (objects.length > 0 && objects.every((one) => one !== null && declaredIn(one) !== null)) {
    return objects.flatMap((one) => (one === null ? [] : (declaredIn(one) ?? [])));
  }
  if (objects.length > 0 && !objects.some((one) => one !== null && isItem(one))) throw unknownShape('the list holds no tools');
  return [server(null, { tools: list })];
}

function byName(servers: JsonObject): readonly SavedServer[] {
  const found = Object.entries(servers).flatMap(([name, value]): readonly SavedServer[] => {
    const list = value as JsonValue;
    const declared =
      Array.isArray(list) && list.some((one) => isItem(objectOf(one) ?? {}))
        ? server(name, { tools: list })
        : declaredIn(objectOf(list) ?? {});
    return declared === null ? [] : [{ ...declared, name }];
  });
  if (found.length === 0) throw unknownShape('nothing in it looks like tools, prompts or resources');
  return found;
}

/** Answers of one session as one server. The same item in two answers is one; two that differ under one name are both kept. */
function session(messages: readonly JsonValue[]): readonly SavedServer[] {
  const results = messages.flatMap((message) => {
    const object = objectOf(message);
    const inner =
      object === null || isMessage(object)
        ? object
        : (['message', 'data', 'payload', 'body'].map((key) => objectOf(object[key])).find((one) => one !== null && isMessage(one)) ??
          object);
    return declaredIn(objectOf(inner?.['result']) ?? inner ?? {}) ?? [];
  });
  if (results.length === 0) {
    const refused = messages.some((message) => objectOf(objectOf(message)?.['error']) !== null);
    throw unknownShape(refused ? 'the answer is an error, not a list' : 'no message in it answers with a list');
  }
  const seen = new Set<string>();
  const all = (kind: ItemKind) =>
    results.flatMap(({ manifest }) => {
      const fresh = manifest[kind].filter((item) => !seen.has(`${kind} ${textOf(item)}`));
      for (const item of fresh) seen.add(`${kind} ${textOf(item)}`);
      return fresh;
    });
  const last = <T>(of: (manifest: Manifest) => T | null): T | null =>
    results.map(({ manifest }) => of(manifest)).findLast((value) => value !== null) ?? null;
  const serverInfo = last((manifest) => manifest.serverInfo);
  const instructions = last((manifest) => manifest.instructions);
  return [
    server(null, {
      serverInfo,
      instructions,
      tools: all('tools'),
      prompts: all('prompts'),
      resources: all('resources'),
      resourceTemplates: all('resourceTemplates'),
    }),
  ];
}

function textOf(item: JsonObject): string {
  try {
    return canonical(item);
  } catch {
    return JSON.stringify(item);
  }
}

/** A result or manifest: an object that has at least one list, or instructions. */
function declaredIn(object: JsonObject): SavedServer | null {
  const lists = itemKinds.filter((kind) => Array.isArray(object[kind]));
  const says = typeof object['instructions'] === 'string' && objectOf(object['serverInfo']) !== null;
  if (lists.length === 0 && !says) return null;
  return server(typeof object['name'] === 'string' ? object['name'] : null, object);
}

function server(name: string | null, parts: JsonObject): SavedServer {
  const listOf = (kind: ItemKind): readonly JsonObject[] => {
    const list = parts[kind];
    // What is no object has no name either: an empty one takes its place, so that it is reported and not lost.
    return Array.isArray(list) ? list.map((item) => objectOf(item) ?? {}) : [];
  };
  const serverInfo = objectOf(parts['serverInfo']);
  const ownName = serverInfo?.['name'];
  return {
    name: name ?? (typeof ownName === 'string' ? ownName : null),
    manifest: {
      serverInfo,
      instructions: typeof parts['instructions'] === 'string' ? parts['instructions'] : null,
      capabilities: {},
      tools: listOf('tools'),
      prompts: listOf('prompts'),
      resources: listOf('resources'),
      resourceTemplates: listOf('resourceTemplates'),
      eras: [],
    },
  };
}

function isMessage(object: JsonObject): boolean {
  return 'jsonrpc' in object || (objectOf(object['result']) !== null && 'id' in object);
}

function isItem(object: JsonObject): boolean {
  return (
    typeof object['name'] === 'string' &&
    ['description', 'inputSchema', 'input_schema', 'parameters', 'annotations', 'title'].some((key) => key in object)
  );
}

function objectOf(value: JsonValue | undefined): JsonObject | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : null;
}

function unknownShape(why: string): GuardError {
  return new GuardError('json-invalid', 'this is no saved tool list', {
    why,
    hint: 'give the answer to tools/list, a list of tools, or {"<server>": {"tools": […]}} as JSON',
  });
}
