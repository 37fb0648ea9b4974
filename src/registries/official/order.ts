import semver from 'semver';
import type { ListingEntry } from '../../model/listing.ts';
import type { RegistryEntry } from './schema.ts';

/**
 * The newest version that is still there, in an order of our own: semver before anything else, stable before prerelease,
 * and among versions that are no semver the one that was published last. The registry's own `isLatest` goes to any version
 * that is no semver, so that whoever may publish can turn it to what they like. null = every version was taken out.
 */
export function newestEntry<E extends ListingEntry>(entries: readonly E[]): E | null {
  const present = entries.filter(({ status }) => status !== 'deleted');
  const active = present.filter(({ status }) => status === 'active');
  return [...(active.length > 0 ? active : present)].sort(newestFirst)[0] ?? null;
}

/** The newest one that is there, else the newest of those that were taken out; null = there are none. */
export function bestEntry<E extends ListingEntry>(entries: readonly E[]): E | null {
  return newestEntry(entries) ?? [...entries].sort(newestFirst)[0] ?? null;
}

/** Why `isLatest` is not on the newest version; null = it is, or the registry marks none of a list that has no other. */
export function oddLatest(entries: readonly RegistryEntry[]): { readonly said: string; readonly newest: string } | null {
  const newest = newestEntry(entries);
  const said = entries.filter(({ isLatest, status }) => isLatest && status !== 'deleted');
  if (newest === null || (said.length === 0 && entries.length === 1)) return null;
  if (said.length === 1 && said[0]?.version === newest.version) return null;
  return { said: said.length === 0 ? 'none' : said.map(({ version }) => version).join(', '), newest: newest.version };
}

function newestFirst(a: ListingEntry, b: ListingEntry): number {
  const [left, right] = [semver.parse(a.version), semver.parse(b.version)];
  if (left === null || right === null) {
    if (left !== null) return -1;
    if (right !== null) return 1;
    return (a.publishedAt ?? '') < (b.publishedAt ?? '') ? 1 : -1;
  }
  const [stableLeft, stableRight] = [left.prerelease.length === 0, right.prerelease.length === 0];
  return stableLeft === stableRight ? semver.rcompare(left, right) : stableLeft ? -1 : 1;
}
