import { namespaceOf, registrableDomain } from './namespace.ts';

/**
 * How the host of an address stands to the domain of a name. `below`: it is that domain or one below it, so that whoever
 * holds the domain decides where it leads. `beside`: both are of what one person registered. `elsewhere`: neither.
 * `open` = nothing can be compared: the name is of no domain and no account, or the host is filled in later, or is a number.
 */
export type HostStanding = 'below' | 'beside' | 'elsewhere' | 'open';

/** @param name `namespace/server` @param url attacker-controlled; may hold `{variables}` */
export function hostStanding(
  name: string,
  url: string,
): { readonly is: HostStanding; readonly host: string | null; readonly domain: string } {
  const namespace = namespaceOf(name);
  const host = /[{}]/.test(/^[a-z]+:\/\/([^/]*)/i.exec(url)?.[1] ?? '') || !URL.canParse(url) ? null : new URL(url).hostname;
  if (namespace === null) return { is: 'open', host, domain: name.slice(0, name.indexOf('/')) };
  const domain = namespace.kind === 'github' ? `${namespace.owner}.github.io` : namespace.domain;
  const registered = registrableDomain(domain);
  const own = host === null ? null : registrableDomain(host);
  if (host === null || own === null) return { is: 'open', host, domain };
  if (host === domain || host.endsWith(`.${domain}`)) return { is: 'below', host, domain };
  return { is: own === registered ? 'beside' : 'elsewhere', host, domain };
}
