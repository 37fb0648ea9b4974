import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { folded } from './skim.ts';

/** An address that a person is asked to open. Attacker-controlled. */
export interface Elicited {
  /** As `URL.host` says it, lower case. */
  readonly host: string;
  /** Under which the server says that it is complete; null = none, or one that is too long to be remembered. */
  readonly id: string | null;
}

/**
 * Whether an elicitation may be shown: null = it is of a form, and asks for no address. An address must be https, name its
 * host so that every reader finds the same one (ASCII, no user, no white space, no backslash), and lead to a host that every
 * policy with a list names.
 *
 * @param params of `elicitation/create`, or one member of `data.elicitations` of an error -32042
 * @see MCP 2025-11-25 and 2026-07-28, ElicitRequestURLParams
 */
export function elicitedUrl(
  params: JsonValue | undefined,
  hosts: readonly (readonly string[])[],
): Elicited | { readonly wrong: string } | null {
  if (params === undefined) return null;
  if (!isObject(params) || hasOtherSpelling(params, ['mode', 'url', 'elicitationId']))
    return { wrong: 'a question that can be read in two ways' };
  const { mode, url, elicitationId } = params;
  if (url === undefined && (mode === undefined || mode === 'form')) return null;
  const host = typeof url === 'string' ? plainHost(url) : null;
  if (host === null) return { wrong: 'an address that is not plain https' };
  const name = host.replace(/:\d+$/, '');
  if (!hosts.every((list) => list.some((pattern) => names(pattern, host, name)))) return { wrong: host };
  return { host, id: typeof elicitationId === 'string' && elicitationId.length <= limits.idMaxLength ? elicitationId : null };
}

/** The host of an address that everybody reads the same way; null = it is none. */
function plainHost(text: string): string | null {
  const authority = /^https:\/\/([A-Za-z0-9.-]+(?::\d+)?)(?:[/?#][!-[\]-~]*)?$/.exec(text)?.[1];
  if (authority === undefined || !URL.canParse(text)) return null;
  const { host } = new URL(text);
  return [host, `${host}:443`].includes(authority.toLowerCase()) ? host : null;
}

function names(pattern: string, host: string, name: string): boolean {
  if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(1));
  return pattern === name || pattern === host;
}

/** True when a decoder that ignores case would find a member that is not there as it is spelled. */
export function hasOtherSpelling(object: JsonObject, names: readonly string[]): boolean {
  const meant = new Map(names.map((name) => [folded(name), name]));
  return Object.keys(object).some((name) => (meant.get(folded(name)) ?? name) !== name);
}
