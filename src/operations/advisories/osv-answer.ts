import { isWithdrawn, label, matchAdvisories } from '../../advisories/match.ts';
import { fetchRecords, osvBase, queryOsv } from '../../advisories/osv.ts';
import type { AskedPackage } from '../../advisories/subject.ts';
import { osvName } from '../../advisories/subject.ts';
import type { Host } from '../../host/host.ts';
import type { Advisory, AdvisoryHit } from '../../model/advisory.ts';
import { GuardError, reasonOf } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { epochMs, isoTime } from '../../model/time.ts';
import { type AdvisoryCache, addToAdvisoryCache, askedKey, readAdvisoryCache } from '../../store/advisories.ts';
import { archivedAbout, readArchives } from '../../store/advisory-archive.ts';
import type { Asked } from './asked.ts';

/** What public advisories say of one server and everything that it loads. */
export interface OsvAnswer {
  readonly hits: readonly AdvisoryHit[];
  /** Packages that could be asked about. */
  readonly packages: number;
  /** Of those, how many nothing is known of: never asked, and in no imported database. */
  readonly unknown: number;
  /** Since when the oldest part of it is known, ISO 8601; null = of some package nothing is known. */
  readonly at: string | null;
  /** `at` is at most a day ago. */
  readonly fresh: boolean;
  /** Records that name a package and could not be read; malware is among the hits all the same. */
  readonly unread: readonly string[];
  /** Why the service was not asked, or what came of it; null = it answered. */
  readonly why: string | null;
}

/**
 * Asks the service about every package, and remembers what it said. Where it cannot be asked, what is remembered counts,
 * with its age. A database that was imported counts always.
 */
export async function askOsv(asked: Asked, host: Host): Promise<OsvAnswer> {
  const packages = coveredBy(asked);
  let why: string | null = null;
  if (packages.length > 0) {
    try {
      await refreshOsv(packages, host);
    } catch (cause) {
      why = reasonOf(cause);
    }
  }
  const recalled = await recallOsv(asked, await readAdvisoryCache(host), host);
  return { ...recalled, why: why ?? recalled.why };
}

/** @throws GuardError when nobody answers, or what is answered makes no sense */
export async function refreshOsv(
  packages: readonly AskedPackage[],
  host: Host,
  timeoutMs: number = limits.evidenceTimeoutMs,
): Promise<void> {
  const base = osvBase(host);
  if (base === null) throw new GuardError('offline', 'not asked', { why: 'PINFOLD_OSV_URL says off' });
  const deadlineMs = host.now() + timeoutMs;
  const answers = await queryOsv(packages, base, deadlineMs, host);
  const cache = await readAdvisoryCache(host);
  const named = new Map(answers.flat().map((one) => [one.id, one.modified]));
  const wanted = [...named].filter(([id, modified]) => cache.records.get(id)?.modified !== modified).map(([id]) => id);
  const fetched = await fetchRecords(wanted, base, deadlineMs, host);
  const at = isoTime(host.now());
  const records = new Map([...fetched].flatMap(([id, record]): [string, Advisory][] => (record === null ? [] : [[id, record]])));
  const added: AdvisoryCache = {
    asked: new Map(packages.map((pkg, index) => [askedKey(pkg), { at, ids: [...new Set(answers[index]?.map(({ id }) => id))] }])),
    records,
  };
  await addToAdvisoryCache(added, host);
}

