import { join, resolve } from 'node:path';
import { type FeedDocument, feedFiles, parseFeed, parseFeedRecord } from '../../advisories/feed.ts';
import type { Host } from '../../host/host.ts';
import type { BuiltFeed } from '../../model/advisory.ts';
import { GuardError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { parseStrict } from '../../model/strict-json.ts';
import { isoTime } from '../../model/time.ts';
import { signEnvelope, verifyEnvelope } from '../../provenance/dsse.ts';
import type { SigningServices } from '../../provenance/sign-bundle.ts';
import { readOptional, utf8 } from '../../store/read-optional.ts';
import { secretKeyIn } from '../local-keys.ts';
import { signAsJob } from '../signing/sign-bytes.ts';

export interface BuildFeedRequest {
  /** Holds `records/`, and gets the signed feed. */
  readonly folder: string;
  /** null = that of the feed that is there. */
  readonly name: string | null;
  /** Days for which it is good. */
  readonly days: number;
  /** null = one more than the feed that is there. */
  readonly version: number | null;
  readonly with: { readonly keyFile: string } | { readonly services: SigningServices };
}

/**
 * Signs every record of a folder as one feed: what follows the version that is there, good for so many days. A record that
 * cannot be understood, or that names nothing, is signed by nobody.
 *
 * @throws GuardError `usage`, `feed-invalid`, `key-invalid`, `key-locked`, `signing-unavailable`, those of reading and writing
 */
export async function buildFeed(request: BuildFeedRequest, host: Host): Promise<BuiltFeed> {
  const folder = resolve(host.places.cwd, request.folder);
  const signing = 'keyFile' in request.with ? await secretKeyIn(resolve(host.places.cwd, request.with.keyFile), host) : null;
  const file = join(folder, signing === null ? feedFiles.identity : feedFiles.key);
  const before = await readOptional(file, limits.feedMaxBytes, host);
  const last = before === null ? null : lastFeed(before, signing === null ? null : signing.key.publicKey, file);
  const name = request.name ?? last?.name;
  if (name === undefined)
    throw new GuardError('usage', 'a new feed needs a name', { why: 'who holds it knows it by its name', hint: '--name acme' });
  if (last !== null && last.name !== name) throw invalid(file, `it is the feed ${last.name}; a folder holds one feed`);
  const version = request.version ?? (last?.version ?? 0) + 1;
  if (last !== null && version <= last.version) throw invalid(file, `it has version ${last.version}, and versions only grow`);
  if (!Number.isInteger(request.days) || request.days < 1 || request.days > 366)
    throw new GuardError('usage', '--days is between 1 and 366', {
      why: 'whoever holds an old feed back is noticed when it runs out',
      hint: '--days 30',
    });
  const nowMs = host.now();
  const document: FeedDocument = {
    format: 1,
    name,
    version,
    created: isoTime(nowMs),
    expires: isoTime(nowMs + request.days * 86_400_000),
    records: [...(await recordsIn(folder, host))],
  };
  const bytes = Buffer.from(`${JSON.stringify(document)}\n`);
  const parsed = parseFeed(bytes);
  if (typeof parsed === 'string') throw invalid(folder, parsed);
  const { payloadType } = signingContexts.feed;
  const signed = signing === null ? await keyless(bytes, request, host) : signEnvelope(payloadType, bytes, signing.key);
  await host.files.writeAtomic(file, `${JSON.stringify(signed)}\n`, { mode: 0o644, expect: before });
  const fingerprint = signing === null ? null : signing.key.publicKey.fingerprint;
  return { name, version, expires: document.expires, records: document.records.length, file, fingerprint };
}

/** The feed that is there. With another key it is somebody else's, or the key was changed: both are for a person to sort out. */
function lastFeed(bytes: Uint8Array, key: Parameters<typeof verifyEnvelope>[1]['keys'][number] | null, file: string): FeedDocument {
  const value = parseStrict(utf8(bytes) ?? '');
  const { payloadType } = signingContexts.feed;
  const payload = key === null ? bundlePayload(value) : verifyEnvelope(value, { payloadType, keys: [key] });
  if (payload.outcome !== 'verified') throw invalid(file, `${payload.why}; to begin again, take the file away and say --version`);
  const parsed = parseFeed(payload.payload);
  if (typeof parsed === 'string') throw invalid(file, parsed);
  return parsed.document;
}

/** Of a feed of one's own: only its version is gone on from, and whoever reads the new one compares that with what he saw. */
function bundlePayload(value: unknown) {
  const payload = (value as { readonly dsseEnvelope?: { readonly payload?: unknown } } | null)?.dsseEnvelope?.payload;
  return typeof payload === 'string'
    ? ({ outcome: 'verified', payload: Buffer.from(payload, 'base64') } as const)
    : ({ outcome: 'invalid', why: 'it is no bundle with an envelope' } as const);
}

async function recordsIn(folder: string, host: Host): Promise<readonly JsonObject[]> {
  const records: JsonObject[] = [];
  for (const file of (await host.files.list(join(folder, 'records'))).filter((one) => one.endsWith('.json'))) {
    const path = join(folder, 'records', file);
    const record = parseStrict(await host.files.readText(path, limits.advisoryMaxBytes));
    const parsed = parseFeedRecord(record);
    if (parsed === null) throw invalid(path, 'it is no record in OSV form, or names nothing that can be compared');
    if (`${parsed.id}.json` !== file) throw invalid(path, `it is the record ${parsed.id}`);
    records.push(record as JsonObject);
  }
  return records;
}

function keyless(bytes: Uint8Array, request: BuildFeedRequest, host: Host): Promise<unknown> {
  if (!('services' in request.with)) throw new TypeError('a key, or an identity');
  return signAsJob(signingContexts.feed, bytes, request.with.services, host);
}

function invalid(what: string, why: string): GuardError {
  return new GuardError('feed-invalid', `${what}: nothing was signed`, { why });
}
