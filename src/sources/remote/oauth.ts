import {
  exchangeAuthorization,
  IssuerMismatchError,
  OAuthError,
  refreshAuthorization,
  registerClient,
  selectClientAuthMethod,
  startAuthorization,
} from '@modelcontextprotocol/client';
import type { HttpPort } from '../../host/http.ts';
import { scopeList } from '../../model/challenge.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';
import type { AuthorizationServer } from '../../model/remote.ts';
import type { OAuthClient } from '../../model/sign-in.ts';
import type { ServerAbilities } from './authorization.ts';
import { approvedFetch } from './oauth-fetch.ts';

/** Whom one is signing in to, and for what. */
export interface OAuthTarget {
  /** The server's own address. */
  readonly url: string;
  /** One that a person agreed to. */
  readonly server: AuthorizationServer;
  /** @see RFC 8707 */
  readonly resource: string;
}

/** Secrets, as the authorization server gave them; their form is checked. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresInMs: number | null;
  /** What they are good for, where that is not what was asked for; null = it does not say. @see RFC 6749 §5.1 */
  readonly scopes: readonly string[] | null;
}

/** The link under which a person signs in, and what proves afterwards that it was this sign-in. */
export interface Started {
  readonly link: string;
  readonly codeVerifier: string;
}

/** What came back to this machine with the person. Attacker-controlled. */
export interface Returned {
  readonly code: string;
  /** null = it was not said. @see RFC 9207 */
  readonly issuer: string | null;
}

/**
 * Registers this machine as a client, for this one sign-in: the port in the redirect address is another one each time.
 *
 * @throws GuardError as `failureOf`; `sign-in-failed` when clients cannot register by themselves.
 * @see RFC 7591
 */
