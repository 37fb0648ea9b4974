import type { Host } from '../../host/host.ts';
import { challengeParameter, challengeParameters, scopeList } from '../../model/challenge.ts';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { Evidence } from '../../model/outcome.ts';
import { printable } from '../../model/printable.ts';
import type { AuthorizationServer, RemoteAuthorization } from '../../model/remote.ts';
import { parseStrict } from '../../model/strict-json.ts';
import { askOnce } from './ask.ts';
import type { Greeting } from './greet.ts';
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

/** What a server says about how to get in. */
export interface FoundAuthorization {
  readonly authorization: RemoteAuthorization;
  /** By issuer. */
  readonly abilities: Readonly<Record<string, ServerAbilities>>;
  /** null = it lets in anybody and says nothing of it, which is nothing to look into. */
  readonly evidence: Evidence | null;
  /** Why its metadata must not be followed; null = it may, or there is none. */
  readonly invalid: string | null;
}

/** Thrown inside only: metadata that breaks a rule, which is not the same as metadata that is not there. */
class InvalidMetadata extends Error {}

/**
 * Reads the resource metadata of a server, then that of every authorization server which it names. Nothing that it names
 * is asked before it passed the rules of `metadataUrl`, redirects are not followed, and every document is bounded.
 *
 * One that let a stranger in is looked up at the well-known place alone: it may list for anybody and want a sign-in for
 * calls (status `oauth-calls`). There a document that is no metadata of this resource is none.
 *
 * One that refuses with 401 and has no resource metadata is looked up at the well-known place of its own origin, as servers
 * of MCP 2025-03-26 have theirs (status `oauth`, `resource` null): that they belong together is said by nobody, only the
 * place, which the evidence says. Endpoints are never guessed.
 *
 * @param greeting how it took a first message without any secret; attacker-controlled
 * @see RFC 9728, RFC 8414; MCP 2025-11-25, basic/authorization; MCP 2025-03-26, basic/authorization §2.3
 */
export async function readAuthorization(url: string, greeting: Greeting, host: Pick<Host, 'http'>): Promise<FoundAuthorization> {
  const base = new URL(url);
  const challenge = greeting.kind === 'refuses' ? greeting.challenge : null;
  const isUnauthorized = greeting.kind === 'refuses' && greeting.status === 401;
  try {
    const resource = await (challenge === null ? announcedMetadata(base, host) : resourceMetadata(base, challenge, host));
    const isFallback = resource === null && isUnauthorized;
    const issuers = resource !== null ? issuersIn(resource) : isFallback ? [base.origin] : [];
    if (issuers.length === 0 && challenge === null) return openToAll;
    const found: { readonly server: AuthorizationServer; readonly abilities: ServerAbilities }[] = [];
    for (const issuer of issuers) {
      const one = await serverMetadata(issuer, base, host);
      if (one !== null) found.push(one);
    }
    const servers = found.map(({ server }) => server);
    if (servers.length === 0)
      return unknown(
        resource === null ? 'it does not say who lets a client in' : 'whom it names does not answer as an authorization server',
        challenge,
      );
    const named = resource?.['resource'];
    const authorization: RemoteAuthorization = {
      status: challenge === null ? 'oauth-calls' : 'oauth',
      resource: typeof named === 'string' ? named : null,
      scopes: scopesOf(resource, challenge ?? ''),
      servers: servers.toSorted((a, b) => (a.issuer < b.issuer ? -1 : 1)),
    };
    const abilities = Object.fromEntries(found.map(({ server, abilities: own }) => [server.issuer, own]));
    const where = servers.map(({ issuer }) => printable(issuer, { maxLength: 100 })).join(', ');
    const detail = `OAuth at ${where}${isFallback ? ', which is its own origin; the server itself names nobody' : ''}`;
    return { authorization, abilities, evidence: { source: 'authorization', outcome: 'verified', detail }, invalid: null };
  } catch (cause) {
    if (cause instanceof InvalidMetadata) return invalid(cause.message, challenge);
    if (cause instanceof GuardError && cause.code === 'address-refused')
      return invalid(`${cause.message}${cause.why === undefined ? '' : `: ${cause.why}`}`, challenge);
    if (cause instanceof GuardError && cause.code === 'server-unreachable') return unknown(cause.why ?? cause.message, challenge);
    throw cause;
  }
}

