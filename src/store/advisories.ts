import { join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { type Advisory, advisoryId, advisoryKinds, advisorySeverities } from '../model/advisory.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';
import { readOptional } from './read-optional.ts';

/** What is kept of the answers of a service of advisories. */
export interface AdvisoryCache {
  /** `subject@version` → when it was asked (ISO 8601), and the ids of the records that were named. */
  readonly asked: ReadonlyMap<string, { readonly at: string; readonly ids: readonly string[] }>;
  readonly records: ReadonlyMap<string, Advisory>;
}

const emptyCache: AdvisoryCache = { asked: new Map(), records: new Map() };

const range = z.object({
  type: z.string(),
  events: z.array(
    z.object({
      introduced: z.string().optional(),
      fixed: z.string().optional(),
      last_affected: z.string().optional(),
      limit: z.string().optional(),
    }),
  ),
});

/** An advisory as pinfold writes it down. */
export const advisorySchema = z.object({
  id: z.string().regex(advisoryId),
  aliases: z.array(z.string()),
  kind: z.enum(advisoryKinds),
  severity: z.enum(advisorySeverities),
  modified: z.string(),
  withdrawn: z.string().nullable(),
  summary: z.string(),
  affected: z.array(z.object({ subject: z.string(), ranges: z.array(range), versions: z.array(z.string()) })),
  hashes: z.array(z.string()),
  origins: z.array(z.string()),
  registryNames: z.array(z.string()),
});

const cacheSchema = z.object({
  version: z.literal(1),
  asked: z.array(z.tuple([z.string(), z.string(), z.array(z.string())])),
  records: z.array(advisorySchema),
});

/** The key of a package in the cache. */
export function askedKey({ subject, version }: { readonly subject: string; readonly version: string }): string {
  return `${subject}@${version}`;
}

function cachePath(host: Host): string {
  return join(host.places.data, 'cache', 'advisories', 'osv.json');
}

/** What is kept; empty when there is nothing, or nothing that can be read: then everything has to be asked again. */
export async function readAdvisoryCache(host: Host): Promise<AdvisoryCache> {
  try {
    const bytes = await readOptional(cachePath(host), limits.advisoryCacheMaxBytes, host);
    const parsed = bytes === null ? null : cacheSchema.safeParse(parseRecord(bytes));
    if (parsed === null || !parsed.success) return emptyCache;
    const { asked, records } = parsed.data;
    return {
      asked: new Map(asked.map(([key, at, ids]) => [key, { at, ids }])),
      records: new Map(records.map((record) => [record.id, record])),
    };
  } catch (cause) {
    if (cause instanceof GuardError) return emptyCache;
    throw cause;
  }
}

/**
 * Adds answers to what is kept; the oldest questions go first when it gets too much, and records that nothing names any more go
 * with them. A disk that cannot be written is no failure: then it is asked again next time.
 */
export async function addToAdvisoryCache(added: AdvisoryCache, host: Host): Promise<void> {
  const path = cachePath(host);
  try {
    await host.files.locked(path, async () => {
      const before = await readAdvisoryCache(host);
      const all = [...new Map([...before.asked, ...added.asked])].sort(([, a], [, b]) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
      const records = new Map([...before.records, ...added.records]);
      for (let most: number = limits.advisoryCacheMaxPackages; ; most = Math.floor(most / 2)) {
        const asked = all.slice(0, most);
        const named = new Set(asked.flatMap(([, { ids }]) => ids));
        const kept = [...records.values()].filter(({ id }) => named.has(id));
        const text = `${JSON.stringify({ version: 1, asked: asked.map(([key, { at, ids }]) => [key, at, ids]), records: kept })}\n`;
        if (Buffer.byteLength(text) > limits.advisoryCacheMaxBytes) continue;
        await host.files.writeAtomic(path, text);
        return;
      }
    });
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
  }
}
