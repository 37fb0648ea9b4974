import { join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { KeptListing } from '../model/listing.ts';
import { registryName } from '../model/registry-name.ts';
import { epochMs } from '../model/time.ts';
import { parseRecord } from './json-file.ts';
import { readOptional } from './read-optional.ts';

const entrySchema = z.object({
  version: z.string(),
  status: z.enum(['active', 'deprecated', 'deleted']),
  statusMessage: z.string(),
  publishedAt: z.string().nullable(),
  packages: z.array(z.object({ type: z.string(), identifier: z.string(), version: z.string() })),
  remotes: z.array(z.string()),
});

const cacheSchema = z.object({
  version: z.literal(1),
  names: z.array(z.tuple([z.string().regex(registryName), z.string(), z.array(entrySchema)])),
});

function cachePath(host: Host): string {
  return join(host.places.data, 'cache', 'advisories', 'mcp-registry.json');
}

/** What the MCP registry answered last, by name; empty when there is nothing, or nothing that can be read: then all is to be asked again. */
export async function readListings(host: Host): Promise<ReadonlyMap<string, KeptListing>> {
  try {
    const bytes = await readOptional(cachePath(host), limits.listingsMaxBytes, host);
    const parsed = bytes === null ? null : cacheSchema.safeParse(parseRecord(bytes));
    if (parsed === null || !parsed.success) return new Map();
    return new Map(parsed.data.names.map(([name, at, entries]) => [name, { at, entries }]));
  } catch (cause) {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return new Map();
    throw cause;
  }
}

/**
 * Keeps an answer. That the registry does not know a name takes nothing back of what it said of it: versions are taken out by
 * their status, never by being forgotten. The oldest answers go when it gets too much; one that is too large by itself is not
 * kept, so that it pushes out no other. A disk that cannot be written is no failure: then it is asked again next time.
 */
export async function keepListing(name: string, answer: KeptListing, host: Host): Promise<void> {
  const path = cachePath(host);
  const kept = { at: answer.at, entries: answer.entries.map(compared) };
  if (Buffer.byteLength(JSON.stringify(kept.entries)) > limits.listingMaxBytes) return;
  try {
    await host.files.locked(path, async () => {
      const known = new Map(await readListings(host));
      if (kept.entries.length === 0 && (known.get(name)?.entries.length ?? 0) > 0) return;
      known.delete(name);
      const all = [[name, kept] as const, ...[...known].sort(([, a], [, b]) => (epochMs(b.at) ?? 0) - (epochMs(a.at) ?? 0))];
      for (let most = Math.min(all.length, limits.listingsMaxNames); most > 0; most = Math.floor(most / 2)) {
        const names = all.slice(0, most).map(([key, { at, entries }]) => [key, at, entries]);
        const text = `${JSON.stringify({ version: 1, names })}\n`;
        if (Buffer.byteLength(text) > limits.listingsMaxBytes) continue;
        await host.files.writeAtomic(path, text);
        return;
      }
    });
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
  }
}

/** Nothing else of an entry is kept. */
function compared({ version, status, statusMessage, publishedAt, packages, remotes }: KeptListing['entries'][number]) {
  const listed = packages.map(({ type, identifier, version: of }) => ({ type, identifier, version: of }));
  return { version, status, statusMessage, publishedAt, packages: listed, remotes };
}