export async function register(
  target: OAuthTarget,
  given: { readonly redirectUrl: string; readonly abilities: ServerAbilities; readonly scopes: readonly string[] },
  http: Pick<HttpPort, 'open'>,
): Promise<OAuthClient> {
  const { server } = target;
  if (server.registrationEndpoint === null)
    throw new GuardError('sign-in-failed', `clients cannot register by themselves at ${shown(server)}`, {
      why: 'it knows only clients that somebody registered there',
      hint: 'give the id of yours: --client-id ID',
    });
  const clientMetadata = {
    client_name: 'pinfold',
    redirect_uris: [given.redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native' as const,
    ...(given.scopes.length === 0 ? {} : { scope: given.scopes.join(' ') }),
  };
  const fetchFn = approvedFetch([server.registrationEndpoint], new URL(target.url), http);
  const metadata = metadataOf(server, given.abilities);
  const registered = await registerClient(server.issuer, { metadata, clientMetadata, fetchFn }).catch((cause: unknown) => {
    throw failureOf(cause, server, 'it does not register this client');
  });
  return clientOf(registered, given.abilities);
}

/** The client with the way in which it proves who it is. @throws GuardError `sign-in-failed` for one that cannot be used. */
export function clientOf(
  given: {
    readonly client_id: string;
    readonly client_secret?: string | undefined;
    readonly token_endpoint_auth_method?: string | undefined;
  },
  { clientMethods }: ServerAbilities,
): OAuthClient {
  const { client_id: id, client_secret: secret } = given;
  if (!isPlain(id) || (secret !== undefined && !isPlain(secret)))
    throw new GuardError('sign-in-failed', 'the client id or its secret cannot be used', { why: 'it is no plain text of one line' });
  const method = selectClientAuthMethod(
    {
      client_id: id,
      ...(secret === undefined ? {} : { client_secret: secret }),
      ...(given.token_endpoint_auth_method === undefined ? {} : { token_endpoint_auth_method: given.token_endpoint_auth_method }),
    },
    [...(clientMethods ?? [])],
  );
  return { id, secret: secret ?? null, method };
}

/**
 * Begins a sign-in: authorization code with PKCE, for this resource alone.
 *
 * @throws GuardError `sign-in-failed` when the server knows no PKCE (MCP 2025-11-25: clients must refuse then) or no codes.
 */
export async function start(
  target: OAuthTarget,
  given: {
    readonly client: OAuthClient;
    readonly abilities: ServerAbilities;
    readonly redirectUrl: string;
    readonly state: string;
    readonly scopes: readonly string[];
  },
): Promise<Started> {
  const { server, resource } = target;
  const { responseTypes, challengeMethods } = given.abilities;
  const missing =
    challengeMethods?.includes('S256') !== true
      ? 'it does not say that it knows PKCE with S256, without which a stolen code is a stolen account'
      : responseTypes.includes('code')
        ? null
        : 'it gives out no authorization codes';
  if (missing !== null) throw new GuardError('sign-in-failed', `nobody is sent to ${shown(server)}`, { why: missing });
  const { authorizationUrl, codeVerifier } = await startAuthorization(server.issuer, {
    metadata: metadataOf(server, given.abilities),
    clientInformation: { client_id: given.client.id },
    redirectUrl: given.redirectUrl,
    state: given.state,
    resource,
    ...(given.scopes.length === 0 ? {} : { scope: given.scopes.join(' ') }),
  });
  return { link: authorizationUrl.href, codeVerifier };
}

/** Exchanges the code, after it is known whom it is from. @throws GuardError as `failureOf`. @see RFC 9207 §2.4 */
export async function exchange(
  target: OAuthTarget,
  given: {
    readonly client: OAuthClient;
    readonly abilities: ServerAbilities;
    readonly redirectUrl: string;
    readonly started: Started;
    readonly returned: Returned;
  },
  http: Pick<HttpPort, 'open'>,
): Promise<Tokens> {
  const { server, resource } = target;
  const { client, returned, started, redirectUrl } = given;
  try {
    return tokensOf(
      await exchangeAuthorization(server.issuer, {
        metadata: metadataOf(server, { ...given.abilities, clientMethods: [client.method] }),
        clientInformation: informationOf(client),
        authorizationCode: returned.code,
        ...(returned.issuer === null ? {} : { iss: returned.issuer }),
        codeVerifier: started.codeVerifier,
        redirectUri: redirectUrl,
        resource,
        fetchFn: approvedFetch([server.tokenEndpoint], new URL(target.url), http),
      }),
    );
  } catch (cause) {
    throw failureOf(cause, server, 'it gives no token for the code');
  }
}

/** Asks for a new access token. @throws GuardError as `failureOf`; `sign-in-needed` when the old ones are no longer good. */
export async function refresh(
  target: OAuthTarget,
  client: OAuthClient,
  refreshToken: string,
  http: Pick<HttpPort, 'open'>,
): Promise<Tokens> {
  const { server, resource } = target;
  try {
    return tokensOf(
      await refreshAuthorization(server.issuer, {
        metadata: metadataOf(server, { ...noAbilities, clientMethods: [client.method] }),
        clientInformation: informationOf(client),
        refreshToken,
        resource,
        fetchFn: approvedFetch([server.tokenEndpoint], new URL(target.url), http),
      }),
    );
  } catch (cause) {
    if (cause instanceof OAuthError && /^invalid_(?:grant|client)$|^unauthorized_client$/.test(cause.code))
      throw new GuardError('sign-in-needed', `the sign-in at ${shown(server)} has ended`, { why: `it says ${cause.code}` });
    throw failureOf(cause, server, 'it gives no new token');
  }
}

const noAbilities: ServerAbilities = {
  responseTypes: ['code'],
  challengeMethods: ['S256'],
  clientMethods: null,
  sendsIssuer: false,
  scopes: [],
};

function metadataOf(server: AuthorizationServer, { responseTypes, challengeMethods, clientMethods, sendsIssuer }: ServerAbilities) {
  return {
    issuer: server.issuer,
    authorization_endpoint: server.authorizationEndpoint,
    token_endpoint: server.tokenEndpoint,
    ...(server.registrationEndpoint === null ? {} : { registration_endpoint: server.registrationEndpoint }),
    response_types_supported: [...responseTypes],
    ...(challengeMethods === null ? {} : { code_challenge_methods_supported: [...challengeMethods] }),
    ...(clientMethods === null ? {} : { token_endpoint_auth_methods_supported: [...clientMethods] }),
    authorization_response_iss_parameter_supported: sendsIssuer,
  };
}

function informationOf({ id, secret, method }: OAuthClient) {
  return { client_id: id, token_endpoint_auth_method: method, ...(secret === null ? {} : { client_secret: secret }) };
}

function tokensOf(given: {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token?: string | undefined;
  readonly expires_in?: number | undefined;
  readonly scope?: string | undefined;
}): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, token_type: type, expires_in: seconds } = given;
  if (!/^bearer$/i.test(type))
    throw new GuardError('sign-in-failed', 'the token is of a kind that cannot be sent', { why: 'it is no bearer token' });
  // It becomes a header.
  if (!isPlain(accessToken) || (refreshToken !== undefined && !isPlain(refreshToken)))
    throw new GuardError('sign-in-failed', 'the token cannot be sent', { why: 'it is no plain text of one line' });
  const said = seconds !== undefined && Number.isFinite(seconds) && seconds >= 0;
  const expiresInMs = said ? Math.min(seconds, 10 * 365 * 86_400) * 1000 : null;
  const scopes = given.scope === undefined ? null : scopeList(given.scope.split(' ').filter((scope) => scope !== ''));
  if (scopes === null && given.scope !== undefined)
    throw new GuardError('sign-in-failed', 'the token is not used', { why: 'what it is good for cannot be read' });
  return { accessToken, refreshToken: refreshToken ?? null, expiresInMs, scopes };
}

function isPlain(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && text.length <= limits.oauthTokenMaxLength;
}

/** In words of our own: what a server writes beside a code of an error may hold what it was sent. */
function failureOf(cause: unknown, server: AuthorizationServer, what: string): GuardError {
  if (cause instanceof GuardError) return cause;
  const at = shown(server);
  if (cause instanceof IssuerMismatchError)
    return new GuardError('sign-in-failed', `what came back is not from ${at}`, {
      why: 'it names another issuer, or none although that server always names itself; the code was sent to nobody',
    });
  const code = cause instanceof OAuthError && /^[a-z_]{1,40}$/.test(cause.code) ? ` (${cause.code})` : '';
  return new GuardError('sign-in-failed', `signing in at ${at} failed`, { why: `${what}${code}` });
}

function shown({ issuer }: AuthorizationServer): string {
  return printable(new URL(issuer).host, { maxLength: 100 });
}
