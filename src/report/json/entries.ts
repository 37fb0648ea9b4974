import { z } from 'zod';
import type { SwitchedEntries, Synced } from '../../model/entry-results.ts';
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
    }),
  ),
});

/** What `sync --json` prints. */
export function syncDocument({ from, rows }: Synced): z.infer<typeof syncSchema> {
  return { schemaVersion: 1, from, rows: mutable(rows) };
}
