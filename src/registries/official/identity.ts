import { type Finding, finding } from '../../model/finding.ts';
import type { Evidence } from '../../model/outcome.ts';
import { hostStanding } from './host-standing.ts';
import { entryOfThing } from './listing.ts';
import { namespaceOf } from './namespace.ts';
import { newestEntry, oddLatest } from './order.ts';
import type { RegistryEntry, RegistryPackage } from './schema.ts';

/** What is at hand to hold an entry against. */
export interface ListedServer {
  /** The name that was asked for, or that the package gives itself. */
  readonly name: string;
  /** All its versions. Never empty. */
  readonly entries: readonly RegistryEntry[];
  /** Names that differ only in the case of letters; null = not seen. */
  readonly twins: readonly string[] | null;
  readonly found: ListedPackage | { readonly type: 'remote'; readonly url: string };
}

export interface ListedPackage {
  readonly type: 'npm' | 'pypi' | 'oci' | 'mcpb';
  readonly name: string;
  readonly version: string;
  /** Names of registry entries that its own bytes carry, of exactly these verified bytes; null = they were not read. */
  readonly claims: readonly string[] | null;
  /** `github.com/owner/name`, lower case, as its publisher says; null = not said. */
  readonly repository: string | null;
  /** Lower-case hexadecimal; null = not known. */
  readonly sha256: string | null;
}

export interface ListedIdentity {
  readonly evidence: readonly Evidence[];
  readonly findings: readonly Finding[];
}

/**
 * What the official registry says of a server, held against what can be seen now. The registry proves a namespace and a
 * package once, at publish; here each proof that can be had again is taken again, and the card says which is which.
 */
export function identityOfListed(server: ListedServer): ListedIdentity {
  const { name, entries, found } = server;
  const entry = entryOfThing(found, entries);
  if (entry === null) {
    const what = found.type === 'remote' ? found.url : `${found.type}:${found.name}`;
    const detail = `${name} does not list ${what}${found.type === 'remote' ? elsewhere(entries) : ''}`;
    return {
      evidence: [{ source: 'registry-entry', outcome: 'absent', detail }],
      findings: [finding('registry-ownership-unproven', name, { why: detail }), ...twinFindings(server)],
    };
  }
  const ownership = found.type === 'remote' ? null : ownershipOf(name, found, listedPackage(entry, found));
  const place = namespaceFindings(name, entry, found);
  const host = found.type === 'remote' ? hostOf(name, found.url) : null;
  return {
    evidence: [
      entryEvidence(entry, found),
      ...(ownership === null ? [] : [ownership.evidence]),
      ...(host === null ? [] : [host.evidence]),
      place.evidence,
    ],
    findings: [
      ...statusFindings(entry),
      ...latestFindings(name, entries),
      ...(ownership?.findings ?? []),
      ...place.findings,
      ...(host?.findings ?? []),
      ...twinFindings(server),
    ],
  };
}

function listedPackage({ packages }: RegistryEntry, found: ListedPackage): RegistryPackage | undefined {
  const same = packages.filter(({ type, identifier }) => type === found.type && identifier === found.name);
  return same.find(({ version }) => version === found.version) ?? same[0];
}

function entryEvidence(entry: RegistryEntry, found: ListedServer['found']): Evidence {
  const source = 'registry-entry';
  const when = entry.publishedAt === null ? '' : `, published ${entry.publishedAt.slice(0, 10)}`;
  const what = `claimed at publish: ${entry.name} ${entry.version}${when}, ${entry.status}`;
  const listed = found.type === 'remote' ? undefined : listedPackage(entry, found);
  return listed !== undefined && found.type !== 'remote' && listed.version !== found.version
    ? { source, outcome: 'absent', detail: `${what}; it lists ${listed.version || 'no version'}, and this is ${found.version}` }
    : { source, outcome: 'verified', detail: `${what}; it lists exactly this` };
}

function ownershipOf(
  name: string,
  found: ListedPackage,
  listed: RegistryPackage | undefined,
): { evidence: Evidence; findings: readonly Finding[] } {
  const source = 'registry-ownership';
  const where = {
    npm: 'mcpName in its package.json',
    pypi: 'mcp-name in its description',
    oci: 'the label of the image',
    mcpb: 'fileSha256 of the entry',
  }[found.type];
  if (listed !== undefined && listed.fileSha256 !== null && found.sha256 === listed.fileSha256)
    return {
      evidence: { source, outcome: 'verified', detail: 're-verified now: its bytes have the fileSha256 of the entry' },
      findings: [],
    };
  if (found.type === 'mcpb') return otherFile(name, found, listed?.fileSha256 ?? null);
  if (found.claims === null) return { evidence: { source, outcome: 'unavailable', detail: `${where} was not read` }, findings: [] };
  if (found.claims.includes(name)) {
    const detail = `re-verified now: ${where} is ${name}`;
    return { evidence: { source, outcome: 'verified', detail }, findings: [] };
  }
  const [other] = found.claims;
  if (other === undefined) {
    const why = `nothing in its bytes names ${name} (${where})`;
    return { evidence: { source, outcome: 'absent', detail: why }, findings: [finding('registry-ownership-unproven', name, { why })] };
  }
  const alike = other.toLowerCase() === name.toLowerCase() ? ', which differs in the case of letters' : '';
  const why = `${where} is ${other}${alike}`;
  return { evidence: { source, outcome: 'invalid', detail: why }, findings: [finding('registry-ownership-denied', name, { why })] };
}

