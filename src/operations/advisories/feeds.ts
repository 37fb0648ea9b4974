import { feedFault, fetchFeed, type ParsedFeed, parseFeed } from '../../advisories/feed.ts';
import type { Host } from '../../host/host.ts';
import type { Advisory } from '../../model/advisory.ts';
import { digestBytes } from '../../model/digest.ts';
import { GuardError, withWhy } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import { type Evidence, feedSource, type Outcome } from '../../model/outcome.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { epochMs, isoTime } from '../../model/time.ts';
import type { PolicyLayer } from '../../policy/layers.ts';
import type { FeedEntry } from '../../policy/schema.ts';
import { type FeedIdentity, type FeedState, readFeedState, writeFeedState } from '../../store/feeds.ts';
import { type LoadTrust, machineTrust } from '../vouch/trust.ts';

/** A feed that a policy names, and how it stands. */
export interface FeedStanding {
  readonly name: string;
  readonly url: string;
  /** `verified`: genuine and not run out. */
  readonly outcome: Outcome;
  /** Lower-case English fragment; may hold remote text. */
  readonly detail: string;
  /** The newest version that was ever verified here; null = none was. */
  readonly version: number | null;
  readonly expires: string | null;
  /** When it was last had; ISO 8601. */
  readonly at: string | null;
  /** Records of that version go on counting, whatever came of the feed since. */
  readonly advisories: readonly Advisory[];
  /** A person may let a record pass for a time: not where the machine's owner chose the feed. */
  readonly overridable: boolean;
  readonly required: boolean;
}

/** Every feed of every policy, once each; the same feed in two policies has the stricter words of both. */
export function feedsOf(layers: readonly PolicyLayer[]): readonly (FeedEntry & { readonly overridable: boolean })[] {
  const found = new Map<string, FeedEntry & { readonly overridable: boolean }>();
  for (const { layer, policy } of layers) {
    for (const feed of policy.feeds ?? []) {
      const key = JSON.stringify([feed.name, signerOf(feed)]);
      const other = found.get(key);
      const required = feed.required === true || other?.required === true;
      found.set(key, { ...(other ?? feed), required, overridable: layer !== 'managed' && other?.overridable !== false });
    }
  }
  return [...found.values()];
}

function signerOf({ key, identity }: FeedEntry): string {
  return key ?? JSON.stringify([identity?.issuer, identity?.subject]);
}

/** Asks every feed at the same time, verifies what comes, and remembers it. What cannot be had or used is said, and never forgotten. */
export async function refreshFeeds(layers: readonly PolicyLayer[], host: Host): Promise<readonly FeedStanding[]> {
  return Promise.all(feedsOf(layers).map((feed) => standingOf(feed, host, true)));
}

/** The same without asking anybody. */
export async function recallFeeds(layers: readonly PolicyLayer[], host: Host): Promise<readonly FeedStanding[]> {
  return Promise.all(feedsOf(layers).map((feed) => standingOf(feed, host, false)));
}

async function standingOf(feed: FeedEntry & { readonly overridable: boolean }, host: Host, ask: boolean): Promise<FeedStanding> {
  const common = { name: feed.name, url: feed.url, overridable: feed.overridable, required: feed.required === true };
  const id: FeedIdentity = { name: feed.name, signer: signerOf(feed) };
  try {
    const seen = await readFeedState(id, host);
    const fresh = ask ? await newest(feed, seen, host) : null;
    const state = fresh?.state ?? seen;
    if (fresh?.state != null) await writeFeedState(id, fresh.state, host);
    const known = {
      version: state?.version ?? null,
      expires: state?.expires ?? null,
      at: state?.at ?? null,
      advisories: state?.advisories ?? [],
    };
    if (fresh !== null && fresh.state === null) return { ...common, ...known, outcome: fresh.outcome, detail: fresh.why };
    if (state === null) return { ...common, ...known, outcome: 'unavailable', detail: 'it was never had' };
    const ranOut = (epochMs(state.expires) ?? 0) <= host.now();
    const detail = `version ${state.version}, had on ${state.at.slice(0, 10)}, ${ranOut ? 'ran out' : 'good until'} ${ranOut ? 'on ' : ''}${state.expires.slice(0, 10)}`;
    return { ...common, ...known, outcome: ranOut ? 'unavailable' : 'verified', detail };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    const detail = withWhy(cause);
    return {
      ...common,
      outcome: cause.code === 'file-unreadable' ? 'invalid' : 'unavailable',
      detail,
      version: null,
      expires: null,
      at: null,
      advisories: [],
    };
  }
}

