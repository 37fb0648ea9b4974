import { compare as comparePython, valid as validPython } from '@renovatebot/pep440';
import { compare, valid } from 'semver';
import type { Advisory, AdvisoryHit, AdvisoryMatch, AdvisoryRange, AffectedPackage } from '../model/advisory.ts';
import { epochMs } from '../model/time.ts';
import type { AskedPackage } from './subject.ts';

/** What else a server may be known by. */
export interface AskedServer {
  /** Of a remote server; null = it is none. */
  readonly origin: string | null;
  /** Its names in registries of servers, as far as they are known. */
  readonly registryNames: readonly string[];
}

/** Where records come from, and what that means for their hits. */
export interface AdvisorySource {
  readonly name: string;
  readonly overridable: boolean;
}

/**
 * Every record that is about one of these packages, or about the server: by package and version, by the hash of a file under
 * whatever name and version, by origin, by registry name. Withdrawn records are about nothing. In the order of the records,
 * each once per package.
 *
 * @param nowMs a withdrawal that lies ahead has not happened
 */
export function matchAdvisories(
  advisories: Iterable<Advisory>,
  asked: { readonly packages: readonly AskedPackage[]; readonly server: AskedServer },
  source: AdvisorySource,
  nowMs: number,
): readonly AdvisoryHit[] {
  const bySubject = groups(asked.packages, ({ subject }) => subject);
  const byHash = groups(asked.packages, ({ integrity }) => integrity);
  const hits: AdvisoryHit[] = [];
  for (const advisory of advisories) {
    if (isWithdrawn(advisory, nowMs)) continue;
    const found = new Map<string, Pick<AdvisoryHit, 'matched' | 'subject' | 'own'>>();
    const add = (subject: string, matched: AdvisoryMatch, own: boolean) => {
      const earlier = found.get(subject);
      found.set(subject, { subject, matched: earlier?.matched ?? matched, own: own || earlier?.own === true });
    };
    for (const hash of advisory.hashes) for (const pkg of byHash.get(hash) ?? []) add(label(pkg), 'hash', pkg.own);
    for (const entry of advisory.affected) {
      for (const pkg of bySubject.get(entry.subject) ?? []) if (isAffected(entry, pkg.version)) add(label(pkg), 'version', pkg.own);
    }
    const { origin, registryNames } = asked.server;
    if (origin !== null && advisory.origins.includes(origin)) add(origin, 'origin', true);
    for (const name of registryNames) if (advisory.registryNames.includes(name)) add(name, 'registry-name', true);
    const { id, kind, severity, summary } = advisory;
    const { name, overridable } = source;
    for (const one of found.values()) hits.push({ id, kind, severity, summary, source: name, overridable, overriddenUntil: null, ...one });
  }
  return hits;
}

/** True once the record says that it was taken back. */
export function isWithdrawn({ withdrawn }: Advisory, nowMs: number): boolean {
  const at = epochMs(withdrawn);
  return at !== null && at <= nowMs;
}

/** `name@version`, or the name alone. */
export function label({ name, version }: Pick<AskedPackage, 'name' | 'version'>): string {
  return version === '' ? name : `${name}@${version}`;
}

function groups(
  packages: readonly AskedPackage[],
  key: (pkg: AskedPackage) => string | null,
): ReadonlyMap<string, readonly AskedPackage[]> {
  const found = new Map<string, AskedPackage[]>();
  for (const pkg of packages) {
    const at = key(pkg);
    if (at === null) continue;
    const group = found.get(at);
    if (group === undefined) found.set(at, [pkg]);
    else group.push(pkg);
  }
  return found;
}

/**
 * True when a record covers a version of the package that it names. What cannot be compared counts as covered: a version
 * that no rule understands, an unknown kind of range. `introduced: "0"` is before every version. A version that nobody knows
 * (empty) is covered by what covers every version.
 *
 * @see https://ossf.github.io/osv-schema/#evaluation
 */
export function isAffected({ subject, ranges, versions }: AffectedPackage, version: string): boolean {
  if (ranges.length === 0 && versions.length === 0) return true;
  if (version === '') return ranges.some(({ type, events }) => type !== 'GIT' && coversAll(events));
  const order = orderOf(subject);
  if (versions.some((one) => one === version || order(one, version) === 0)) return true;
  // Commits say nothing about versions; where versions are listed too, the list is what counts.
  const comparable = ranges.filter(({ type }) => type !== 'GIT' || versions.length === 0);
  return comparable.some((range) => range.type === 'GIT' || isInRange(range, version, order));
}

/** From the first version on, with no end: whatever is served that day is covered. */
function coversAll(events: AdvisoryRange['events']): boolean {
  const closed = events.some(({ fixed, last_affected, limit }) => [fixed, last_affected, limit].some((end) => end !== undefined));
  return !closed && events.some(({ introduced }) => introduced === '0');
}

type Order = (a: string, b: string) => number | null;

function isInRange({ events }: AdvisoryRange, version: string, order: Order): boolean {
  const limits = events.flatMap(({ limit }) => limit ?? []).filter((limit) => limit !== '*');
  if (limits.length > 0 && limits.every((limit) => (order(version, limit) ?? -1) >= 0)) return false;
  const marks = events.flatMap(({ introduced, fixed, last_affected }) => [
    ...(fixed === undefined ? [] : [{ at: fixed, opens: false, inclusive: true }]),
    ...(last_affected === undefined ? [] : [{ at: last_affected, opens: false, inclusive: false }]),
    ...(introduced === undefined ? [] : [{ at: introduced, opens: true, inclusive: true }]),
  ]);
  let inside = marks.length === 0;
  const relation = (at: string) => (at === '0' ? 1 : order(version, at));
  // Unordered in the record; the nearest one at or before the version decides, and an opening one wins among equals.
  let nearest: string | null = null;
  for (const { at, opens, inclusive } of marks) {
    const after = relation(at);
    if (after === null) return true;
    if (after < 0 || (after === 0 && !inclusive)) continue;
    const newer = nearest === null ? 1 : between(at, nearest, order);
    if (newer === null) return true;
    if (newer < 0 || (newer === 0 && !opens)) continue;
    nearest = at;
    inside = opens;
  }
  return inside;
}

function between(a: string, b: string, order: Order): number | null {
  if (a === '0' || b === '0') return a === b ? 0 : a === '0' ? -1 : 1;
  return order(a, b);
}

/** How versions of an ecosystem are ordered; null = these two cannot be. */
function orderOf(subject: string): Order {
  if (subject.startsWith('pkg:pypi/')) {
    return (a, b) => (validPython(a) === null || validPython(b) === null ? null : comparePython(a, b));
  }
  return (a, b) => (valid(a) === null || valid(b) === null ? null : compare(a, b));
}