const openToAll: FoundAuthorization = {
  authorization: { status: 'none', resource: null, scopes: [], servers: [] },
  abilities: {},
  evidence: null,
  invalid: null,
};

function unknown(why: string, challenge: string | null): FoundAuthorization {
  const status = challenge === null ? 'none' : 'unknown';
  const what = challenge === null ? 'whether it wants a sign-in for calls is not known' : 'it lets nobody in who is not known to it';
  return {
    authorization: { ...openToAll.authorization, status },
    abilities: {},
    evidence: { source: 'authorization', outcome: 'unavailable', detail: `${what}; ${why}` },
    invalid: null,
  };
}

function invalid(why: string, challenge: string | null): FoundAuthorization {
  return { ...unknown(why, challenge), evidence: { source: 'authorization', outcome: 'invalid', detail: why }, invalid: why };
}

async function resourceMetadata(base: URL, challenge: string, host: Pick<Host, 'http'>): Promise<JsonObject | null> {
  const [named = null, ...others] = challengeParameters(challenge, 'resource_metadata');
  if (others.length > 0) throw new InvalidMetadata('it names several places for its metadata');
  for (const place of named !== null ? [named] : wellKnown(base)) {
    const found = await document(allowed(place, base, 'the place of its metadata'), host);
    if (found === null) continue;
    const of = resourceIn(found);
    if (of === null) throw new InvalidMetadata('its metadata names no resource');
    if (!isResourceOf(of, base)) throw new InvalidMetadata(`its metadata is that of ${printable(of.href, { maxLength: 100 })}`);
    return found;
  }
  if (named !== null) throw new InvalidMetadata('there is no metadata where it says that it is');
  return null;
}

/** What nobody was sent to: a redirect is a place with nothing, and a host may have metadata of servers beside. */
async function announcedMetadata(base: URL, host: Pick<Host, 'http'>): Promise<JsonObject | null> {
  for (const place of wellKnown(base)) {
    const found = await document(allowed(place, base, 'the place of its metadata'), host).catch((cause: unknown) => {
      if (cause instanceof GuardError && cause.code === 'address-refused') return null;
      throw cause;
    });
    const of = found === null ? null : resourceIn(found);
    if (of === null) continue;
    if (isResourceOf(of, base)) return found;
    if (of.origin !== base.origin) throw new InvalidMetadata(`its metadata is that of ${printable(of.href, { maxLength: 100 })}`);
  }
  return null;
}

/** @see RFC 9728 §3.1 */
function wellKnown({ origin, pathname }: URL): readonly string[] {
  const root = `${origin}/.well-known/oauth-protected-resource`;
  return pathname === '/' ? [root] : [`${root}${pathname}`, root];
}

function resourceIn({ resource }: JsonObject): URL | null {
  return typeof resource === 'string' && URL.canParse(resource) ? new URL(resource) : null;
}

/** RFC 9728 §3.3: metadata of another resource must not be used. A server may name its origin for all its paths. */
function isResourceOf(of: URL, base: URL): boolean {
  return of.origin === base.origin && `${base.pathname}/`.startsWith(`${of.pathname.replace(/\/$/, '')}/`);
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
      ...(found['revocation_endpoint'] === undefined ? {} : { revocationEndpoint: endpoint('revocation_endpoint') }),
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

/** What it wants now, else all that it knows of. */
function scopesOf(resource: JsonObject | null, challenge: string): readonly string[] {
  const wanted = challengeParameter(challenge, 'scope')?.split(' ');
  const listed = resource?.['scopes_supported'];
  const scopes = scopeList(wanted ?? (Array.isArray(listed) ? listed : []));
  if (scopes === null) throw new InvalidMetadata('its scopes are no list of scopes');
  return scopes;
}
