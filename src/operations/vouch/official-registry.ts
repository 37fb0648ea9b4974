import type { Host } from '../../host/host.ts';
import type { AdvisoryHit } from '../../model/advisory.ts';
import { type Digest, digestHex } from '../../model/digest.ts';
import { reasonOf } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import { limits } from '../../model/limits.ts';
import { registryName } from '../../model/registry-name.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import { fetchTwins } from '../../registries/official/client.ts';
import type { ListedPackage, ListedServer } from '../../registries/official/identity.ts';
import type { RegistryEntry } from '../../registries/official/schema.ts';
import { readListings } from '../../store/listings.ts';
import { readOverrides, withOverrides } from '../../store/overrides.ts';
import { hitFindings } from '../advisories/findings.ts';
import { askListing, ownsAddress, saidOfListings } from '../advisories/listings.ts';
import { claimsOf } from './registry-names.ts';
import type { Voucher, VouchSubject } from './voucher.ts';

/**
 * What the official MCP registry says of a server that is listed there: one that was named or approved by its registry name,
 * or whose own bytes carry one.
 */
export const registryVoucher: Voucher = {
  id: 'registry-entry',
  appliesTo: (subject) => namesOf(subject).length > 0,
  vouch: async (subject, host) => {
    const names = namesOf(subject);
    const few = names.slice(0, limits.listingsMaxOfPin);
    const found = foundOf(subject, claimsOf(subject));
    const how = howOf(subject);
    const answers = await Promise.all(
      few.map((name) => vouchForListed({ name, how, found }, host).catch((cause: unknown) => line('unavailable', reasonOf(cause)))),
    );
    const left = names.length - few.length;
    const more = left > 0 ? [line('unavailable', `${left} more names that it was approved as are not asked about`)] : [];
    const stops = await stopsOf(few, found, host);
    const isSaid = ({ code, subject: about, args }: Finding) =>
      code === 'registry-entry-deleted' && stops.some((hit) => hit.subject === `${about}@${String(args['version'])}`);
    return {
      evidence: [...answers, ...more].flatMap(({ evidence }) => evidence),
      builder: null,
      findings: [...hitFindings(stops), ...answers.flatMap(({ findings }) => findings).filter((one) => !isSaid(one))],
    };
  },
};

/** What was taken out under a name of its own, as the registry says now, or said last where it cannot be asked. */
async function stopsOf(names: readonly string[], found: ListedServer['found'], host: Host): Promise<readonly AdvisoryHit[]> {
  const listings = names.map(async (name) => {
    const owned = found.type === 'remote' ? await ownsAddress(name, found.url) : (found.claims ?? []).includes(name);
    return { name, thing: found, owned };
  });
  const [kept, { overrides }] = await Promise.all([readListings(host), readOverrides(host)]);
  const { hits } = saidOfListings(await Promise.all(listings), kept, host);
  return withOverrides(hits, overrides, host.now());
}

/** By which names it is held against the registry. What its bytes carry counts where nobody named it otherwise. */
function namesOf(subject: VouchSubject): readonly string[] {
  if (subject.listedAs !== undefined) return [subject.listedAs];
  if (subject.approvedAs !== undefined && subject.approvedAs.length > 0) return subject.approvedAs;
  return (claimsOf(subject) ?? []).slice(0, 1);
}

function howOf({ listedAs, approvedAs }: VouchSubject): string {
  return listedAs === undefined && approvedAs !== undefined && approvedAs.length > 0 ? 'it was approved as' : 'it calls itself';
}

export interface ToHold {
  readonly name: string;
  /** Who says that this is its name, as words in front of it. */
  readonly how: string;
  readonly found: ListedServer['found'];
  /** Entries as they are compared; absent = as they are. */
  readonly read?: (entry: RegistryEntry) => RegistryEntry;
}

/** What the registry says under one name, held against what is at hand. @throws GuardError as `fetchVersions` */
export async function vouchForListed({ name, how, found, read = (entry) => entry }: ToHold, host: Host): Promise<Vouched> {
  if (!registryName.test(name)) return line('absent', `${how} ${name}, which is no name of the registry`);
  const listed = await askListing(name, host);
  if (listed.is === 'absent') return line('absent', `${how} ${name}, which the registry does not list`);
  if (listed.is === 'unavailable') return line('unavailable', listed.why);
  const [twins, { identityOfListed }] = await Promise.all([fetchTwins(name, host), import('../../registries/official/identity.ts')]);
  const { evidence, findings } = identityOfListed({ name, entries: listed.entries.map(read), twins, found });
  return { evidence, builder: null, findings };
}

function foundOf({ artifact, resolution }: VouchSubject, claims: readonly string[] | null): ListedServer['found'] {
  if (resolution.ecosystem === 'remote') return { type: 'remote', url: resolution.url };
  const { name, version } = artifact;
  const common: Omit<ListedPackage, 'type'> = { name, version, claims, repository: null, sha256: null };
  if (resolution.ecosystem === 'npm') return { ...common, type: 'npm', repository: resolution.npm?.packument.publisher.repository ?? null };
  const integrity = resolution.pypi.files.get(`site-packages/${name}`)?.file.integrity ?? null;
  return { ...common, type: 'pypi', sha256: integrity === null ? null : digestHex(integrity as Digest) };
}

function line(outcome: 'absent' | 'unavailable', detail: string): Vouched {
  return { ...nothingVouched, evidence: [{ source: 'registry-entry', outcome, detail }] };
}
