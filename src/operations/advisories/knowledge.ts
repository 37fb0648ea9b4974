import { matchAdvisories } from '../../advisories/match.ts';
import type { Host } from '../../host/host.ts';
import { type AdvisoryHit, isStop } from '../../model/advisory.ts';
import type { Closure } from '../../model/artifact.ts';
import { artifactLabel } from '../../model/artifact.ts';
import type { Pin } from '../../model/pin.ts';
import type { AdvisoryAge } from '../../model/results.ts';
import { epochMs } from '../../model/time.ts';
import type { PolicyLayer } from '../../policy/layers.ts';
import { type AdvisoryCache, readAdvisoryCache } from '../../store/advisories.ts';
import type { HitsRecord } from '../../store/hits.ts';
import { type Override, readOverrides, withOverrides } from '../../store/overrides.ts';
import { type Asked, askedOf } from './asked.ts';
import { type FeedStanding, recallFeeds } from './feeds.ts';
import { recallOsv } from './osv-answer.ts';

/** Everything that is known here of advisories and revocations, without asking anybody. */
export interface AdvisoryKnowledge {
  readonly cache: AdvisoryCache;
  readonly feeds: readonly FeedStanding[];
  readonly overrides: readonly Override[];
  /** The file of overrides cannot be understood, so that nothing is let pass. */
  readonly overridesDamaged: boolean;
}

/** @param layers the policies whose feeds count */
export async function recallKnowledge(layers: readonly PolicyLayer[], host: Host): Promise<AdvisoryKnowledge> {
  const [cache, feeds, { overrides, damaged }] = await Promise.all([
    readAdvisoryCache(host),
    recallFeeds(layers, host),
    readOverrides(host),
  ]);
  return { cache, feeds, overrides, overridesDamaged: damaged };
}

/** What all sources say of one server and what it loads, with what was let pass. `at`: as in `OsvAnswer`. */
export async function hitsAbout(
  asked: Asked,
  { cache, feeds, overrides }: AdvisoryKnowledge,
  host: Host,
): Promise<{ readonly hits: readonly AdvisoryHit[]; readonly at: string | null }> {
  const osv = await recallOsv(asked, cache, host);
  const hits = [...osv.hits, ...feedHits(asked, feeds, host)];
  return { hits: withOverrides(hits, overrides, host.now()), at: osv.at };
}

export function feedHits(asked: Asked, feeds: readonly FeedStanding[], host: Host): readonly AdvisoryHit[] {
  return feeds.flatMap(({ name, advisories, overridable }) => matchAdvisories(advisories, asked, { name, overridable }, host.now()));
}

/** What the launch path has to know about one pin. */
export function hitsRecord(pin: Pin, found: Awaited<ReturnType<typeof hitsAbout>>): HitsRecord {
  const hits = found.hits
    .filter(isStop)
    .map(({ id, kind, summary, source, subject, overriddenUntil }) => ({ id, kind, summary, source, subject, overriddenUntil }));
  return { label: artifactLabel(pin.artifact), at: found.at, hits };
}

/** Of a pin, as it stands in its lock. */
export function askedOfPin(pin: Pin, closure: Closure | null): Asked {
  return askedOf(pin.artifact, closure, pin.closure === null ? [] : pin.release?.registryNames);
}

/** How old it all is. @param times one for each pin, as in `HitsRecord.at` */
export function ageOf(times: readonly (string | null)[], why: string | null, knowledge: AdvisoryKnowledge, host: Host): AdvisoryAge {
  const never = times.filter((time) => time === null).length;
  return {
    at: never > 0 ? null : (times.toSorted()[0] ?? null),
    never,
    why,
    feeds: knowledge.feeds.map(({ name, outcome, detail, expires }) => ({ name, outcome, detail, expires })),
    overrides: knowledge.overrides
      .filter(({ until }) => (epochMs(until) ?? 0) > host.now())
      .map(({ id, subject, until, reason }) => ({ id, subject, until, reason })),
    overridesDamaged: knowledge.overridesDamaged,
  };
}
