import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { MachineWords } from '../model/machine-words.ts';
import { itemKinds } from '../model/manifest.ts';
import type { Approval } from '../model/pin.ts';
import { viewCapabilities } from '../model/views.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

/** Words that were approved for this machine only, and by whom. */
export interface KeptMachineWords extends MachineWords {
  readonly approval: Approval;
}

/** What was approved for this machine of one server; empty = nothing. @throws GuardError `file-unreadable` when it is damaged. */
export async function readMachineWords(place: ServerPlace, host: Host): Promise<readonly KeptMachineWords[]> {
  const path = serverFile('machine-words', place, host);
  const bytes = await readOptional(path, limits.pendingMaxBytes, host);
  if (bytes === null) return [];
  const value = parseRecord(bytes);
  const items = isObject(value) && value['version'] === 1 ? value['items'] : undefined;
  if (!Array.isArray(items) || !items.every(isKept)) {
    throw new GuardError('file-unreadable', `what was approved of \`${place.name}\` for this machine is damaged`, {
      why: path,
      hint: 'remove the file; its words are withheld again and wait for you',
    });
  }
  return items as unknown as readonly KeptMachineWords[];
}

function isKept(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { kind, key, instead, template, clients = [], approval } = value as { readonly [member: string]: JsonValue | undefined };
  const known = kind === 'instructions' || itemKinds.some((one) => one === kind);
  const isText = kind === 'instructions' ? typeof template === 'string' : isObject(template);
  const isClient = (one: JsonValue) =>
    Array.isArray(one) && one.every((name) => viewCapabilities.some((capability) => capability === name));
  return (
    known &&
    isText &&
    [key, instead].every((text) => typeof text === 'string') &&
    Array.isArray(clients) &&
    clients.every(isClient) &&
    isObject(approval)
  );
}

/** The write that adds words of this machine; of the same item for the same clients the later count. */
export async function planMachineWords(place: ServerPlace, added: readonly KeptMachineWords[], host: Host): Promise<PlannedWrite> {
  const path = serverFile('machine-words', place, host);
  const before = await readOptional(path, limits.pendingMaxBytes, host);
  const id = ({ kind, key, clients = [] }: KeptMachineWords) => JSON.stringify([kind, key, clients]);
  const items = new Map([...(await readMachineWords(place, host)), ...added].map((item) => [id(item), item]));
  const after = Buffer.from(`${JSON.stringify({ version: 1, items: [...items.values()] })}\n`);
  if (after.length > limits.pendingMaxBytes)
    throw new GuardError('file-too-large', `no more of \`${place.name}\` can be kept for this machine`);
  return { path, before, after };
}

/** The write that forgets them, for a transaction. */
export async function planMachineWordsRemoval(place: ServerPlace, host: Host): Promise<PlannedWrite> {
  const path = serverFile('machine-words', place, host);
  return { path, before: await readOptional(path, limits.pendingMaxBytes, host), after: null };
}
