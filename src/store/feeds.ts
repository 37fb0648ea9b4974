import { join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import type { Advisory } from '../model/advisory.ts';
import { digestBytes, digestHex } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { advisorySchema } from './advisories.ts';
import { parseRecord } from './json-file.ts';
import { readOptional } from './read-optional.ts';

/** The newest version of a feed that was verified here. */
export interface FeedState {
  readonly name: string;
  readonly version: number;
  /** Of the signed bytes. */
  readonly digest: string;
  /** ISO 8601. */
  readonly expires: string;
  /** When it was last had and verified; ISO 8601. */
  readonly at: string;
  readonly advisories: readonly Advisory[];
}

const schema = z.object({
  format: z.literal(1),
  name: z.string(),
  version: z.number().int(),
  digest: z.string(),
  expires: z.string(),
  at: z.string(),
  advisories: z.array(advisorySchema),
});

/** Which feed it is: its name and who signs it, so that it may move to another address and is still remembered. */
export interface FeedIdentity {
  readonly name: string;
  /** The key's text, or issuer and subject, as the policy says them. */
  readonly signer: string;
}

function statePath({ name, signer }: FeedIdentity, host: Host): string {
  return join(host.places.data, 'feeds', `${name}-${digestHex(digestBytes(signer)).slice(0, 16)}.json`);
}

/** What was seen of a feed; null = nothing. @throws GuardError `file-unreadable` when that is damaged: what is older cannot be told then. */
export async function readFeedState(feed: FeedIdentity, host: Host): Promise<FeedState | null> {
  const path = statePath(feed, host);
  const bytes = await readOptional(path, limits.feedMaxBytes * 2, host);
  if (bytes === null) return null;
  const parsed = schema.safeParse(parseRecord(bytes));
  if (parsed.success && parsed.data.name === feed.name) return parsed.data;
  throw new GuardError('file-unreadable', `what was seen of the feed ${feed.name} is damaged`, {
    why: path,
    hint: `remove ${path}, and refresh: pinfold advisories refresh`,
  });
}

/** Remembers a newer version; an older one never takes its place, whoever was first. @throws GuardError `file-unwritable` */
export async function writeFeedState(feed: FeedIdentity, state: FeedState, host: Host): Promise<void> {
  const path = statePath(feed, host);
  await host.files.locked(path, async () => {
    const before = await readFeedState(feed, host);
    if (before !== null && before.version > state.version) return;
    await host.files.writeAtomic(path, `${JSON.stringify({ format: 1, ...state })}\n`);
  });
}
