import { z } from 'zod';
import type { AdoptResult, Released } from '../../model/adoption-results.ts';
import { unpinnedReasons } from '../../model/client-entry.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';
import { endedSchema } from './sign-in.ts';

const place = { client: z.string(), scope: z.enum(['user', 'project', 'local', 'managed']), file: z.string(), name: z.string() };
const pin = z.object({ scope: z.enum(['user', 'project']), name: z.string() });

export const adoptSchema = z.object({
  schemaVersion,
  entries: z.array(
    z.object({
      ...place,
      how: z.enum(['bytes', 'command', 'remote', 'guarded', 'left', 'failed', 'blocked']),
      pin: pin.nullable(),
      subject: z.string().nullable(),
      unpinned: z.enum(unpinnedReasons).nullable().describe('why the bytes behind the command are not pinned'),
      resembles: z.array(z.string()).describe('names that its package may be taken for, strongest first'),
      kept: z.number().int().describe('arguments that stay in the entry: filled in by the client, or like secrets'),
      why: z.string().nullable(),
      hint: z.string().nullable(),
    }),
  ),
  headersIn: z
    .array(z.enum(['keychain', 'file']))
    .describe('where the headers lie that left the files of clients; empty = there were none'),
});

/** What `adopt --json` prints. */
export function adoptDocument({ entries, headersIn }: AdoptResult): z.infer<typeof adoptSchema> {
  return { schemaVersion: 1, entries: mutable(entries), headersIn: [...headersIn] };
}

export const releaseSchema = z.object({
  schemaVersion,
  entries: z.array(
    z.object({
      ...place,
      how: z.enum(['restored', 'rebuilt', 'left']),
      pin,
      lost: z.array(z.string()).describe('members that were changed since, whose changes are lost'),
      forgotten: z.boolean(),
      keeps: z.array(z.string()).describe('names of values that are kept for its pin and stand in no entry: the pin stays because of them'),
      why: z.string().nullable(),
      hint: z.string().nullable(),
    }),
  ),
  signedOut: z.array(endedSchema.extend({ pin })).describe('sign-ins that went with forgotten pins'),
});

/** What `release --json` prints. */
export function releaseDocument({ entries, signedOut }: Released): z.infer<typeof releaseSchema> {
  return { schemaVersion: 1, entries: mutable(entries), signedOut: mutable(signedOut) };
}
