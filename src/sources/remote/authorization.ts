import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { Evidence } from '../../model/outcome.ts';
import { printable } from '../../model/printable.ts';
import type { AuthorizationServer, RemoteAuthorization } from '../../model/remote.ts';
import { parseStrict } from '../../model/strict-json.ts';
import { askOnce } from './ask.ts';
import { metadataUrl, type NamedUrl } from './metadata-url.ts';

/** What an authorization server says that it can do. Not pinned: asked anew at every sign-in, of a server that is. */
export interface ServerAbilities {
  readonly responseTypes: readonly string[];
  /** null = it says nothing of PKCE. */
  readonly challengeMethods: readonly string[] | null;
  /** How clients prove who they are at the token endpoint; null = it does not say. */
  readonly clientMethods: readonly string[] | null;
  /** Every answer of it carries who it is from. @see RFC 9207 */
  readonly sendsIssuer: boolean;
  readonly scopes: readonly string[];
}

/** What a server that refuses says about how to get in. */
export interface FoundAuthorization {
  readonly authorization: RemoteAuthorization;
  /** By issuer. */
  readonly abilities: Readonly<Record<string, ServerAbilities>>;
  readonly evidence: Evidence;
  /** Why its metadata must not be followed; null = it may, or there is none. */
  readonly invalid: string | null;
}

/** Thrown inside only: metadata that breaks a rule, which is not the same as metadata that is not there. */
class InvalidMetadata extends Error {}

/**
 * Reads the resource metadata of a server, then that of every authorization server which it names. Nothing that it names
 * is asked before it passed the rules of `metadataUrl`, redirects are not followed, and every document is bounded.
 *
 * @param challenge its `WWW-Authenticate` header; attacker-controlled
 * @see RFC 9728, RFC 8414; MCP 2025-11-25, basic/authorization
 */
export async function readAuthorization(url: string, challenge: string, host: Pick<Host, 'http'>): Promise<FoundAuthorization> {
  const base = new URL(url);
  try {
    const resource = await resourceMetadata(base, challenge, host);
    const issuers = resource === null ? [base.origin] : issuersIn(resource);
    const found: { readonly server: AuthorizationServer; readonly abilities: ServerAbilities }[] = [];
    for (const issuer of issuers) {
      const one = await serverMetadata(issuer, base, host);
      if (one !== null) found.push(one);
    }
    const servers = found.map(({ server }) => server);
    if (servers.length === 0)
      return unknown(
        resource === null ? 'it does not say who lets a client in' : 'whom it names does not answer as an authorization server',
      );
    const named = resource?.['resource'];
    const authorization: RemoteAuthorization = {
      status: 'oauth',
      resource: typeof named === 'string' ? named : null,
      scopes: scopesOf(resource, challenge),
      servers: servers.toSorted((a, b) => (a.issuer < b.issuer ? -1 : 1)),
    };
    const abilities = Object.fromEntries(found.map(({ server, abilities: own }) => [server.issuer, own]));
    const detail = `OAuth at ${servers.map(({ issuer }) => printable(issuer, { maxLength: 100 })).join(', ')}`;
    return { authorization, abilities, evidence: { source: 'authorization', outcome: 'verified', detail }, invalid: null };
  } catch (cause) {
    if (cause instanceof InvalidMetadata) {
      const { message } = cause;
      return { ...unknown(message), evidence: { source: 'authorization', outcome: 'invalid', detail: message }, invalid: message };
    }
    if (cause instanceof GuardError && cause.code === 'address-refused') {
      const why = `${cause.message}${cause.why === undefined ? '' : `: ${cause.why}`}`;
      return { ...unknown(why), evidence: { source: 'authorization', outcome: 'invalid', detail: why }, invalid: why };
    }
    if (cause instanceof GuardError && cause.code === 'server-unreachable') return unknown(cause.why ?? cause.message);
    throw cause;
  }
}

function unknown(why: string): FoundAuthorization {
  return {
    authorization: { status: 'unknown', resource: null, scopes: [], servers: [] },
    abilities: {},
    evidence: { source: 'authorization', outcome: 'unavailable', detail: `it lets nobody in who is not known to it; ${why}` },
    invalid: null,
  };
}

async function resourceMetadata(base: URL, challenge: string, host: Pick<Host, 'http'>): Promise<JsonObject | null> {
  const named = parameterOf(challenge, 'resource_metadata');
  const path = base.pathname === '/' ? '' : base.pathname;
  const wellKnown = `${base.origin}/.well-known/oauth-protected-resource`;
  for (const place of named !== null ? [named] : [...new Set([`${wellKnown}${path}`, wellKnown])]) {
    const found = await document(allowed(place, base, 'the place of its metadata'), host);
    if (found === null) continue;
    const { resource } = found;
    if (typeof resource !== 'string' || !URL.canParse(resource)) throw new InvalidMetadata('its metadata names no resource');
    const of = new URL(resource);
    // RFC 9728 §3.3: metadata of another resource must not be used. A server may name its origin for all its paths.
    if (of.origin !== base.origin || !`${base.pathname}/`.startsWith(`${of.pathname.replace(/\/$/, '')}/`))
      throw new InvalidMetadata(`its metadata is that of ${printable(resource, { maxLength: 100 })}`);
    return found;
  }
  if (named !== null) throw new InvalidMetadata('there is no metadata where it says that it is');
  return null;
}

