import { z } from 'zod';
import type { RestorableFile, SwitchedEntries, Synced } from '../../model/entry-results.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';

const scope = z.enum(['user', 'project', 'local', 'managed']);
const place = z.object({ client: z.string(), scope, file: z.string(), name: z.string() });

export const switchSchema = z.object({
  schemaVersion,
  name: z.string(),
  on: z.boolean(),
  changed: z.array(place),
  unchanged: z.array(place),
  refused: z.array(place.extend({ why: z.string() })),
});

/** What `enable --json` and `disable --json` print. */
export function switchDocument(result: SwitchedEntries): z.infer<typeof switchSchema> {
  const { name, on, changed, unchanged, refused } = result;
  return { schemaVersion: 1, name, on, changed: mutable(changed), unchanged: mutable(unchanged), refused: mutable(refused) };
}

export const syncSchema = z.object({
  schemaVersion,
  from: z.string(),
  rows: z.array(
    z.object({
      name: z.string(),
      as: z.string(),
      client: z.string(),
      scope,
      file: z.string().nullable(),
      action: z.enum(['add', 'replace', 'same', 'skip']),
      guarded: z.boolean(),
      why: z.string().nullable(),
      hint: z.string().nullable().describe('the command that deals with what keeps it from being copied'),
    }),
  ),
});

/** What `sync --json` prints. */
export function syncDocument({ from, rows }: Synced): z.infer<typeof syncSchema> {
  return { schemaVersion: 1, from, rows: mutable(rows) };
}

export const restoreSchema = z.object({
  schemaVersion,
  restored: z.boolean().describe('false with --list'),
  files: z.array(
    z.object({
      path: z.string(),
      takenAt: z.string(),
      existed: z.boolean(),
      differs: z.boolean(),
      entries: z.array(z.object({ name: z.string(), change: z.enum(['added', 'changed', 'removed']) })),
    }),
  ),
});

/** What `restore --json` prints. */
export function restoreDocument(files: readonly RestorableFile[], restored: boolean): z.infer<typeof restoreSchema> {
  return { schemaVersion: 1, restored, files: files.map((file) => ({ ...file, entries: mutable(file.entries) })) };
}
