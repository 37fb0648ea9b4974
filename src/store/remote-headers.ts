import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

/** What a remote server is sent beside its messages. Values are secrets. */
export interface RemoteHeaders {
  /** The address that they were given for. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The write that keeps the headers of a server, for its user alone (null = that forgets them), for a transaction. */
export async function planHeaders(place: ServerPlace, kept: RemoteHeaders | null, host: Host): Promise<PlannedWrite> {
  const path = serverFile('headers', place, host);
  const before = await readOptional(path, limits.ticketMaxBytes, host);
  const after = kept === null ? null : Buffer.from(`${JSON.stringify({ version: 1, ...kept })}\n`);
  return { path, before, after, mode: 0o600 };
}

/**
 * The headers that were given for exactly this address; empty = none were. What was given for another one is never
 * handed out, whatever is pinned under the name now.
 *
 * @throws GuardError `file-unreadable` when the record is damaged, or others may read or write it.
 */
export async function readHeadersFor(place: ServerPlace, url: string, host: Host): Promise<Readonly<Record<string, string>>> {
  const path = serverFile('headers', place, host);
  const bytes = await readOptional(path, limits.ticketMaxBytes, host);
  if (bytes === null) return {};
  const value = parseRecord(bytes);
  const headers = isObject(value) && value['version'] === 1 ? value['headers'] : undefined;
  if (!isObject(value) || headers === undefined || !isObject(headers) || !Object.values(headers).every((text) => typeof text === 'string'))
    throw unreadable(place, path, 'it is damaged');
  const found = host.machine.platform === 'win32' ? null : await host.files.stat(path);
  if (found !== null && (found.mode & 0o077) !== 0) throw unreadable(place, path, 'others may read it');
  return value['url'] === url ? (headers as Readonly<Record<string, string>>) : {};
}

function unreadable(place: ServerPlace, path: string, why: string): GuardError {
  return new GuardError('file-unreadable', `the headers of \`${place.name}\` cannot be used`, {
    why: `${path}: ${why}`,
    hint: 'give them again: pinfold install <url> --header NAME=VARIABLE',
  });
}
