import { BlockList, isIP } from 'node:net';
import type { HttpReach } from './http.ts';

/** One address that a name leads to. */
export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

/**
 * Why a host must not be talked to at these addresses; null = it may. Every address counts: a name that leads to a public
 * and to a private one could be connected to at either.
 *
 * @param host as `URL.hostname` says it
 * @see RFC 6890 (special-purpose addresses), RFC 6761, 6762, 8375 (special-use names)
 */
export function addressRefusal(host: string, found: readonly FoundAddress[], reach: HttpReach): string | null {
  const allowed = reach === 'public' ? new Set<Place>(['public']) : placesOf(host);
  const bad = found.find(({ address }) => !allowed.has(placeOf(address)));
  if (found.length === 0) return 'the name of its host leads nowhere';
  return bad === undefined ? null : `${bare(host)} leads to ${bad.address}, ${words[placeOf(bad.address)]}`;
}

type Place = 'public' | 'private' | 'loopback' | 'special';

const words: Readonly<Record<Place, string>> = {
  public: 'which is not this machine',
  private: 'which is in a private network',
  loopback: 'which is this machine',
  special: 'which is no address of a server',
};

function placesOf(host: string): ReadonlySet<Place> {
  const name = bare(host).toLowerCase().replace(/\.$/, '');
  if (isIP(name) !== 0) {
    const place = placeOf(name);
    return new Set(place === 'special' ? [] : [place]);
  }
  if (name === 'localhost' || name.endsWith('.localhost')) return new Set(['loopback']);
  return new Set(/\.(?:internal|local|home\.arpa)$/.test(name) ? ['public', 'private'] : ['public']);
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const loopback = listOf(['127.0.0.0/8', '::1/128']);
const privates = listOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);
/** Link-local (where clouds keep the keys of a machine), documentation, benchmarks, multicast, reserved, translations. */
const special = listOf([
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '::/128', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['fe80::/10', 'fec0::/10', 'ff00::/8'],
]);

function placeOf(address: string): Place {
  const plain = embedded(address.replace(/%.*$/, ''));
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0) return 'special';
  if (loopback.check(plain, family)) return 'loopback';
  if (privates.check(plain, family)) return 'private';
  return special.check(plain, family) ? 'special' : 'public';
}

/** The IPv4 address inside an IPv6 one (mapped, compatible, NAT64): what is connected to in the end. */
function embedded(address: string): string {
  if (isIP(address) !== 6) return address;
  const { hostname } = new URL(`http://[${address}]/`);
  const found = /^\[(?:::ffff:|::|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (found === null) return address;
  const [high, low] = [Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
