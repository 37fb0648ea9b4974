import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { type Advisory, advisoryId } from '../model/advisory.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseStrict } from '../model/strict-json.ts';
import { epochMs } from '../model/time.ts';
import { parseRecord } from './record.ts';

/** Names of the files that a feed is served as. */
export const feedFiles = { key: 'feed.json', identity: 'feed.sigstore.json' } as const;

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

/** What is signed, whole: a record of one version cannot be put into another. docs/feed.md */
export const feedSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  version: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  created: time,
  expires: time,
  records: z.array(z.record(z.string(), z.unknown())).max(limits.feedMaxRecords),
});
export type FeedDocument = z.infer<typeof feedSchema>;

/** A feed whose signature was verified, before it is compared with what was seen of it. */
export interface ParsedFeed {
  readonly document: FeedDocument;
  readonly advisories: readonly Advisory[];
}

/** @param bytes the signed ones; whoever signed them may have made mistakes. Returns why it is no feed, in words. */
export function parseFeed(bytes: Uint8Array): ParsedFeed | string {
  let value: unknown;
  try {
    value = parseStrict(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return cause instanceof GuardError ? (cause.why ?? cause.message) : 'it is not valid UTF-8';
  }
  const parsed = feedSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not understood'}`;
  }
  const advisories: Advisory[] = [];
  for (const [index, record] of parsed.data.records.entries()) {
    const advisory = parseRecord(record, 'revoked');
    if (advisory === null) return `records.${index}: no record in OSV form`;
    if (advisories.some(({ id }) => id === advisory.id)) return `records.${index}: ${advisory.id} is there twice`;
    advisories.push(advisory);
  }
  return { document: parsed.data, advisories };
}

/** A record as an author keeps it; null = it is none, or names nothing that can be compared. */
export function parseFeedRecord(value: unknown): Advisory | null {
  const advisory = parseRecord(value, 'revoked');
  if (advisory === null || !advisoryId.test(advisory.id)) return null;
  const { affected, hashes, origins, registryNames } = advisory;
  return affected.length + hashes.length + origins.length + registryNames.length === 0 ? null : advisory;
}

/** Seen of a feed before: nothing older counts any more, and no other one of the same version. */
export interface SeenFeed {
  readonly version: number;
  /** Of the signed bytes. */
  readonly digest: string;
}

/**
 * Why a feed that is signed as it should be does not count all the same, in words; null = it counts. In this order: another
 * feed's name, an older version than one that was seen (rollback), another one of the same version, one that ran out (freeze).
 */
export function feedFault(
  { name, version, created, expires }: FeedDocument,
  digest: string,
  expected: { readonly name: string; readonly seen: SeenFeed | null; readonly nowMs: number },
): { readonly outcome: 'invalid' | 'unavailable'; readonly why: string } | null {
  const { seen, nowMs } = expected;
  if (name !== expected.name) return { outcome: 'invalid', why: `it is the feed ${name}, and not ${expected.name}` };
  if (seen !== null && version < seen.version)
    return { outcome: 'invalid', why: `it is version ${version}, and version ${seen.version} was seen before (rollback)` };
  if (seen !== null && version === seen.version && digest !== seen.digest)
    return { outcome: 'invalid', why: `it is another version ${version} than the one that was seen before` };
  const [createdMs, expiresMs] = [epochMs(created), epochMs(expires)];
  if (createdMs === null || expiresMs === null || expiresMs <= createdMs) return { outcome: 'invalid', why: 'it ends before it begins' };
  if (createdMs > nowMs + dayMs) return { outcome: 'invalid', why: `it was made in the future (${created})` };
  if (expiresMs <= nowMs)
    return { outcome: 'unavailable', why: `it ran out on ${expires.slice(0, 10)}: nobody made a newer one, or somebody keeps it back` };
  return null;
}

const dayMs = 86_400_000;

/**
 * The envelope or bundle of a feed, as JSON.
 *
 * @param url folder of the feed, or the address of the file; https or file
 * @throws GuardError `registry-unreachable`, `registry-answer-invalid`, `file-not-found`, `file-unreadable`, `file-too-large`, `offline`
 */
export async function fetchFeed(url: string, signedBy: 'key' | 'identity', host: Host): Promise<JsonValue> {
  const place = feedPlace(url, signedBy);
  const text =
    place.protocol === 'file:' ? await host.files.readText(fileURLToPath(place), limits.feedMaxBytes) : await served(place, host);
  return parseStrict(text);
}

/** Absolute address of a feed's file. */
export function feedPlace(url: string, signedBy: 'key' | 'identity'): URL {
  return new URL(url.endsWith('.json') ? url : `${url.replace(/\/$/, '')}/${feedFiles[signedBy]}`);
}

async function served(url: URL, host: Host): Promise<string> {
  const answer = await host.http.get(url.href, { maxBytes: limits.feedMaxBytes, timeoutMs: limits.evidenceTimeoutMs });
  if (answer.status !== 200)
    throw new GuardError('registry-unreachable', `cannot read the feed at ${url.host}`, { why: `it answered ${answer.status}` });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(answer.body);
  } catch (cause) {
    throw new GuardError('registry-answer-invalid', `the feed at ${url.host} is damaged`, { why: 'it is not valid UTF-8', cause });
  }
}
