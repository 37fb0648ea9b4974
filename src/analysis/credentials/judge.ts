import type { CredentialLevel, CredentialUse } from '../../model/credential.ts';
import { holds, wordsOf } from '../lookalike/name-parts.ts';
import { officialAlternative, publisherVendor, type Vendor, vendors } from '../lookalike/vendor.ts';
import { hostOwner, isDocument, isLocal, isOf } from './hosts.ts';
import { brandOfVariable } from './names.ts';

/** Vendors whose business is to hold other vendors' accounts and to act for their owner. */
const gatewayBrands: ReadonlySet<string> = new Set(['composio', 'make', 'pica', 'pipedream', 'smithery', 'zapier']);

/** A key that goes to somebody who is not its brand. */
export interface StrayCredential {
  readonly variable: string;
  /** null = the whole environment goes there. */
  readonly brand: string | null;
  /** Hosts (or `through <package>`) that are not the brand's; sorted, never empty. */
  readonly hosts: readonly string[];
  readonly level: CredentialLevel;
  readonly where: string;
  /** The brand's own server, where the table names one. */
  readonly alternative: string | null;
}

/**
 * The keys that go to hosts which are not of the brand that they belong to. A package of the brand's own is left alone,
 * and so is a key of a brand that the table does not know. Below `followed` only what leaves no room is told: not one of
 * the hosts is the brand's.
 *
 * @param name the server's own package
 */
export function strayCredentials(ecosystem: 'npm' | 'pypi', name: string, uses: readonly CredentialUse[]): readonly StrayCredential[] {
  const owner = publisherVendor(ecosystem, name);
  return uses.flatMap((use) => {
    const brand = use.variable === '*' ? null : brandOfVariable(use.variable);
    if (use.variable !== '*' && (brand === null || brand === owner)) return [];
    const hosts = use.through === null ? strayHosts(use, brand, owner) : strayModule(use.through, brand);
    if (hosts.length === 0) return [];
    const { variable, level, where } = use;
    return [
      { variable, brand: brand?.brand ?? null, hosts, level, where, alternative: brand === null ? null : officialAlternative(brand) },
    ];
  });
}

function strayHosts({ variable, hosts, level }: CredentialUse, brand: Vendor | null, owner: Vendor | null): readonly string[] {
  const known = hosts.filter((host) => host !== '*');
  const others = known.filter((host) => brand === null || !isOf(host, brand));
  if (level === 'followed') return variable === '*' ? others.filter((host) => !isDocument(host)) : others;
  const settled = known.length > others.length || known.length < hosts.length;
  return settled ? [] : others.filter((host) => !isDocument(host) && !isLocal(host) && (owner === null || !isOf(host, owner)));
}

/** A library of somebody else sends where it likes; one that is called after the brand, or that the table does not know, is not accused. */
function strayModule(module: string, brand: Vendor | null): readonly string[] {
  const vendor = publisherVendor('npm', module) ?? publisherVendor('npm', `${module}/`);
  if (brand === null || vendor === null || vendor === brand) return [];
  const isForBrand = brand.names.some((name) => holds(wordsOf(module), wordsOf(name)));
  return isForBrand ? [] : [`through ${module}`];
}

/** Who stands behind a server that runs elsewhere, and where the brand that it is called after has its own. */
export interface HostedService {
  readonly host: string | null;
  /** The vendor whose host it is; null = nobody's of the table. */
  readonly vendor: string | null;
  /** True when that vendor passes calls on to other vendors' services. */
  readonly isGateway: boolean;
  /** The official server of a brand that the text names and whose host this is not; null = none is known. */
  readonly alternative: string | null;
}

/** @param text an address, or the name of a server in somebody's catalogue (`@owner/github`) */
export function hostedService(text: string): HostedService {
  const host = URL.canParse(text) && /^https?:/i.test(text) ? new URL(text).hostname : null;
  const vendor = host === null ? null : hostOwner(host);
  const words = wordsOf(text);
  const named = vendors.find(
    (one) => one !== vendor && officialAlternative(one) !== null && one.names.some((name) => holds(words, wordsOf(name))),
  );
  const isGateway = vendor !== null && gatewayBrands.has(vendor.brand);
  const alternative = named === undefined || (vendor !== null && !isGateway) ? null : officialAlternative(named);
  return { host, vendor: vendor?.brand ?? null, isGateway, alternative };
}

/** The gateway that a package belongs to or sends keys to; null = none. */
export function gatewayOf(ecosystem: 'npm' | 'pypi', name: string, uses: readonly CredentialUse[]): string | null {
  const owner = publisherVendor(ecosystem, name);
  if (owner !== null && gatewayBrands.has(owner.brand)) return owner.brand;
  const reached = uses.flatMap(({ level, hosts }) => (level === 'followed' ? hosts.map(hostOwner) : []));
  return reached.find((vendor) => vendor !== null && gatewayBrands.has(vendor.brand))?.brand ?? null;
}
