import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import type { Advisory } from '../model/advisory.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { advisorySchema } from './advisories.ts';
import { parseRecord } from './json-file.ts';
import { readOptional, utf8 } from './read-optional.ts';

// A database has some hundred thousand records, and one closure is about a hundred packages: records lie in 256 files by what
// they are about, so that a question reads only some of them.

/** One ecosystem of an imported database. */
export interface ArchiveState {
  /** Package URL type: `npm`, `pypi`. */
  readonly type: string;
  /** When its newest record was written; ISO 8601. */
  readonly at: string;
  readonly records: number;
}

const stateSchema = z.object({ version: z.literal(1), at: z.string(), records: z.number().int() });

function archiveFolder(host: Host): string {
  return join(host.places.data, 'advisories', 'archive');
}

/** What was imported, by type; empty = nothing. @throws GuardError `file-unreadable` for one that is damaged. */
export async function readArchives(host: Host): Promise<readonly ArchiveState[]> {
  const found: ArchiveState[] = [];
  for (const type of (await host.files.list(archiveFolder(host))).filter((name) => !name.startsWith('.'))) {
    const path = join(archiveFolder(host), type, 'state.json');
    const bytes = await readOptional(path, limits.ticketMaxBytes, host);
    const parsed = stateSchema.safeParse(bytes === null ? null : parseRecord(bytes));
    if (!parsed.success) throw damaged(join(archiveFolder(host), type));
    found.push({ type, at: parsed.data.at, records: parsed.data.records });
  }
  return found;
}

/** The records that may be about these subjects and hashes; to be compared. @throws GuardError `file-unreadable` for damage. */
export async function archivedAbout(
  subjects: readonly string[],
  hashes: readonly string[],
  types: readonly string[],
  host: Host,
): Promise<readonly Advisory[]> {
  const wanted = new Map<string, string[]>();
  for (const key of [...subjects, ...hashes]) wanted.set(shardOf(key), [...(wanted.get(shardOf(key)) ?? []), JSON.stringify(key)]);
  const found = new Map<string, Advisory>();
  for (const type of types) {
    for (const [shard, keys] of wanted) {
      const path = join(archiveFolder(host), type, `${shard}.jsonl`);
      const bytes = await readOptional(path, limits.osvShardMaxBytes, host);
      const text = bytes === null ? '' : utf8(bytes);
      if (text === null) throw damaged(path);
      for (const line of text.split('\n')) {
        if (!keys.some((key) => line.includes(key))) continue;
        const parsed = advisorySchema.safeParse(parseRecord(Buffer.from(line)));
        if (!parsed.success) throw damaged(path);
        found.set(parsed.data.id, parsed.data);
      }
    }
  }
  return [...found.values()];
}

/**
 * Puts a database in the place of what was imported before, whole or not at all. Records that are about nothing that pinfold
 * installs were left out by the caller.
 *
 * @throws GuardError `file-too-large`, `file-unwritable`
 */
export async function replaceArchive(type: string, at: string, records: readonly Advisory[], host: Host): Promise<ArchiveState> {
  const shards = new Map<string, string[]>();
  for (const record of records) {
    const line = JSON.stringify(record);
    for (const shard of new Set([...record.affected.map(({ subject }) => subject), ...record.hashes].map(shardOf)))
      shards.set(shard, [...(shards.get(shard) ?? []), line]);
  }
  const state = { version: 1, at, records: records.length } as const;
  const folder = join(archiveFolder(host), type);
  await host.files.locked(join(archiveFolder(host), `.${type}`), async () => {
    const staging = await host.files.makeTempFolder(archiveFolder(host), '.staging-');
    try {
      for (const [shard, lines] of shards) {
        const bytes = Buffer.from(`${lines.join('\n')}\n`);
        if (bytes.length > limits.osvShardMaxBytes) throw new GuardError('file-too-large', 'the database is larger than any that is known');
        await host.files.create(join(staging, `${shard}.jsonl`), bytes, 0o600);
      }
      await host.files.create(join(staging, 'state.json'), Buffer.from(`${JSON.stringify(state)}\n`), 0o600);
      await host.files.remove(folder);
      await host.files.rename(staging, folder);
    } finally {
      await host.files.remove(staging);
    }
  });
  return { type, at, records: records.length };
}

function shardOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 2);
}

function damaged(path: string): GuardError {
  return new GuardError('file-unreadable', 'the imported database of advisories is damaged', {
    why: path,
    hint: 'remove that folder, or import the archive again: pinfold advisories refresh --from all.zip',
  });
}