type Newest = { readonly state: FeedState } | { readonly state: null; readonly outcome: Outcome; readonly why: string };

async function newest(feed: FeedEntry, seen: FeedState | null, host: Host): Promise<Newest> {
  let signed: unknown;
  try {
    signed = await fetchFeed(feed.url, feed.key === undefined ? 'identity' : 'key', host);
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    const why = withWhy(cause);
    return { state: null, outcome: cause.code === 'json-invalid' ? 'invalid' : 'unavailable', why };
  }
  const checked = await checkFeed(signed, feed, seen, host);
  if ('why' in checked) return { state: null, ...checked };
  const { document, advisories, digest } = checked;
  return { state: { name: feed.name, version: document.version, digest, expires: document.expires, at: isoTime(host.now()), advisories } };
}

export type CheckedFeed = (ParsedFeed & { readonly digest: string }) | { readonly outcome: Outcome; readonly why: string };

/** Signature, then content, then whether it is the one that should be there. @param signed attacker-controlled JSON value */
export async function checkFeed(
  signed: unknown,
  feed: Pick<FeedEntry, 'name' | 'key' | 'identity'>,
  seen: Pick<FeedState, 'version' | 'digest'> | null,
  host: Host,
  trust: LoadTrust = machineTrust,
): Promise<CheckedFeed> {
  const verdict = await signedBytes(signed, feed, host, trust);
  if ('why' in verdict) return verdict;
  const parsed = parseFeed(verdict.bytes);
  if (typeof parsed === 'string') return { outcome: 'invalid', why: parsed };
  const digest = digestBytes(verdict.bytes);
  const fault = feedFault(parsed.document, digest, { name: feed.name, seen, nowMs: host.now() });
  return fault ?? { ...parsed, digest };
}

/** Loaded when there is a feed: the launch path and most commands never need it. */
async function signedBytes(
  signed: unknown,
  { key, identity }: Pick<FeedEntry, 'key' | 'identity'>,
  host: Host,
  trustOf: LoadTrust,
): Promise<{ readonly bytes: Uint8Array } | { readonly outcome: Outcome; readonly why: string }> {
  const { payloadType, namespace } = signingContexts.feed;
  if (key !== undefined) {
    const [{ verifyEnvelope }, { readPublicKeys }] = await Promise.all([
      import('../../provenance/dsse.ts'),
      import('../../provenance/public-keys.ts'),
    ]);
    const verdict = verifyEnvelope(signed, { payloadType, namespace, keys: readPublicKeys(key) });
    if (verdict.outcome === 'verified') return { bytes: verdict.payload };
    // A signature of somebody else is no signature of this feed.
    return { outcome: verdict.outcome === 'unavailable' ? 'unavailable' : 'invalid', why: verdict.why };
  }
  const [{ verifyBundle }, trust] = await Promise.all([import('../../provenance/bundle.ts'), trustOf(host)]);
  const verdict = verifyBundle(signed, trust, null);
  if (verdict.outcome !== 'verified') return verdict;
  const { builder, payload } = verdict.bundle;
  if (builder === null || builder.issuer !== identity?.issuer || builder.subject !== identity.subject) {
    return { outcome: 'invalid', why: `it is signed by ${builder?.subject ?? 'nobody'} (${builder?.issuer ?? 'no issuer'})` };
  }
  if (payload?.type !== payloadType) return { outcome: 'invalid', why: 'it was signed for another purpose' };
  return { bytes: payload.bytes };
}

/** One line for each feed. */
export function feedEvidence(feeds: readonly FeedStanding[]): readonly Evidence[] {
  return feeds.map(({ name, outcome, detail }) => ({ source: feedSource(name), outcome, detail }));
}

/** One finding for each feed that cannot be used. */
export function feedFindings(feeds: readonly FeedStanding[]): readonly Finding[] {
  return feeds
    .filter(({ outcome }) => outcome !== 'verified')
    .map(({ name, outcome, detail }) => finding('feed-unusable', name, { outcome, why: detail }));
}
