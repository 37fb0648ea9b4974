import { getDomain } from 'tldts';

/** What a namespace of the registry stands for. Proven at publish, never again. */
export type Namespace =
  /** An account of GitHub, lower case. */
  | { readonly kind: 'github'; readonly owner: string }
  /** A domain, the right way round, and the part of it that is registered. */
  | { readonly kind: 'domain'; readonly domain: string; readonly registered: string };

/** null = it is neither, so that nothing can be compared with it. @param name `namespace/server` */
export function namespaceOf(name: string): Namespace | null {
  const namespace = name.slice(0, name.indexOf('/')).toLowerCase();
  const owner = /^io\.github\.([a-z0-9-]+)$/.exec(namespace)?.[1];
  if (owner !== undefined) return { kind: 'github', owner };
  const domain = namespace.split('.').reverse().join('.');
  const registered = registrableDomain(domain);
  return registered === null ? null : { kind: 'domain', domain, registered };
}

/**
 * The part of a host name that somebody registered: `mcp.example.co.uk` → `example.co.uk`. Hosters below whose names
 * everybody gets one count as suffixes, so that two customers are not taken for one. null = an address, or only a suffix.
 */
export function registrableDomain(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true });
}