/** What is remembered and imported, without asking anybody. A damaged database is never fresh, and takes no hit of the rest away. */
export async function recallOsv(asked: Asked, cache: AdvisoryCache, host: Host): Promise<OsvAnswer> {
  const packages = coveredBy(asked);
  const { archives, about, damage } = await imported(packages, host);
  const known = packages.map((pkg) => ({
    pkg,
    answer: cache.asked.get(askedKey(pkg)),
    archive: archives.find(({ type }) => isOf(pkg, type)),
  }));
  const ids = new Set(known.flatMap(({ answer }) => answer?.ids ?? []));
  const records = [...ids].flatMap((id) => cache.records.get(id) ?? []);
  const all = new Map<string, Advisory>();
  for (const record of [...about, ...records]) {
    const other = all.get(record.id);
    // The newer one: it may say that the record was taken back, or that it covers more.
    if (other === undefined || (epochMs(other.modified) ?? 0) <= (epochMs(record.modified) ?? 0)) all.set(record.id, record);
  }
  const unread = [...ids].filter((id) => !all.has(id));
  const source = { name: 'osv', overridable: true };
  const hits = [...matchAdvisories(all.values(), { ...asked, packages }, source, host.now()), ...unreadMalware(known, unread)];
  const times = known.map(({ answer, archive }) => newest(answer?.at, archive?.at));
  const at = times.some((time) => time === null) ? null : (times.toSorted()[0] ?? isoTime(host.now()));
  const atMs = epochMs(at);
  return {
    hits: withoutAliases(hits, all, host.now()),
    packages: packages.length,
    unknown: times.filter((time) => time === null).length,
    at,
    fresh: damage === null && atMs !== null && host.now() - atMs <= limits.advisoryFreshMs,
    unread,
    why: damage,
  };
}

async function imported(packages: readonly AskedPackage[], host: Host) {
  try {
    const archives = await readArchives(host);
    const hashes = packages.flatMap(({ integrity }) => integrity ?? []);
    const types = archives.map(({ type }) => type);
    const subjects = packages.map(({ subject }) => subject);
    return { archives, about: types.length === 0 ? [] : await archivedAbout(subjects, hashes, types, host), damage: null };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    return { archives: [], about: [], damage: `${cause.message}: ${cause.why ?? ''}` };
  }
}

/** What public advisories can be asked about. */
export function coveredBy({ packages }: Asked): readonly AskedPackage[] {
  return packages.filter(({ subject }) => osvName(subject) !== null);
}

function isOf({ subject }: AskedPackage, type: string): boolean {
  return subject.startsWith(`pkg:${type}/`);
}

function newest(a: string | undefined, b: string | undefined): string | null {
  return (
    [a, b]
      .flatMap((time) => time ?? [])
      .sort()
      .at(-1) ?? null
  );
}

/** A record of malware whose words cannot be had is one all the same: its id says so, and the service says whom it is about. */
function unreadMalware(
  known: readonly { readonly pkg: AskedPackage; readonly answer: { readonly ids: readonly string[] } | undefined }[],
  unread: readonly string[],
): readonly AdvisoryHit[] {
  const malware = new Set(unread.filter((id) => id.startsWith('MAL-')));
  const common = { kind: 'malicious', severity: 'unknown', summary: '', source: 'osv', matched: 'version', overridable: true } as const;
  return known.flatMap(({ pkg, answer }) =>
    (answer?.ids ?? [])
      .filter((id) => malware.has(id))
      .map((id): AdvisoryHit => ({ ...common, id, subject: label(pkg), own: pkg.own, overriddenUntil: null })),
  );
}

/** One thing has several records; of those about the same package the first that stops is kept, else the first. */
function withoutAliases(hits: readonly AdvisoryHit[], records: ReadonlyMap<string, Advisory>, nowMs: number): readonly AdvisoryHit[] {
  const sorted = [...hits].sort((a, b) => Number(a.kind === 'vulnerability') - Number(b.kind === 'vulnerability'));
  const kept: AdvisoryHit[] = [];
  for (const hit of sorted) {
    const record = records.get(hit.id);
    const names = new Set([hit.id, ...(record === undefined || isWithdrawn(record, nowMs) ? [] : record.aliases)]);
    const isKnown = kept.some(
      (other) => other.subject === hit.subject && (names.has(other.id) || records.get(other.id)?.aliases.includes(hit.id) === true),
    );
    if (!isKnown) kept.push(hit);
  }
  return kept;
}
