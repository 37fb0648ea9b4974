import { basename, dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestBytes, digestHex } from '../model/digest.ts';
import type { LockScope } from '../model/pin.ts';

/** Which pin of which lock: everything the store keeps per server is filed under it. */
export interface ServerPlace {
  readonly name: string;
  readonly scope: LockScope;
  /** Real path of the project's folder; null for user scope. */
  readonly project: string | null;
}

/** What the store keeps per server. */
export type ServerRecord = 'tickets' | 'pending' | 'blocked' | 'first-use' | 'previous' | 'machine-words' | 'secrets' | 'hits';

/** Absolute path of one server's record: `<data>/<record>/<user | hash of the project's path>/<name>.json`. */
export function serverFile(record: ServerRecord, place: ServerPlace, host: Host): string {
  return join(host.places.data, record, scopeFolder(place.project), `${place.name}.json`);
}

/** Two projects must not share records, and a path is no file name: 128 bits of its hash are. */
function scopeFolder(project: string | null): string {
  return project === null ? 'user' : digestHex(digestBytes(project)).slice(0, 32);
}

/** Names of the servers of one scope that have such a record, sorted. */
export async function recordNames(record: ServerRecord, project: string | null, host: Host): Promise<readonly string[]> {
  const folder = dirname(serverFile(record, { name: 'any', scope: 'user', project }, host));
  const files = (await host.files.list(folder)).filter((file) => file.endsWith('.json'));
  return files.map((file) => basename(file, '.json')).sort();
}
