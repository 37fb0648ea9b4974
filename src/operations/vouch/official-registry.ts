import type { Host } from '../../host/host.ts';
import { type Digest, digestHex } from '../../model/digest.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import { fetchTwins, fetchVersions } from '../../registries/official/client.ts';
import type { ListedPackage, ListedServer } from '../../registries/official/identity.ts';
import type { RegistryEntry } from '../../registries/official/schema.ts';
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
    const found = foundOf(subject, claimsOf(subject));
    const asked = await Promise.all(names.slice(0, maxNames).map((name) => vouchForListed({ name, how: howOf(subject), found }, host)));
    const left = names.length - maxNames;
    const more = left > 0 ? [line('unavailable', `${left} more names that it was approved as are not asked about`)] : [];
    return {
      evidence: [...asked, ...more].flatMap(({ evidence }) => evidence),
      builder: null,
      findings: asked.flatMap(({ findings }) => findings),
    };
  },
};

/** A lock is somebody else's file: an honest pin has one name. */
const maxNames = 4;

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
  if (!/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(name)) return line('absent', `${how} ${name}, which is no name of the registry`);
  const listed = await fetchVersions(name, host);
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
