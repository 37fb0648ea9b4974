import { dirname } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { epochMs } from '../model/time.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

// The launch path reads this: no schema library.

/** What keeps a pinned server from being started. */
export interface StoppingHit {
  readonly id: string;
  /** `malicious` or `revoked`. */
  readonly kind: string;
  /** The record's own words; attacker-controlled. */
  readonly summary: string;
  readonly source: string;
  /** What it is about. */
  readonly subject: string;
  /** ISO 8601: a person let it pass until then; null = nobody did. */
  readonly overriddenUntil: string | null;
}

/** What advisories and feeds say of one pinned server, compared before the launch. */
export interface HitsRecord {
  /** `subject@version` of the pin that it is about: it says nothing of another one under the same name. */
  readonly label: string;
  /** Since when the oldest part of what was compared is known, ISO 8601; null = part of it was never asked. */
  readonly at: string | null;
  readonly hits: readonly StoppingHit[];
}

/**
 * What is known about one server; null = nothing was ever compared. @throws GuardError `advisories-damaged`: whoever cannot
 * read what would stop a server does not start it.
 */
export async function readHits(place: ServerPlace, host: Host): Promise<HitsRecord | null> {
  let bytes: Uint8Array | null;
  try {
    bytes = await readOptional(hitsPath(place, host), limits.hitsMaxBytes, host);
  } catch (cause) {
    throw damaged(place, cause instanceof GuardError ? (cause.why ?? cause.message) : 'it cannot be read', cause);
  }
  if (bytes === null) return null;
  const file = parseRecord(bytes);
  const body = isObject(file) ? file['hits'] : undefined;
  if (!isObject(file) || !isObject(body) || file['seal'] !== sealOf(body)) throw damaged(place, 'it does not fit its seal');
  const record = asRecord(body);
  if (record === null) throw damaged(place, 'this version of pinfold does not understand it');
  return record;
}

/** Absolute path of what is known about one server. */
export function hitsPath(place: ServerPlace, host: Host): string {
  return serverFile('hits', place, host);
}

/** The folder that has to be watched to hear of changes. */
export function hitsFolder(place: ServerPlace, host: Host): string {
  return dirname(hitsPath(place, host));
}

/** The hits that stop a pin now. */
export function stoppingNow(record: HitsRecord | null, label: string, nowMs: number): readonly StoppingHit[] {
  if (record === null || record.label !== label) return [];
  return record.hits.filter(({ overriddenUntil }) => (epochMs(overriddenUntil) ?? 0) <= nowMs);
}

/** The write that makes this all that is known (null = that forgets it). A damaged file is replaced. */
export async function planHits(place: ServerPlace, record: HitsRecord | null, host: Host): Promise<PlannedWrite> {
  const path = hitsPath(place, host);
  const before = await readOptional(path, limits.hitsMaxBytes, host);
  return { path, before, after: record === null ? null : Buffer.from(printHits(record)), mode: 0o600 };
}

/** Writes it at once, where it differs. @throws GuardError `file-unwritable` */
export async function writeHits(place: ServerPlace, record: HitsRecord, host: Host): Promise<void> {
  const path = hitsPath(place, host);
  const text = printHits(record);
  const before = await host.files.readText(path, limits.hitsMaxBytes).catch(() => null);
  if (before !== text) await host.files.writeAtomic(path, text);
}

function printHits(record: HitsRecord): string {
  const hits = record.hits.slice(0, limits.hitsMaxPerServer);
  const body = { version: 1, label: record.label, at: record.at, hits } as unknown as JsonObject;
  return `${JSON.stringify({ seal: sealOf(body), hits: body })}\n`;
}

function asRecord(body: JsonObject): HitsRecord | null {
  const { version, label, at, hits } = body;
  if (version !== 1 || typeof label !== 'string' || !(at === null || typeof at === 'string') || !Array.isArray(hits)) return null;
  return hits.every(isHit) ? { label, at, hits: hits as unknown as readonly StoppingHit[] } : null;
}

function isHit(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { id, kind, summary, source, subject, overriddenUntil } = value;
  const texts = [id, kind, summary, source, subject].every((text) => typeof text === 'string');
  return texts && (overriddenUntil === null || typeof overriddenUntil === 'string');
}

function sealOf(body: JsonValue): string | null {
  try {
    return digestValue(body);
  } catch {
    return null; // a lone surrogate has no canonical form
  }
}

function damaged({ name }: ServerPlace, why: string, cause: unknown = undefined): GuardError {
  return new GuardError('advisories-damaged', `what is known of advisories about \`${name}\` is damaged`, {
    why,
    hint: 'pinfold advisories refresh --offline',
    ...(cause === undefined ? {} : { cause }),
  });
}
