import { dirname } from 'node:path';
import type { Host } from '../../host/host.ts';
import { type AdvisoryHit, isStop } from '../../model/advisory.ts';
import { reasonOf } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import { limits } from '../../model/limits.ts';
import type { LockScope, Pin } from '../../model/pin.ts';
import { type ArchiveState, readArchives } from '../../store/advisory-archive.ts';
import { writeHits } from '../../store/hits.ts';
import { type Home, projectHome, readClosure, readLock, userHome } from '../../store/home.ts';
import { readPolicies } from '../../store/policies.ts';
import { readTicket } from '../../store/ticket.ts';
import { listTickets } from '../../store/tickets.ts';
import { lockStanding } from '../lock/lock-standing.ts';
import type { Asked } from './asked.ts';
import { type FeedStanding, refreshFeeds } from './feeds.ts';
import { askedOfPin, hitsAbout, hitsRecord, recallKnowledge } from './knowledge.ts';
import { type ListingsStanding, refreshListings } from './listings.ts';
import { coveredBy, refreshOsv } from './osv-answer.ts';

/** How public advisories could be had. */
export interface OsvStanding {
  /** Packages that were asked about. */
  readonly packages: number;
  /** Why they could not be; null = they were. */
  readonly why: string | null;
}

/** What is known of one pin after a refresh. */
export interface RefreshedServer {
  readonly scope: LockScope;
  /** Real path of the project's folder; null for user scope. */
  readonly project: string | null;
  readonly name: string;
  readonly at: string | null;
  /** Of every kind. */
  readonly hits: readonly AdvisoryHit[];
  /** What else its registry says of it, which stops nothing. */
  readonly told: readonly Finding[];
  /** What is known could not be written down for the next launch; null = it was. */
  readonly unwritten: string | null;
}

export interface Refreshed {
  readonly osv: OsvStanding;
  readonly registry: ListingsStanding;
  readonly archives: readonly ArchiveState[];
  readonly feeds: readonly FeedStanding[];
  /** Every pin of every lock of this machine, user scope first. */
  readonly servers: readonly RefreshedServer[];
  /** Locks that could not be read: what is known of their pins stays what it was. */
  readonly unread: readonly { readonly place: string; readonly why: string }[];
}

interface FoundPin {
  readonly home: Home;
  readonly name: string;
  readonly pin: Pin;
  readonly asked: Asked;
  /** False: it came with a clone that nobody trusted here. It is asked about, and nothing of it is believed or kept. */
  readonly counts: boolean;
}

/**
 * Asks every source about every pin of this machine, and writes down for the next launches what stops them. What cannot be
 * asked keeps what is known. Bounded: no source may take longer than its deadline.
 *
 * @param more what else is asked about, so that it is known afterwards: entries that no pin stands behind
 */
export async function refreshAdvisories(
  { project, more = [] }: { readonly project: string | null; readonly more?: readonly Asked[] },
  host: Host,
): Promise<Refreshed> {
  const { pins, unread } = await allPins(project, host);
  const all = [...pins.map(({ asked }) => asked), ...more].flatMap(coveredBy);
  const packages = [...new Map(all.map((pkg) => [`${pkg.subject}@${pkg.version}`, pkg])).values()];
  const homes = [...new Set(pins.map(({ home }) => home))];
  const believed = (home: Home) => (pins.some((one) => one.home === home && one.counts) ? home.project : null);
  // The feeds of a clone that nobody trusted are addresses of a stranger.
  const policies = new Map(
    await Promise.all(homes.map(async (home) => [home, (await readPolicies(host, believed(home))).layers] as const)),
  );
  const own = (await readPolicies(host, null)).layers;
  // Names that came with such a clone are the words of a stranger: nobody is asked about them.
  const listings = pins.filter(({ counts }) => counts).flatMap(({ asked }) => asked.listings ?? []);
  const [why, feeds, registry] = await Promise.all([
    osvAsked(packages, host),
    refreshFeeds([...own, ...[...policies.values()].flat()], host),
    refreshListings(listings, host),
  ]);
  const servers: RefreshedServer[] = [];
  for (const home of homes) {
    const knowledge = await recallKnowledge(policies.get(home) ?? own, host);
    for (const { name, pin, asked, counts } of pins.filter((one) => one.home === home)) {
      const found = await hitsAbout(asked, knowledge, host);
      const place = { name, scope: home.scope, project: home.project };
      const unwritten = counts ? await writeHits(place, hitsRecord(pin, found), host).then(() => null, reasonOf) : null;
      servers.push({ scope: home.scope, project: home.project, name, ...found, unwritten });
    }
  }
  const archives = await readArchives(host).catch(() => []);
  return { osv: { packages: packages.length, why }, registry, archives, feeds, servers, unread };
}

async function osvAsked(packages: Parameters<typeof refreshOsv>[0], host: Host): Promise<string | null> {
  if (packages.length === 0) return null;
  return refreshOsv(packages, host, limits.refreshTimeoutMs).then(() => null, reasonOf);
}

/** The pins of the user, of the project around, and of every project that something was approved in. */
async function allPins(project: string | null, host: Host) {
  const elsewhere = (await listTickets(host)).filter(({ scope }) => scope === 'project').map(({ lockPath }) => dirname(dirname(lockPath)));
  const projects = [...new Set([...(project === null ? [] : [project]), ...elsewhere])];
  const pins: FoundPin[] = [];
  const unread: { readonly place: string; readonly why: string }[] = [];
  for (const folder of [null, ...projects]) {
    try {
      const home = folder === null ? userHome(host) : await projectHome(folder, host);
      const lockFile = await readLock(home, host);
      const { lock } = lockFile;
      const counts = (await lockStanding(home, lockFile, host)).counts !== 'no';
      for (const [name, pin] of Object.entries(lock.pins)) {
        // Without its closure a pin is known by itself: that is less than all, and more than nothing.
        const closure = await readClosure(home, lock, name, host).catch(() => null);
        const treeOf = async () => (await readTicket(name, home.scope, home.project, host).catch(() => null))?.tree ?? null;
        pins.push({ home, name, pin, asked: await askedOfPin(pin, closure, treeOf, host), counts });
      }
    } catch (cause) {
      unread.push({ place: folder ?? host.places.config, why: reasonOf(cause) });
    }
  }
  return { pins, unread };
}

/** True when something was found that keeps a server from being started. */
export function isStopped({ hits }: RefreshedServer): boolean {
  return hits.some((hit) => isStop(hit) && hit.overriddenUntil === null);
}
