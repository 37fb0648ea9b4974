import { z } from 'zod';
import type { Review, ReviewedName } from '../../model/entry-results.ts';
import type { Unblocked } from '../../model/results.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';
import { approveSchema } from './outcomes.ts';

const quarantined = z.object({
  id: z.string(),
  client: z.string(),
  scope: z.enum(['user', 'project', 'local', 'managed']),
  file: z.string(),
  name: z.string(),
  change: z.enum(['added', 'changed']),
  how: z.enum(['off', 'blocked']),
  at: z.string(),
  starts: z.string().nullable(),
});

export const reviewSchema = z.object({
  schemaVersion,
  entries: z.array(quarantined).describe('servers that nobody approved, by name and client'),
  words: z.array(
    z.object({
      scope: z.enum(['user', 'project']),
      name: z.string(),
      pins: z.string().nullable().describe('the file of `run --pins FILE` that they were held against; null = a lock, or the store'),
      items: z.number().int().describe('0 = nothing waits, and something is blocked for ever'),
      changed: z.number().int().describe('of them: items that say something else than what is pinned under their name'),
      samePackage: z.boolean().describe('every byte that runs is the approved one: the package has not changed; its words have'),
      since: z.string().nullable(),
      blocked: z.number().int().describe('never offered again'),
    }),
  ),
});

/** What `review --json` prints. */
export function reviewDocument({ entries, words }: Review): z.infer<typeof reviewSchema> {
  return { schemaVersion: 1, entries: mutable(entries), words: mutable(words) };
}

export const reviewedSchema = z.object({
  schemaVersion,
  reviewed: z.array(
    z.object({
      entry: quarantined,
      outcome: z.enum(['guarded', 'kept', 'removed', 'restored', 'waits']),
      why: z.string().nullable(),
    }),
  ),
  words: z.array(approveSchema.omit({ schemaVersion: true })),
});

/** What `review <name> --json` prints. */
export function reviewedDocument({ entries, words }: ReviewedName): z.infer<typeof reviewedSchema> {
  return { schemaVersion: 1, reviewed: mutable(entries), words: mutable(words) };
}

export const unblockedSchema = z.object({
  schemaVersion,
  name: z.string(),
  scope: z.enum(['user', 'project']),
  unblocked: z.array(z.string()).describe('`<kind>/<name>` of what is offered again'),
});

/** What `unblock --json` prints. */
export function unblockedDocument({ name, scope, items }: Unblocked): z.infer<typeof unblockedSchema> {
  return { schemaVersion: 1, name, scope, unblocked: [...items] };
}

const place = quarantined.pick({ client: true, scope: true, file: true, name: true });

/** One line of `watch --json`: documents follow each other, one per line. */
export const watchSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('watching'),
    files: z.number().int(),
    clients: z.number().int(),
    servers: z.number().int(),
    guarded: z.number().int(),
    polled: z.number().int(),
    first: z.boolean(),
  }),
  z.object({ event: z.literal('quarantined'), entry: quarantined }),
  z.object({ event: z.literal('revoked'), name: z.string(), scope: z.string(), id: z.string(), summary: z.string() }),
  z.object({ event: z.literal('stuck'), place, change: z.enum(['added', 'changed']), why: z.string() }),
]);
