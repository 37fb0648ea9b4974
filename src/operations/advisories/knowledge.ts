import { matchAdvisories } from '../../advisories/match.ts';
import type { Host } from '../../host/host.ts';
import { type AdvisoryHit, isStop } from '../../model/advisory.ts';
import type { Closure } from '../../model/artifact.ts';
import { artifactLabel } from '../../model/artifact.ts';
import type { Finding } from '../../model/finding.ts';
import type { KeptListing } from '../../model/listing.ts';
import { type Pin, pinnedRegistryNames } from '../../model/pin.ts';
import type { AdvisoryAge } from '../../model/results.ts';
import type { SealedPlace } from '../../model/ticket.ts';
import { epochMs } from '../../model/time.ts';
import type { PolicyLayer } from '../../policy/layers.ts';
import { type AdvisoryCache, readAdvisoryCache } from '../../store/advisories.ts';
import type { HitsRecord } from '../../store/hits.ts';
import { readListings } from '../../store/listings.ts';
import { type Override, readOverrides, withOverrides } from '../../store/overrides.ts';
import { type Asked, askedOf } from './asked.ts';
import { type FeedStanding, recallFeeds } from './feeds.ts';
import { listingsOf, saidOfListings } from './listings.ts';
import { recallOsv } from './osv-answer.ts';

/** Everything that is known here of advisories and revocations, without asking anybody. */
export interface AdvisoryKnowledge {
  readonly cache: AdvisoryCache;
  readonly feeds: readonly FeedStanding[];
  /** What the MCP registry answered last, by name. */
  readonly listings: ReadonlyMap<string, KeptListing>;
  readonly overrides: readonly Override[];
  /** The file of overrides cannot be understood, so that nothing is let pass. */
  readonly overridesDamaged: boolean;
}

/** @param layers the policies whose feeds count */
export async function recallKnowledge(layers: readonly PolicyLayer[], host: Host): Promise<AdvisoryKnowledge> {
  const [cache, feeds, listings, { overrides, damaged }] = await Promise.all([
    readAdvisoryCache(host),
    recallFeeds(layers, host),
    readListings(host),
    readOverrides(host),
  ]);
  return { cache, feeds, listings, overrides, overridesDamaged: damaged };
}

/** What is known against one server. */
export interface Known {
  readonly hits: readonly AdvisoryHit[];
  /** What else its registry says of it, which stops nothing. */
  readonly told: readonly Finding[];
  /** Since when the oldest part of it is known, ISO 8601; null = part of it was never asked. */
  readonly at: string | null;
}

/** What all sources say of one server and what it loads, with what was let pass. */
export async function hitsAbout(asked: Asked, { cache, feeds, listings, overrides }: AdvisoryKnowledge, host: Host): Promise<Known> {
  const osv = await recallOsv(asked, cache, host);
  const listed = saidOfListings(asked.listings ?? [], listings, host);
  const hits = [...osv.hits, ...feedHits(asked, feeds, host), ...listed.hits];
  return { hits: withOverrides(hits, overrides, host.now()), told: listed.findings, at: older(osv.at, listed.at) };
}

/** @param b absent = there is nothing to be known */
function older(a: string | null, b: string | null | undefined): string | null {
  if (b === undefined) return a;
  return a === null || b === null ? null : ([a, b].sort()[0] ?? null);
}

export function feedHits(asked: Asked, feeds: readonly FeedStanding[], host: Host): readonly AdvisoryHit[] {
  return feeds.flatMap(({ name, advisories, overridable }) => matchAdvisories(advisories, asked, { name, overridable }, host.now()));
}

/** What the launch path has to know about one pin. */
export function hitsRecord(pin: Pin, found: Pick<Known, 'hits' | 'at'>): HitsRecord {
  const hits = found.hits
    .filter(isStop)
    .map(({ id, kind, summary, source, subject, overriddenUntil }) => ({ id, kind, summary, source, subject, overriddenUntil }));
  return { label: artifactLabel(pin.artifact), at: found.at, hits };
}

/** Of a pin, as it stands in its lock. @param treeOf where its bytes are laid out; null = they are not */
export async function askedOfPin(pin: Pin, closure: Closure | null, treeOf: () => Promise<SealedPlace | null>, host: Host): Promise<Asked> {
  return { ...askedOf(pin.artifact, closure, pinnedRegistryNames(pin)), listings: await listingsOf(pin, treeOf, host) };
}

/** How old it all is. @param times one for each pin, as in `HitsRecord.at` @param whys why sources could not be asked now */
export function ageOf(
  times: readonly (string | null)[],
  whys: Pick<AdvisoryAge, 'why' | 'registry'>,
  knowledge: AdvisoryKnowledge,
  host: Host,
): AdvisoryAge {
  const never = times.filter((time) => time === null).length;
  return {
    at: never > 0 ? null : (times.toSorted()[0] ?? null),
    never,
    ...whys,
    feeds: knowledge.feeds.map(({ name, outcome, detail, expires }) => ({ name, outcome, detail, expires })),
    overrides: knowledge.overrides
      .filter(({ until }) => (epochMs(until) ?? 0) > host.now())
      .map(({ id, subject, until, reason }) => ({ id, subject, until, reason })),
    overridesDamaged: knowledge.overridesDamaged,
  };
}
