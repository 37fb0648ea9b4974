import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestBytes, digestHex, type Integrity } from '../model/digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';

/** One thing that an analysis found out about the bytes of one package. */
export interface CacheEntry {
  /** Of bytes that were compared with it. */
  readonly integrity: Integrity;
  /** Which of the things that are known of a package: `package`, or the name of a task. */
  readonly part: string;
  readonly value: JsonValue;
}

/** What earlier analyses found out, by the hash of the bytes and the program that read them. Nothing of it is needed. */
export interface AnalysisCache {
  /** The value, hostile until parsed; null = nothing usable is kept. Never throws. */
  read(integrity: Integrity, part: string): JsonValue | null;
  /** Keeps what can be kept: a full or read-only disk is no failure of an analysis. */
  write(entries: readonly CacheEntry[]): Promise<void>;
}

/** Folder of everything that is kept, one folder in it for each program that reads. */
export function analysisCacheFolder(host: Host): string {
  return join(host.places.data, 'cache', 'analysis');
}

/**
 * The cache of one program: `<rules>-<digest of the program>/<digest of integrity>-<part>.json`. A changed rule or a
 * changed program is another folder, so that nothing in it is ever out of date.
 *
 * @param program the bytes of the program that reads
 */
export async function openAnalysisCache(rules: string, program: Uint8Array, host: Host): Promise<AnalysisCache> {
  const folder = join(analysisCacheFolder(host), `${rules}-${digestHex(digestBytes(program)).slice(0, 16)}`);
  const names = new Set(await host.files.list(folder).catch(() => []));
  return {
    read(integrity, part) {
      const name = nameOf(integrity, part);
      if (!names.has(name) || !isOurs(folder, name, host)) return null;
      try {
        const [bytes] = host.files.readMany(folder, [name], limits.analysisRecordMaxBytes);
        return bytes === undefined ? null : parseEntry(bytes, integrity, part);
      } catch {
        return null; // gone, too large, or not to be read
      }
    },
    async write(entries) {
      if (entries.length === 0) return;
      const id = host.randomId();
      try {
        await host.files.makeFolder(folder);
        for (const entry of entries) {
          const bytes = printEntry(entry);
          if (bytes === null) continue;
          const name = nameOf(entry.integrity, entry.part);
          // No fsync: what a power cut leaves of it is no entry, by its digest.
          host.files.createMany(folder, [{ path: `.${id}-${name}`, bytes, mode: 0o600 }]);
          await host.files.rename(join(folder, `.${id}-${name}`), join(folder, name));
        }
        await boundAnalysisCache(host);
      } catch {
        for (const name of await host.files.list(folder).catch(() => []))
          if (name.startsWith(`.${id}-`)) await host.files.remove(join(folder, name)).catch(() => undefined);
      }
    },
  };
}

/** What was removed. */
export interface PrunedCache {
  readonly files: number;
  readonly bytes: number;
}

/** Removes what is older than its time, and then the oldest until the rest is within the bound. @throws GuardError of the disk. */
export async function boundAnalysisCache(host: Host, maxBytes: number = limits.analysisCacheMaxBytes): Promise<PrunedCache> {
  const top = analysisCacheFolder(host);
  const found: { readonly path: string; readonly size: number; readonly at: number }[] = [];
  for (const rules of await host.files.list(top)) {
    const folder = join(top, rules);
    if ((await host.files.stat(folder))?.kind !== 'directory') continue;
    const names = await host.files.list(folder);
    for (const [index, stat] of host.files.statMany(folder, names).entries())
      if (stat?.kind === 'file') found.push({ path: join(folder, names[index] ?? ''), size: stat.size, at: stat.mtimeMs });
  }
  let left = found.reduce((sum, { size }) => sum + size, 0);
  const pruned = { files: 0, bytes: 0 };
  for (const { path, size, at } of found.sort((a, b) => a.at - b.at)) {
    if (left <= maxBytes && host.now() - at <= limits.analysisCacheMaxAgeMs) break;
    await host.files.remove(path);
    left -= size;
    pruned.files += 1;
    pruned.bytes += size;
  }
  // What an older program left behind goes whole.
  for (const rules of pruned.files === 0 ? [] : await host.files.list(top)) {
    if ((await host.files.list(join(top, rules))).length === 0) await host.files.remove(join(top, rules));
  }
  return pruned;
}

function nameOf(integrity: Integrity, part: string): string {
  return `${digestHex(digestBytes(integrity))}-${part}.json`;
}

/** Written by this user, and by nobody else: on a shared machine a data folder may be open to others. */
function isOurs(folder: string, name: string, host: Host): boolean {
  const [stat] = host.files.statMany(folder, [name]);
  if (stat?.kind !== 'file') return false;
  return host.machine.platform === 'win32' || (stat.uid === host.machine.uid && (stat.mode & 0o022) === 0);
}

/** A line with the digest of the rest, and the rest; null = too large to keep, or too deep to print. */
function printEntry({ integrity, part, value }: CacheEntry): Uint8Array | null {
  try {
    const text = JSON.stringify({ integrity, part, value });
    const bytes = Buffer.from(`${digestBytes(text)}\n${text}\n`);
    return bytes.length > limits.analysisRecordMaxBytes ? null : bytes;
  } catch {
    return null;
  }
}

function parseEntry(bytes: Uint8Array, integrity: Integrity, part: string): JsonValue | null {
  const end = bytes.indexOf(0x0a);
  const body = bytes.subarray(end + 1, -1);
  if (end < 0 || Buffer.from(bytes.subarray(0, end)).toString('latin1') !== digestBytes(body)) return null;
  const entry = parseRecord(body);
  if (!isObject(entry) || entry['integrity'] !== integrity || entry['part'] !== part) return null;
  return entry['value'] ?? null;
}
