import { z } from 'zod';
import { ledgerEvents } from '../../model/ledger.ts';
import type { ShownLog } from '../log.ts';
import type { ShownStatus } from '../status.ts';
import { ageSchema } from './advisories.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';
import { profileDocument, profileSchema } from './sandbox.ts';

const check = z.object({
  lines: z.number().int(),
  damaged: z.number().int().describe('lines that are no events'),
  breaks: z
    .array(z.object({ file: z.string(), line: z.number().int(), at: z.string().nullable() }))
    .describe('lines that name one before them which is not there; empty = nothing was taken out or changed'),
  unnamed: z.number().int().describe('lines besides the last that no later one names'),
  rotated: z.boolean(),
});

export const logSchema = z.object({
  schemaVersion,
  entries: z.array(
    z.object({
      at: z.string(),
      event: z.enum(ledgerEvents),
      server: z.string().nullable(),
      detail: z.record(z.string(), z.json()),
      prev: z.string().nullable(),
    }),
  ),
  leftOut: z.number().int(),
  check,
});

/** What `log --json` prints. */
export function logDocument({ entries, leftOut, check: found }: ShownLog): z.infer<typeof logSchema> {
  return { schemaVersion: 1, entries: mutable(entries) as z.infer<typeof logSchema>['entries'], leftOut, check: mutable(found) };
}

export const statusSchema = z.object({
  schemaVersion,
  servers: z.array(
    z.object({
      scope: z.enum(['user', 'project']),
      name: z.string(),
      artifact: z.string(),
      status: z.enum(['reviewed', 'first-use', 'grandfathered', 'blocked', 'revoked']),
      mode: z.enum(['block', 'warn', 'observe']),
      sandbox: profileSchema.nullable().describe('what it is contained in; null = it runs with the rights of its user'),
      waiting: z.number().int(),
      equivalent: z.number().int().describe('items that the server lists in another form than the pinned one, and that are let through'),
      lastLaunch: z.string().nullable(),
      launches: z.number().int(),
      refused: z.number().int(),
      withheld: z.number().int(),
      asked: z.number().int(),
      stoppedBy: z.array(z.string()).describe('ids of advisories and revocations that keep it from being started'),
      secrets: z
        .object({ names: z.array(z.string()), where: z.array(z.enum(['keychain', 'file'])) })
        .describe('variables that are kept for it, and where'),
    }),
  ),
  quarantined: z.number().int(),
  commandsWaiting: z.number().int().describe('servers of `run -- <command>` that said something that waits for a person'),
  promptsPerServerPerMonth: z.number().nullable(),
  prompts: z.number().int(),
  days: z.number().int(),
  ledger: check,
  advisories: ageSchema,
  sandbox: z
    .object({ servers: z.number().int(), unavailable: z.object({ why: z.string(), hint: z.string() }).nullable() })
    .nullable()
    .describe('how many pins are only started in a sandbox, and why there is none here (null = there is one); null = nothing is pinned'),
});

/** What `status --json` prints. */
export function statusDocument(status: ShownStatus): z.infer<typeof statusSchema> {
  const servers = status.servers.map((server) => ({
    ...server,
    sandbox: server.sandbox === null ? null : profileDocument(server.sandbox),
  }));
  return { schemaVersion: 1, ...mutable(status), servers } as z.infer<typeof statusSchema>;
}
