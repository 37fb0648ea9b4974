import type { Host } from '../../host/host.ts';
import { type AdvisoryHit, registrySource } from '../../model/advisory.ts';
import { GuardError, reasonOf } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import { limits } from '../../model/limits.ts';
import type { KeptListing } from '../../model/listing.ts';
import { isRemotePin, type Pin, pinnedRegistryNames } from '../../model/pin.ts';
import type { SealedPlace } from '../../model/ticket.ts';
import { isoTime } from '../../model/time.ts';
import { type FoundEntries, fetchVersions, isRegistryAsked } from '../../registries/official/client.ts';
import { entryOfThing, type ListedThing } from '../../registries/official/listing.ts';
import { eachBounded } from '../../sources/bounded.ts';
import { keepListing } from '../../store/listings.ts';
import { ownManifest } from '../own-manifest.ts';
import { claimsOf } from '../vouch/registry-names.ts';

/** One name of the MCP registry, and what goes by it. */
export interface AskedListing {
  readonly name: string;
  readonly thing: ListedThing;
  /**
   * The thing itself says that the name is its own: its approved bytes carry it, or its host is at the domain of the name.
   * Only then may whoever holds the name stop it: anybody can list what belongs to somebody else, and take that out again.
   */
  readonly owned: boolean;
}

/** True when an address is at the domain of a name, so that whoever holds the one decides about the other. */
export async function ownsAddress(name: string, url: string): Promise<boolean> {
  // Loaded only where something remote goes by a name: the list of public suffixes is large.
  const { hostStanding } = await import('../../registries/official/host-standing.ts');
  return hostStanding(name, url).is === 'below';
}

/**
 * The names that a pin keeps, at most four, without asking anybody. A lock is somebody else's file: which of them it owns is
 * seen in the sealed bytes, or in the address.
 *
 * @param treeOf where its bytes are laid out; null = they are not, and what they say is not known
 */
export async function listingsOf(pin: Pin, treeOf: () => Promise<SealedPlace | null>, host: Host): Promise<readonly AskedListing[]> {
  const names = pinnedRegistryNames(pin).slice(0, limits.listingsMaxOfPin);
  if (names.length === 0 || (pin.closure === null && !isRemotePin(pin))) return [];
  if (isRemotePin(pin)) {
    const { url } = pin.launch;
    return Promise.all(names.map(async (name) => ({ name, thing: { type: 'remote', url }, owned: await ownsAddress(name, url) }) as const));
  }
  const { artifact } = pin;
  const claims = await claimsIn(artifact, await treeOf(), host);
  const thing = { type: 'npm', name: artifact.name, version: artifact.version } as const;
  return names.map((name) => ({ name, thing, owned: claims.includes(name) }));
}

async function claimsIn(
  artifact: Extract<Pin, { closure: object }>['artifact'],
  tree: SealedPlace | null,
  host: Host,
): Promise<readonly string[]> {
  if (tree === null) return [];
  try {
    const ownFiles = await ownManifest(tree, artifact, host);
    return claimsOf({ artifact, closure: null, resolution: { ecosystem: 'npm', npm: null }, ownFiles }) ?? [];
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    return [];
  }
}

/** What the registry lists under a name now, and remembers it. @throws GuardError as `fetchVersions` */
export async function askListing(name: string, host: Host): Promise<FoundEntries> {
  const found = await fetchVersions(name, host);
  if (found.is !== 'unavailable')
    await keepListing(name, { at: isoTime(host.now()), entries: found.is === 'served' ? found.entries : [] }, host);
  return found;
}

/** How the registry could be asked about names that pins keep. */
export interface ListingsStanding {
  /** Names that there are to ask about. */
  readonly names: number;
  /** Why one or more could not be; null = all were. */
  readonly why: string | null;
}

/** Asks about every name, each once, a few at a time and within one deadline. What cannot be asked keeps what is known. */
export async function refreshListings(listings: readonly AskedListing[], host: Host): Promise<ListingsStanding> {
  const names = [...new Set(listings.map(({ name }) => name))].sort();
  const wanted = names.slice(0, limits.listingsMaxAsked);
  const left = names.length - wanted.length;
  const whys = left === 0 ? [] : [`${left} more names than are asked about at once`];
  const deadlineMs = host.now() + limits.refreshTimeoutMs;
  await eachBounded(wanted, atOnce, async (name) => {
    if (host.now() >= deadlineMs) return void whys.push('the registry took too long');
    const why = await askListing(name, host).then((found) => (found.is === 'unavailable' ? found.why : null), reasonOf);
    if (why !== null) whys.push(why);
  });
  return { names: names.length, why: whys[0] ?? null };
}

const atOnce = 4;

/** What the registry says of what goes by its names, as far as it is known here. */
export interface ListingsSaid {
  /** What was taken out under a name of its own: it stops. */
  readonly hits: readonly AdvisoryHit[];
  /** What is told and stops nothing: deprecated, or taken out under a name that nothing shows to be its own. */
  readonly findings: readonly Finding[];
  /** When the oldest answer about a name that may stop it was had, ISO 8601; null = one was never asked; absent = there is none to ask. */
  readonly at?: string | null;
}

/** Asks nobody. @param kept the last answers by name */
export function saidOfListings(
  listings: readonly AskedListing[],
  kept: ReadonlyMap<string, KeptListing>,
  host: Pick<Host, 'env'>,
): ListingsSaid {
  const said = listings.map((asked) => ({ asked, entry: entryOfThing(asked.thing, kept.get(asked.name)?.entries ?? []) }));
  const taken = said.flatMap(({ asked, entry }) => (entry?.status === 'deleted' ? [{ asked, entry }] : []));
  const deprecated = said.flatMap(({ asked, entry }) => (entry?.status === 'deprecated' ? [{ asked, entry }] : []));
  const times = listings.filter(({ owned }) => owned).map(({ name }) => kept.get(name)?.at ?? null);
  // What is never asked by choice is not missing.
  const counted = isRegistryAsked(host) ? times : times.filter((time) => time !== null);
  return {
    hits: taken.filter(({ asked }) => asked.owned).map(({ asked: { name }, entry }) => hitOf(name, entry)),
    findings: [
      ...taken
        .filter(({ asked }) => !asked.owned)
        .map(({ asked: { name }, entry }) =>
          finding('registry-entry-deleted', name, { version: entry.version, reason: entry.statusMessage }),
        ),
      ...deprecated.map(({ asked: { name }, entry }) =>
        finding('registry-entry-deprecated', name, { version: entry.version, reason: entry.statusMessage }),
      ),
    ],
    ...(counted.length === 0 ? {} : { at: counted.includes(null) ? null : (counted.toSorted()[0] ?? null) }),
  };
}

function hitOf(name: string, { version, statusMessage }: KeptListing['entries'][number]): AdvisoryHit {
  return {
    id: 'REGISTRY-deleted',
    kind: 'revoked',
    severity: 'unknown',
    summary: statusMessage === '' ? 'the MCP registry took this version out, and gives no reason' : statusMessage,
    source: registrySource,
    matched: 'registry-name',
    subject: `${name}@${version}`,
    own: true,
    overridable: true,
    overriddenUntil: null,
  };
}
