import type { ListingEntry } from '../../model/listing.ts';
import { bestEntry } from './order.ts';

/** What a pin stands for, as an entry lists it. */
export type ListedThing =
  | { readonly type: 'npm' | 'pypi' | 'oci' | 'mcpb'; readonly name: string; readonly version: string }
  /** `url` as `URL` writes it. */
  | { readonly type: 'remote'; readonly url: string };

/** True when the entry lists this address, however it is written. */
function listsAddress({ remotes }: Pick<ListingEntry, 'remotes'>, url: string): boolean {
  return remotes.some((text) => text === url || (!/[{}]/.test(text) && URL.canParse(text) && new URL(text).href === url));
}

/**
 * The entry whose status is the one of this thing: among those that list exactly it, the newest that is there, and a taken
 * out one only when all of them are: the same address stands in every version of an entry, and old ones are taken out.
 * Where none lists this version of a package, the same of those that list the package. null = none lists it.
 *
 * @param entries every version of one name
 */
export function entryOfThing<E extends ListingEntry>(thing: ListedThing, entries: readonly E[]): E | null {
  if (thing.type === 'remote') return bestEntry(entries.filter((entry) => listsAddress(entry, thing.url)));
  const listed = ({ packages }: ListingEntry) =>
    packages.filter(({ type, identifier }) => type === thing.type && identifier === thing.name);
  const exactly = entries.filter((entry) => listed(entry).some(({ version }) => version === thing.version));
  return bestEntry(exactly) ?? bestEntry(entries.filter((entry) => listed(entry).length > 0));
}
