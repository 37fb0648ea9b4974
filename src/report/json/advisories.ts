import { z } from 'zod';
import type { BuiltFeed } from '../../model/advisory.ts';
import { advisoryKinds, advisorySeverities } from '../../model/advisory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ShownFeed, ShownRefresh, ShownVerifiedFeed } from '../advisories.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';

export const feedStandingSchema = z.object({
  name: z.string(),
  outcome: z.enum(['verified', 'absent', 'unavailable', 'invalid']),
  detail: z.string(),
});

/** How a feed stands, in every document. */
export function feedStandings(feeds: readonly ShownFeed[]): z.infer<typeof feedStandingSchema>[] {
  return feeds.map(({ name, outcome, detail }) => ({ name, outcome: outcome as z.infer<typeof feedStandingSchema>['outcome'], detail }));
}

/** How old what is known is, in `status` and `audit`. */
export const ageSchema = z.object({
  at: z
    .string()
    .nullable()
    .describe('since when the oldest part of what is known of the pins is known; null = some of it was never asked, or nothing is pinned'),
  never: z.number().int().describe('pins of which something was never asked about'),
  why: z.string().nullable().describe('why public advisories could not be asked now'),
  registry: z
    .string()
    .nullable()
    .describe('why the MCP registry could not be asked now about names that pins keep; null = it was, or there are none'),
  feeds: z.array(feedStandingSchema.extend({ expires: z.string().nullable() })),
  overrides: z.array(z.object({ id: z.string(), subject: z.string(), until: z.string(), reason: z.string() })),
  overridesDamaged: z.boolean(),
});

const hit = z.object({
  id: z.string(),
  kind: z.enum(advisoryKinds),
  severity: z.enum(advisorySeverities),
  summary: z.string(),
  source: z.string().describe('osv, MCP registry, or the name of a feed'),
  matched: z.enum(['version', 'hash', 'origin', 'registry-name']),
  subject: z.string(),
  own: z.boolean().describe('about the server itself, and not about something that it loads'),
  overridable: z.boolean(),
  overriddenUntil: z.string().nullable(),
});

export const refreshSchema = z.object({
  schemaVersion,
  osv: z.object({ packages: z.number().int(), why: z.string().nullable().describe('why they were not asked; null = they were') }),
  registry: z.object({ names: z.number().int(), why: z.string().nullable().describe('why one or more of the names were not asked about') }),
  archives: z.array(z.object({ type: z.string(), at: z.string(), records: z.number().int() })),
  feeds: z.array(feedStandingSchema),
  servers: z.array(
    z.object({
      scope: z.enum(['user', 'project']),
      name: z.string(),
      at: z.string().nullable().describe('since when the oldest part of it is known; null = some of it was never asked'),
      hits: z.array(hit),
      unwritten: z.string().nullable().describe('why the next launch does not know it; null = it does'),
    }),
  ),
  unread: z.array(z.object({ place: z.string(), why: z.string() })),
});

/** What `advisories refresh --json` prints. */
export function refreshDocument({ osv, registry, archives, feeds, servers, unread }: ShownRefresh): z.infer<typeof refreshSchema> {
  return {
    schemaVersion: 1,
    osv: { packages: osv.packages, why: osv.why },
    registry: { names: registry.names, why: registry.why },
    archives: archives.map(({ type, at, records }) => ({ type, at, records })),
    feeds: feedStandings(feeds),
    servers: servers.map(({ scope, name, at, hits, unwritten }) => ({
      scope: scope === 'project' ? 'project' : 'user',
      name,
      at,
      hits: mutable(hits),
      unwritten,
    })),
    unread: mutable(unread),
  };
}

export const overrideSchema = z.object({
  schemaVersion,
  id: z.string(),
  subject: z.string(),
  reason: z.string(),
  until: z.string(),
  by: z.string(),
  at: z.string(),
});

/** What `advisories ignore --json` prints. */
export function overrideDocument(override: Omit<z.infer<typeof overrideSchema>, 'schemaVersion'>): z.infer<typeof overrideSchema> {
  return { schemaVersion: 1, ...override };
}

export const revokeSchema = z.object({
  schemaVersion,
  record: z.record(z.string(), z.json()).describe('a record in OSV form'),
  file: z.string().nullable(),
});

/** What `revoke --json` prints. */
export function revokeDocument({
  record,
  file,
}: {
  readonly record: JsonObject;
  readonly file: string | null;
}): z.infer<typeof revokeSchema> {
  return { schemaVersion: 1, record: mutable(record) as z.infer<typeof revokeSchema>['record'], file };
}

export const feedBuildSchema = z.object({
  schemaVersion,
  name: z.string(),
  version: z.number().int(),
  expires: z.string(),
  records: z.number().int(),
  file: z.string(),
  fingerprint: z.string().nullable(),
});

/** What `feed build --json` prints. */
export function feedBuildDocument(feed: BuiltFeed): z.infer<typeof feedBuildSchema> {
  return { schemaVersion: 1, ...feed };
}

export const feedVerifySchema = z.object({
  schemaVersion,
  name: z.string(),
  version: z.number().int(),
  created: z.string(),
  expires: z.string(),
  records: z.array(z.object({ id: z.string(), summary: z.string() })),
});

/** What `feed verify --json` prints. */
export function feedVerifyDocument(feed: ShownVerifiedFeed): z.infer<typeof feedVerifySchema> {
  return { schemaVersion: 1, ...feed, records: mutable(feed.records) };
}

export const feedServeSchema = z.object({ schemaVersion, origin: z.string() });
