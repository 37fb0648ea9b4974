import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchFeed } from '../../advisories/feed.ts';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { checkFeed } from '../advisories/feeds.ts';

export interface VerifyFeedRequest {
  /** Folder, file, or address. */
  readonly place: string;
  readonly name: string;
  readonly signer: { readonly keyFile: string } | { readonly issuer: string; readonly subject: string };
}

export interface VerifiedFeed {
  readonly name: string;
  readonly version: number;
  readonly created: string;
  readonly expires: string;
  /** Attacker-controlled text. */
  readonly records: readonly { readonly id: string; readonly summary: string }[];
}

/**
 * Compares a feed with its key or identity, as a machine that never saw it would. Remembers nothing.
 *
 * @throws GuardError `feed-invalid` with what is wrong, `key-invalid`, those of reading
 */
export async function verifyFeed({ place, name, signer }: VerifyFeedRequest, host: Host): Promise<VerifiedFeed> {
  const url = /^(https?|file):/i.test(place) ? place : pathToFileURL(resolve(host.places.cwd, place)).href;
  const isKey = 'keyFile' in signer;
  const key = isKey ? await host.files.readText(resolve(host.places.cwd, signer.keyFile), limits.declaredMaxBytes) : undefined;
  const signed = await fetchFeed(url, isKey ? 'key' : 'identity', host);
  const checked = await checkFeed(signed, { name, ...(isKey ? { key } : { identity: signer }) }, null, host);
  if ('why' in checked) throw new GuardError('feed-invalid', `the feed at ${place} is ${checked.outcome}`, { why: checked.why });
  const { version, created, expires } = checked.document;
  return { name, version, created, expires, records: checked.advisories.map(({ id, summary }) => ({ id, summary })) };
}
