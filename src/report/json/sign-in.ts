import { z } from 'zod';
import type { LoggedIn, LoggedOut } from '../../model/remote-results.ts';
import { revocationOutcomes } from '../../model/sign-in.ts';
import { schemaVersion } from './common.ts';

const scope = z.enum(['user', 'project']);

const revocationSchema = z.object({ outcome: z.enum(revocationOutcomes), why: z.string().nullable() });

const again = z.boolean().describe('the tokens are kept, for nothing but to be taken back by a later command');

/** A sign-in that is no longer used here, in any document. */
export const endedSchema = z.object({
  issuer: z.string().nullable().describe('who gave the tokens; null = what was kept could not be read'),
  revocation: revocationSchema.describe('what became of taking the tokens back at the server'),
  again,
});

export const loginSchema = z.object({
  schemaVersion,
  name: z.string(),
  scope,
  issuer: z.string(),
  scopes: z.array(z.string()).describe('what was asked for'),
  renewable: z.boolean().describe('false = when the token has run out, a person signs in again'),
  kept: z.enum(['keychain', 'file']).describe('where the tokens lie'),
  replaced: endedSchema.nullable().describe('the sign-in that this one took the place of; null = there was none'),
});

/** What `login --json` prints. */
export function loginDocument(result: LoggedIn): z.infer<typeof loginSchema> {
  return { schemaVersion: 1, ...result, scopes: [...result.scopes] };
}

export const logoutSchema = z.object({
  schemaVersion,
  name: z.string(),
  scope,
  forgotten: z.boolean(),
  revocation: revocationSchema.nullable().describe('what became of taking the tokens back at the server; null = nobody was signed in'),
  issuer: z.string().nullable().describe('who gave the tokens; null = nobody was signed in, or what was kept could not be read'),
  again,
});

/** What `logout --json` prints. */
export function logoutDocument(result: LoggedOut): z.infer<typeof logoutSchema> {
  return { schemaVersion: 1, ...result };
}
