import type { Host } from '../../host/host.ts';
import { type Digest, digestHex } from '../../model/digest.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import { fetchTwins, fetchVersions } from '../../registries/official/client.ts';
import type { ListedPackage, ListedServer } from '../../registries/official/identity.ts';
import { claimsOf } from './registry-names.ts';
import type { Voucher, VouchSubject } from './voucher.ts';

/**
 * What the official MCP registry says of a server that is listed there: one that was named by its registry name, or whose
 * own bytes carry one.
 */
export const registryVoucher: Voucher = {
  id: 'registry-entry',
  appliesTo: (subject) => namesOf(subject) !== null,
  vouch: async (subject, host) => {
    const named = namesOf(subject);
    return named === null ? nothingVouched : vouchForListed(subject, named, host);
  },
};

interface Named {
  readonly name: string;
  /** Names that its own bytes carry; null = they were not read. */
  readonly claims: readonly string[] | null;
}

function namesOf(subject: VouchSubject): Named | null {
  const claims = claimsOf(subject);
  const name = subject.listedAs ?? claims?.[0];
  return name === undefined ? null : { name, claims };
}

async function vouchForListed(subject: VouchSubject, { name, claims }: Named, host: Host): Promise<Vouched> {
  if (!/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(name)) return line('absent', `it calls itself ${name}, which is no name of the registry`);
  const found = await fetchVersions(name, host);
  if (found.is === 'absent') return line('absent', `it calls itself ${name}, which the registry does not list`);
  if (found.is === 'unavailable') return line('unavailable', found.why);
  const [twins, { identityOfListed }] = await Promise.all([fetchTwins(name, host), import('../../registries/official/identity.ts')]);
  const { evidence, findings } = identityOfListed({ name, entries: found.entries, twins, found: foundOf(subject, claims) });
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