function issuersIn(resource: JsonObject): readonly string[] {
  const named = resource['authorization_servers'];
  if (!Array.isArray(named) || named.length === 0) return [];
  if (named.length > limits.remoteMaxIssuers || !named.every((issuer) => typeof issuer === 'string'))
    throw new InvalidMetadata(`it names no list of at most ${limits.remoteMaxIssuers} authorization servers`);
  return [...new Set(named as readonly string[])];
}

/** @see RFC 8414 §3.1, OpenID Connect Discovery §4.1: where a path stands differs. */
async function serverMetadata(
  issuer: string,
  base: URL,
  host: Pick<Host, 'http'>,
): Promise<{ readonly server: AuthorizationServer; readonly abilities: ServerAbilities } | null> {
  const { url } = allowed(issuer, base, 'its authorization server');
  if (url.search !== '') throw new InvalidMetadata('its authorization server is named with a query');
  const path = url.pathname.replace(/\/$/, '');
  const places = [
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    `${url.origin}/.well-known/openid-configuration${path}`,
    ...(path === '' ? [] : [`${url.origin}${path}/.well-known/openid-configuration`]),
  ];
  for (const place of places) {
    const found = await document(allowed(place, base, 'its authorization server'), host);
    if (found === null) continue;
    // RFC 8414 §3.3: otherwise one server could speak for another.
    if (typeof found['issuer'] !== 'string' || found['issuer'].replace(/\/$/, '') !== issuer.replace(/\/$/, ''))
      throw new InvalidMetadata(`the authorization server at ${printable(issuer, { maxLength: 100 })} says that it is another one`);
    const endpoint = (member: string) => allowed(found[member], base, `its ${member.replace('_', ' ')}`).url.href;
    const server = {
      issuer: found['issuer'],
      authorizationEndpoint: endpoint('authorization_endpoint'),
      tokenEndpoint: endpoint('token_endpoint'),
      registrationEndpoint: found['registration_endpoint'] === undefined ? null : endpoint('registration_endpoint'),
    };
    return { server, abilities: abilitiesIn(found) };
  }
  return null;
}

function abilitiesIn(found: JsonObject): ServerAbilities {
  const list = (member: string) => {
    const value = found[member];
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : null;
  };
  return {
    responseTypes: list('response_types_supported') ?? [],
    challengeMethods: list('code_challenge_methods_supported'),
    clientMethods: list('token_endpoint_auth_methods_supported'),
    sendsIssuer: found['authorization_response_iss_parameter_supported'] === true,
    scopes: list('scopes_supported') ?? [],
  };
}

function allowed(text: unknown, base: URL, what: string): NamedUrl {
  const named = metadataUrl(text, base);
  if (typeof named === 'string') throw new InvalidMetadata(`${what} cannot be used: ${named}`);
  return named;
}

/** A JSON document; null = there is none. */
async function document({ url, reach }: NamedUrl, host: Pick<Host, 'http'>): Promise<JsonObject | null> {
  const answer = await askOnce(host.http, url.href, { method: 'GET', headers: { accept: 'application/json' }, body: null, reach });
  if (answer.status !== 200 || !/^application\/json\b/i.test(answer.headers['content-type'] ?? '')) return null;
  let value: unknown;
  try {
    value = parseStrict(answer.body.toString('utf8'));
  } catch {
    throw new InvalidMetadata(`the document at ${printable(url.host)} can be read in two ways, or not at all`);
  }
  if (!isObject(value as JsonObject)) throw new InvalidMetadata(`the document at ${printable(url.host)} is no object`);
  return value as JsonObject;
}

/** One parameter of a challenge, quoted or not; null = it has none. @see RFC 9110 §11.2 */
function parameterOf(challenge: string, name: string): string | null {
  const found = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s",]+))`, 'i').exec(challenge.slice(0, 8_192));
  return found === null ? null : (found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? null);
}

/** What it wants now, else all that it knows of. */
function scopesOf(resource: JsonObject | null, challenge: string): readonly string[] {
  const wanted = parameterOf(challenge, 'scope')?.split(' ');
  const listed = resource?.['scopes_supported'];
  const scopes = wanted ?? (Array.isArray(listed) ? listed : []);
  if (
    scopes.length > limits.remoteMaxScopes ||
    !scopes.every((scope) => typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(scope))
  )
    throw new InvalidMetadata('its scopes are no list of scopes');
  return [...new Set(scopes as readonly string[])].sort();
}
