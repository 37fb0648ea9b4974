import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { limits } from '../model/limits.ts';
import { readOptional } from '../store/read-optional.ts';

/** Shorter values would be found in ordinary words. */
const minLength = 6;

/**
 * Files of pinfold's own, absolute and sorted, that hold one of the values in clear: what other entries were before the
 * guard, and what is kept for a review. Looked for after a move, so that nobody believes that the value is gone from them.
 */
export async function copiesOfSecrets(values: readonly string[], host: Host): Promise<readonly string[]> {
  const wanted = values.filter(({ length }) => length >= minLength).flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  const found: string[] = [];
  for (const folder of ['adopted', 'backups', 'exec', 'quarantine', 'transactions']) {
    const path = join(host.places.data, folder);
    for (const name of await host.files.list(path)) {
      const bytes = await readOptional(join(path, name), limits.journalMaxBytes, host).catch(() => null);
      const text = bytes === null ? '' : Buffer.from(bytes).toString('utf8');
      if (wanted.some((value) => text.includes(value))) found.push(join(path, name));
    }
  }
  return found.sort();
}
