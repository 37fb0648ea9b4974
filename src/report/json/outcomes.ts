import { z } from 'zod';
import type { Approved, AuditResult, Installed, PrunedStore, Removed, Trusted, VerifiedStore } from '../../model/results.ts';
import { withMessage } from '../findings.ts';
import { ageSchema } from './advisories.ts';
import { decisionSchema, evidenceSchema, findingSchema, launchSchema, schemaVersion } from './common.ts';
import { infoDocument, infoSchema, mutable } from './info.ts';
import { profileDocument, profileSchema } from './sandbox.ts';
import { endedSchema } from './sign-in.ts';

const place = z.object({ client: z.string(), file: z.string(), name: z.string() });

export const installSchema = z.object({
  schemaVersion,
  name: z.string(),
  scope: z.enum(['user', 'project']),
  status: z.enum(['reviewed', 'first-use', 'grandfathered', 'blocked', 'revoked']),
  places: z.array(place.extend({ action: z.enum(['add', 'replace']) })),
  launch: launchSchema,
  card: z.string().describe('digest of the disclosure that was approved'),
  secrets: z.array(z.string()).describe('variables whose values are kept in no file of a client; never values'),
  kept: z.enum(['keychain', 'file']).nullable().describe('where those values lie; null = there are none'),
  replaced: z
    .object({
      entries: z.number().int().describe('entries without the guard whose place it takes; release brings them back'),
      moved: z.array(z.string()).describe('those of them that stood in clear in an entry that is replaced'),
      left: z.array(z.object({ name: z.string(), why: z.string() })).describe('variables that stay in clear there'),
    })
    .describe('what stood in clear in entries that are replaced'),
  sandbox: profileSchema.nullable().describe('what it is contained in; null = it runs with the rights of its user'),
  disclosure: infoSchema,
});

/** What `install --json` prints. */
export function installDocument({ plan, status, card, kept }: Installed): z.infer<typeof installSchema> {
  const launch = { command: plan.clientCommand[0] ?? '', args: plan.clientCommand.slice(1) };
  const disclosure = infoDocument(plan.disclosure, launch);
  const sandbox = plan.sandbox === undefined ? null : profileDocument(plan.sandbox.profile);
  const { name, scope, places, secrets } = plan;
  const replaced = { entries: plan.replaced.entries, moved: [...plan.replaced.moved], left: mutable(plan.replaced.left) };
  const said = { name, scope, status, places: mutable(places), launch, card, secrets: [...secrets], kept, replaced, sandbox, disclosure };
  return { schemaVersion: 1, ...said };
}

const approved = z.object({
  name: z.string(),
  scope: z.enum(['user', 'project']),
  approved: z.number().int(),
  rejected: z.number().int().describe('forgotten; asked about again when the server says it again'),
  blocked: z.number().int().describe('never asked about again'),
});

export const approveSchema = approved.extend({ schemaVersion });

/** What `approve --json` prints. */
export function approveDocument(result: Approved): z.infer<typeof approveSchema> {
  return { schemaVersion: 1, ...result };
}

export const removeSchema = z.object({
  schemaVersion,
  name: z.string(),
  places: z.array(place),
  pinForgotten: z.boolean(),
  secretsForgotten: z.array(z.string()),
  signedOut: endedSchema.nullable().describe('the sign-in that went with the pin; null = there was none'),
});

/** What `remove --json` prints. */
export function removeDocument(result: Removed): z.infer<typeof removeSchema> {
  const { name, pinForgotten, signedOut } = result;
  return {
    schemaVersion: 1,
    name,
    places: mutable(result.places),
    pinForgotten,
    secretsForgotten: [...result.secretsForgotten],
    signedOut,
  };
}

const severityCounts = z.object({ block: z.number().int(), review: z.number().int(), warn: z.number().int(), info: z.number().int() });

export const auditSchema = z.object({
  schemaVersion,
  servers: z.array(
    z.object({
      name: z.string(),
      places: z.array(place.extend({ scope: z.string() })),
      subject: z.string().nullable(),
      pin: z.string().nullable(),
      sandbox: profileSchema.nullable().describe('what its pin is contained in; null = it runs with the rights of its user, or has no pin'),
      findings: z.array(findingSchema),
      decision: decisionSchema,
      remedy: z.string().nullable(),
    }),
  ),
  findings: z.array(findingSchema),
  advisories: ageSchema,
  problems: z.array(z.object({ code: z.string(), client: z.string(), file: z.string(), message: z.string() })),
  summary: z.object({
    servers: z.number().int(),
    entries: z.number().int(),
    guarded: z.number().int(),
    grandfathered: z.number().int(),
    findings: severityCounts,
  }),
});

/** What `audit --json` prints. DESIGN §5.6. */
export function auditDocument(result: AuditResult): z.infer<typeof auditSchema> {
  return {
    schemaVersion: 1,
    servers: result.servers.map((server) => ({
      name: server.name,
      places: mutable(server.places),
      subject: server.subject,
      pin: server.pin,
      sandbox: server.sandbox === null ? null : profileDocument(server.sandbox),
      findings: server.findings.map(withMessage),
      decision: { verdict: server.decision.verdict, reasons: [...server.decision.reasons] },
      remedy: server.remedy,
    })),
    findings: result.findings.map(withMessage),
    advisories: mutable(result.advisories),
    problems: mutable(result.problems),
    summary: mutable(result.summary),
  };
}

export const trustSchema = z.object({
  schemaVersion,
  place: z.string(),
  lockDigest: z.string().nullable(),
  pins: z.array(z.string()),
  sandbox: z
    .record(z.string(), profileSchema)
    .describe('by the name of its pin: what it is contained in; the others run with the rights of their user'),
  entries: z.array(z.string()),
  signature: evidenceSchema.nullable().describe("of a project's lock; null = the lock of a user, which nobody signs"),
});

/** What `trust --json` prints. */
export function trustDocument(result: Trusted): z.infer<typeof trustSchema> {
  const { place, lockDigest, pins, entries, signature } = result;
  const sandbox = Object.fromEntries(Object.entries(result.sandbox).map(([name, profile]) => [name, profileDocument(profile)]));
  return { schemaVersion: 1, place, lockDigest, pins: [...pins], sandbox, entries: [...entries], signature };
}

export const pruneSchema = z.object({
  schemaVersion,
  removed: z.array(z.string()),
  bytes: z.number().int(),
  analyses: z.object({ files: z.number().int(), bytes: z.number().int() }),
});

/** What `store prune --json` prints. */
export function pruneDocument(result: PrunedStore): z.infer<typeof pruneSchema> {
  return { schemaVersion: 1, removed: [...result.removed], bytes: result.bytes, analyses: { ...result.analyses } };
}

export const verifyStoreSchema = z.object({
  schemaVersion,
  trees: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['sound', 'changed', 'missing']),
      differences: z.array(z.string()),
      pins: z.array(z.string()),
    }),
  ),
});

/** What `store verify --json` prints. */
export function verifyStoreDocument(result: VerifiedStore): z.infer<typeof verifyStoreSchema> {
  return { schemaVersion: 1, trees: mutable(result.trees) };
}
