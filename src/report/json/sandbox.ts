import { z } from 'zod';
import type { SandboxChange, ShownSandbox } from '../../model/results.ts';
import type { PinnedSandbox } from '../../model/sandbox-profile.ts';
import { schemaVersion } from './common.ts';

export const profileSchema = z.object({
  hosts: z.array(z.string()).describe('may be connected to; empty = no network'),
  read: z.array(z.string()).describe('absolute paths, `{{home}}` for the home'),
  write: z.array(z.string()).describe('may be read and changed'),
  listen: z.array(z.number()).describe('ports on which programs of this machine reach it'),
  mask: z.record(z.string(), z.array(z.string())).describe('variables that it holds a stand-in for, and where the value is put in'),
});

const subject = { schemaVersion, name: z.string(), scope: z.enum(['user', 'project']) };

export const sandboxShowSchema = z.object({
  ...subject,
  profile: profileSchema.nullable().describe('null = it runs with the rights of its user'),
  unavailable: z.string().nullable().describe('why there is no sandbox on this machine; null = there is one'),
  gap: z
    .string()
    .nullable()
    .describe('what the sandbox of this machine does not keep from it although the profile reads so; null = nothing'),
});

/** What `sandbox show --json` prints. */
export function sandboxShowDocument({ name, scope, profile, unavailable, gap }: ShownSandbox): z.infer<typeof sandboxShowSchema> {
  return { schemaVersion: 1, name, scope, profile: profile === null ? null : profileDocument(profile), unavailable, gap };
}

export const sandboxAllowSchema = z.object({ ...subject, changed: z.boolean(), profile: profileSchema });

/** What `sandbox allow --json` prints. */
export function sandboxAllowDocument({ name, scope, before, after }: SandboxChange): z.infer<typeof sandboxAllowSchema> {
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  return { schemaVersion: 1, name, scope, changed, profile: profileDocument(after) };
}

export function profileDocument({ hosts, read, write, listen = [], mask }: PinnedSandbox): z.infer<typeof profileSchema> {
  const masked = Object.entries(mask).map(([name, to]): [string, string[]] => [name, [...to]]);
  return { hosts: [...hosts], read: [...read], write: [...write], listen: [...listen], mask: Object.fromEntries(masked) };
}
