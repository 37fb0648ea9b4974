import { z } from 'zod';
import type { ListedSecrets, SecretSet, SecretsMoved } from '../../model/secret-results.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';

const scope = z.enum(['user', 'project']);
const where = z.enum(['keychain', 'file']);

export const secretsMoveSchema = z.object({
  schemaVersion,
  dryRun: z.boolean(),
  where: where.nullable().describe('where the values lie now; null when none were moved'),
  rows: z.array(
    z.object({
      client: z.string(),
      scope: z.enum(['user', 'project', 'local', 'managed']),
      file: z.string(),
      name: z.string(),
      how: z.enum(['moved', 'nothing', 'left']),
      pin: z.object({ scope, name: z.string() }).nullable(),
      moved: z.array(z.string()).describe('names of variables and of words of the command line, never values'),
      replaced: z.array(z.string()).describe('of those, the ones that took the place of a value that was kept already'),
      left: z.array(z.object({ name: z.string(), why: z.string() })),
      why: z.string().nullable(),
      hint: z.string().nullable(),
    }),
  ),
  withoutCopy: z.array(z.string()).describe('files whose copy from before pinfold held the values and is gone'),
  stillIn: z.array(z.string()).describe("files of pinfold's own that still hold one of the values"),
});

/** What `secrets move --json` prints. */
export function secretsMoveDocument(result: SecretsMoved): z.infer<typeof secretsMoveSchema> {
  return { schemaVersion: 1, ...mutable(result) };
}

export const secretsListSchema = z.object({
  schemaVersion,
  secrets: z.array(
    z.object({
      scope,
      server: z.string(),
      name: z.string().describe('a variable, or a word of the command line: argument-1 is the first'),
      option: z.string().nullable().describe('the option that the word belongs to; null = none, or a variable'),
      where,
      at: z.string(),
      used: z.boolean().describe('false: another server has the name now, and is not given it'),
    }),
  ),
});

/** What `secrets list --json` prints. */
export function secretsListDocument({ secrets }: ListedSecrets): z.infer<typeof secretsListSchema> {
  return { schemaVersion: 1, secrets: mutable(secrets) };
}

export const secretsSetSchema = z.object({ schemaVersion, scope, server: z.string(), name: z.string(), where });

/** What `secrets set --json` prints. */
export function secretsSetDocument(result: SecretSet): z.infer<typeof secretsSetSchema> {
  return { schemaVersion: 1, ...result };
}
