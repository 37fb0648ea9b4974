import { z } from 'zod';
import { type Advisory, type AdvisoryKind, type AdvisorySeverity, advisoryId, advisorySeverities } from '../model/advisory.ts';
import { limits } from '../model/limits.ts';
import { parseSubject } from '../policy/subject.ts';
import { severityOfVector, severityWord } from './severity.ts';
import { subjectOf } from './subject.ts';

const version = z.string().max(200);
const event = z.object({
  introduced: version.optional(),
  fixed: version.optional(),
  last_affected: version.optional(),
  limit: version.optional(),
});
const loose = z.record(z.string(), z.unknown()).optional().catch(undefined);
const affectedSchema = z.object({
  package: z.object({ ecosystem: z.string().optional(), name: z.string().optional(), purl: z.string().optional() }).optional(),
  ranges: z.array(z.object({ type: z.string(), events: z.array(event).max(limits.advisoryMaxEvents) })).default([]),
  versions: z.array(version).max(limits.advisoryMaxVersions).default([]),
  database_specific: loose,
  ecosystem_specific: loose,
});
const time = z.string().regex(/^\d{4}-\d\d-\d\dT/);
const recordSchema = z.object({
  id: z.string().regex(advisoryId),
  modified: time,
  withdrawn: time.nullish(),
  aliases: z.array(z.string()).default([]),
  summary: z.string().optional().catch(undefined),
  details: z.string().optional().catch(undefined),
  severity: z
    .array(z.object({ type: z.string(), score: z.string() }))
    .default([])
    .catch([]),
  affected: z.array(affectedSchema).max(limits.advisoryMaxPackages).default([]),
  database_specific: loose,
});
type OsvRecord = z.infer<typeof recordSchema>;

/**
 * A record in OSV form, versions 1.3 to 1.7, cut down; null = it cannot be understood, so that nothing of it can be relied on,
 * also not that it was withdrawn. Packages of ecosystems that pinfold does not install from are left out.
 *
 * @param value attacker-controlled JSON value
 * @param kind what every record of this source says; null = the record's own id tells
 * @see https://ossf.github.io/osv-schema/
 */
export function parseRecord(value: unknown, kind: AdvisoryKind | null): Advisory | null {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return null;
  const record = parsed.data;
  const mcp = parsedMcp(record.database_specific?.['mcp']);
  return {
    id: record.id,
    aliases: record.aliases.filter((alias) => advisoryId.test(alias)).slice(0, 20),
    kind: kind ?? kindOf(record),
    severity: severityOf(record),
    modified: record.modified,
    withdrawn: record.withdrawn ?? null,
    summary: (record.summary ?? record.details ?? '').slice(0, limits.printableMaxLength),
    affected: record.affected.flatMap(({ package: named, ranges, versions }) => {
      const subject = named === undefined ? null : subjectOf(known(named));
      return subject === null ? [] : [{ subject, ranges, versions }];
    }),
    hashes: [...new Set([...hashesOf(record), ...mcp.digests])],
    origins: mcp.origins,
    registryNames: mcp.registryNames,
  };
}

function known(named: NonNullable<z.infer<typeof affectedSchema>['package']>) {
  return Object.fromEntries(Object.entries(named).filter(([, text]) => text !== undefined)) as Parameters<typeof subjectOf>[0];
}

/** Malware has its own ids; a taken-over release of an honest package is often filed as a weakness: CWE-506, embedded malicious code. */
function kindOf({ id, database_specific }: OsvRecord): AdvisoryKind {
  const weaknesses = database_specific?.['cwe_ids'];
  return id.startsWith('MAL-') || (Array.isArray(weaknesses) && weaknesses.includes('CWE-506')) ? 'malicious' : 'vulnerability';
}

/** The database's word, else the worst score that can be read. */
function severityOf({ database_specific, affected, severity }: OsvRecord): AdvisorySeverity {
  const places = [database_specific, ...affected.flatMap((one) => [one.database_specific, one.ecosystem_specific])];
  const said = places.flatMap((place) => severityWord(place?.['severity']) ?? []);
  const scored = severity.flatMap(({ score }) => severityOfVector(score) ?? []);
  const found = said.length > 0 ? said : scored;
  return advisorySeverities.find((one) => found.includes(one)) ?? 'unknown';
}

/** `package_integrity` of malicious-package records. The `sha256` of their `origins` is of the report, and not of the package. */
function hashesOf({ database_specific, affected }: OsvRecord): readonly string[] {
  const places = [database_specific, ...affected.flatMap((one) => [one.database_specific, one.ecosystem_specific])];
  return places.flatMap((place) => [place?.['package_integrity']].flat().flatMap(integrityIn));
}

function integrityIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((text) => integrityOf(text) ?? []);
}

/** An SRI value, or `sha256:<hexadecimal>` as images have it, in the form that closures hold; null = neither. */
export function integrityOf(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  if (/^sha512-[A-Za-z0-9+/]{86}==$/.test(text) || /^sha256-[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  const hex = /^(sha256|sha512):([0-9a-f]+)$/i.exec(text);
  if (hex?.[1] === undefined || hex[2] === undefined || hex[2].length !== (hex[1] === 'sha256' ? 64 : 128)) return null;
  return `${hex[1].toLowerCase()}-${Buffer.from(hex[2], 'hex').toString('base64')}`;
}

const mcpSchema = z.object({
  registryName: z.union([z.string(), z.array(z.string())]).optional(),
  origin: z.union([z.string(), z.array(z.string())]).optional(),
  digest: z.union([z.string(), z.array(z.string())]).optional(),
});

/** What only MCP records name. docs/feed.md */
function parsedMcp(value: unknown) {
  const parsed = mcpSchema.safeParse(value);
  const said = parsed.success ? parsed.data : {};
  const all = (texts: string | readonly string[] | undefined) => [texts ?? []].flat();
  const origins = all(said.origin).flatMap((text) => {
    const subject = parseSubject(text);
    return subject?.kind === 'origin' ? [subject.id] : [];
  });
  return { origins, registryNames: all(said.registryName), digests: all(said.digest).flatMap((text) => integrityOf(text) ?? []) };
}