/** A bundle carries no name: only the hash in the entry says that it is the one. */
function otherFile(name: string, { sha256 }: ListedPackage, listed: string | null): { evidence: Evidence; findings: readonly Finding[] } {
  const source = 'registry-ownership';
  if (listed === null) return { evidence: { source, outcome: 'unavailable', detail: 'the entry says no fileSha256' }, findings: [] };
  const why = `the file has sha256 ${sha256}, and the entry says fileSha256 ${listed}`;
  return { evidence: { source, outcome: 'invalid', detail: why }, findings: [finding('registry-ownership-denied', name, { why })] };
}

function statusFindings({ name, version, status, statusMessage }: RegistryEntry): readonly Finding[] {
  const args = { version, reason: statusMessage };
  if (status === 'deleted') return [finding('registry-entry-deleted', name, args)];
  return status === 'deprecated' ? [finding('registry-entry-deprecated', name, args)] : [];
}

function latestFindings(name: string, entries: readonly RegistryEntry[]): readonly Finding[] {
  const odd = oddLatest(entries);
  return odd === null ? [] : [finding('registry-latest-odd', name, { ...odd })];
}

/** The owner of the namespace against those of the repositories that entry and package name. Accounts of GitHub have no case of letters. */
function namespaceFindings(
  name: string,
  entry: RegistryEntry,
  found: ListedServer['found'],
): { evidence: Evidence; findings: readonly Finding[] } {
  const source = 'registry-namespace';
  const namespace = namespaceOf(name);
  if (namespace === null || namespace.kind === 'domain') {
    const whose = namespace === null ? 'it is no domain and no account' : `whether ${namespace.domain} is still theirs is not asked`;
    return { evidence: { source, outcome: 'unavailable', detail: `claimed at publish: the namespace of ${name}; ${whose}` }, findings: [] };
  }
  const places = [
    ['the entry', githubOwner(entry.repository)],
    ['the package', found.type === 'remote' ? null : githubOwner(found.repository)],
  ] as const;
  const others = places.filter(([, owner]) => owner !== null && owner !== namespace.owner);
  const findings = others.map(([from, owner]) =>
    finding('registry-namespace-differs', name, { from, owner: namespace.owner, other: owner ?? '' }),
  );
  const agreeing = places.filter(([, owner]) => owner === namespace.owner).map(([from]) => from);
  if (others.length > 0)
    return {
      evidence: {
        source,
        outcome: 'invalid',
        detail: `${others.map(([from, owner]) => `${from} names a repository of ${owner}`).join(', ')}`,
      },
      findings,
    };
  return agreeing.length === 0
    ? { evidence: { source, outcome: 'unavailable', detail: `nothing names a repository of ${namespace.owner}` }, findings }
    : { evidence: { source, outcome: 'verified', detail: `${agreeing.join(' and ')} name a repository of ${namespace.owner}` }, findings };
}

function githubOwner(repository: string | null): string | null {
  const owner = /^(?:git\+)?(?:https?:\/\/)?(?:www\.)?github\.com\/([\w-]+)(?:\/|$)/i.exec(repository ?? '')?.[1];
  return owner?.toLowerCase() ?? null;
}

/** Where a name leads now that led here before. */
function elsewhere(entries: readonly RegistryEntry[]): string {
  const remotes = newestEntry(entries)?.remotes ?? [];
  return remotes.length === 0 ? '' : `; it lists ${remotes.slice(0, 3).join(', ')}${remotes.length > 3 ? ' and more' : ''}`;
}

/** Nobody proves at publish that a remote server belongs to the namespace. @see modelcontextprotocol/registry#180 */
function hostOf(name: string, url: string): { readonly evidence: Evidence; readonly findings: readonly Finding[] } {
  const source = 'registry-host';
  const { is, host, domain } = hostStanding(name, url);
  const isAccount = namespaceOf(name)?.kind === 'github';
  if (is === 'below' || is === 'beside') {
    const detail = is === 'below' ? `${host} is at ${domain}` : `${host} and ${domain} are of the same registered domain`;
    return { evidence: { source, outcome: 'verified', detail: `re-verified now: ${detail}, by the name` }, findings: [] };
  }
  const code = isAccount && host !== null ? 'registry-remote-unproven' : 'registry-remote-elsewhere';
  const found = finding(code, name, { host: host ?? 'a host that whoever installs it fills in', expected: domain });
  const why = isAccount ? `nothing shows whose host ${host} is` : `${host} is not at ${domain}, the domain of the name`;
  return {
    evidence:
      is === 'open'
        ? { source, outcome: 'unavailable', detail: 'there is no host, or no domain of the name, to compare' }
        : { source, outcome: 'absent', detail: why },
    findings: [found],
  };
}

function twinFindings({ name, twins }: ListedServer): readonly Finding[] {
  return twins === null || twins.length === 0 ? [] : [finding('registry-name-twin', name, { twins })];
}
