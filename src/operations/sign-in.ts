import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { type AuthorizationServer, authorizationDigest, authorizationDrift, type RemoteAuthorization } from '../model/remote.ts';
import { type SignIn, scopesBeyond } from '../model/sign-in.ts';
import { readAuthorization, type ServerAbilities } from '../sources/remote/authorization.ts';
import type { OAuthTarget, Returned } from '../sources/remote/oauth.ts';
import { revoke } from '../sources/remote/revoke.ts';
import { type CameBack, callback, callbackPath } from './sign-in-callback.ts';
import { greetAsStranger } from './stranger.ts';

export interface SignInRequest {
  readonly url: string;
  /** What a person approved, or has just been shown and agreed to. */
  readonly authorization: RemoteAuthorization;
  /** What a person blocked for ever: it is not asked for, and a sign-in that is good for it is none. */
  readonly blockedScopes: readonly string[];
  /** Which of its servers, where there are several; null = the only one. */
  readonly issuer: string | null;
  /** A client that somebody registered there; null = this machine registers by itself. */
  readonly client: { readonly id: string; readonly secret: string | null } | null;
  /** Puts scopes that a sign-in would be good for, and nobody approved, before a person. Returns what that person does, for a hint. */
  readonly propose: (scopes: readonly string[]) => Promise<string>;
  /** The command line that comes here again, for hints. */
  readonly command: string;
}

/** What a person has to do, for the terminal. The link is attacker-controlled: https, and plain ASCII. */
export interface SignInLink {
  readonly event: 'link';
  readonly link: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** What the server names by now beside what was approved, and what is not asked for; empty = nothing. */
  readonly unapproved: readonly string[];
}

/**
 * Signs a person in: authorization code with PKCE over a page of this machine that a browser comes back to. Asks nobody
 * but the authorization server that was agreed to, after the server has named the same ones again; a browser is opened
 * by the person. Stores nothing.
 *
 * @throws GuardError `approval-needed` without a terminal, `authorization-changed`, `sign-in-failed`, `usage`,
 *   `server-unreachable`, `address-refused`, `interrupted`, `offline`.
 * @see MCP 2025-11-25, basic/authorization; RFC 6749, 7636, 8252, 8707, 9207
 */
export async function signIn(request: SignInRequest, host: Host, tell: (event: SignInLink) => void): Promise<SignIn> {
  const { url, authorization } = request;
  if (!host.terminal.interactive) {
    throw new GuardError('approval-needed', 'signing in takes a person at a terminal', {
      why: 'the link must be opened by the one who wants it',
      hint: `in a terminal of your own: ${request.command}`,
    });
  }
  const server = chosen(request);
  const { abilities, scopes, unapproved } = await sameAsApproved(request, server, host);
  const oauth = await import('../sources/remote/oauth.ts');
  const target: OAuthTarget = { url, server, resource: authorization.resource ?? url };
  const state = host.randomId();
  const { answer, cameBack } = callback(state);
  const page = await host.page.serve(answer, {
    maxBodyBytes: limits.pageBodyMaxBytes,
    maxHeaderBytes: limits.pageHeadersMaxBytes,
    requestTimeoutMs: limits.pageRequestMaxMs,
    idleMs: limits.signInMaxMs,
    maxConnections: limits.pageMaxConnections,
  });
  let interrupted = false;
  const forget = host.processes.onSignal(() => {
    interrupted = true;
    void page.close();
  });
  try {
    const redirectUrl = `${page.origin}${callbackPath}`;
    const client =
      request.client === null
        ? await oauth.register(target, { redirectUrl, abilities, scopes }, host.http)
        : oauth.clientOf({ client_id: request.client.id, client_secret: request.client.secret ?? undefined }, abilities);
    const started = await oauth.start(target, { client, abilities, redirectUrl, state, scopes });
    tell({ event: 'link', link: started.link, issuer: server.issuer, scopes, unapproved });
    const back = await Promise.race([cameBack, page.ended]);
    if (typeof back === 'string') throw interrupted ? new GuardError('interrupted', 'interrupted; nothing was changed') : late();
    const returned = codeIn(back, server);
    const tokens = await oauth.exchange(target, { client, abilities, redirectUrl, started, returned }, host.http);
    const made: SignIn = {
      url,
      authorization: authorizationDigest(authorization),
      issuer: server.issuer,
      ...(server.revocationEndpoint === undefined ? {} : { revocationEndpoint: server.revocationEndpoint }),
      resource: target.resource,
      client,
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      expiresAtMs: tokens.expiresInMs === null ? null : host.now() + tokens.expiresInMs,
      scopes,
    };
    const beyond = scopesBeyond(tokens.scopes, scopes, request.blockedScopes);
    if (beyond.length === 0) return scopes.length > 0 || tokens.scopes === null ? made : { ...made, granted: tokens.scopes };
    await revoke(made, host.http);
    throw await tooMuch(beyond, server, request);
  } finally {
    forget();
    await page.close();
  }
}

function chosen({ authorization: { servers }, issuer, command }: SignInRequest): AuthorizationServer {
  const [only, ...more] = servers;
  const shown = servers.map((server) => printable(server.issuer, { maxLength: 200 })).join(', ');
  if (only === undefined)
    throw new GuardError('sign-in-failed', 'there is nobody to sign in to', { why: 'the server names no authorization server' });
  if (issuer === null) {
    if (more.length === 0) return only;
    throw new GuardError('usage', 'several servers let clients in', {
      why: shown,
      hint: `${command} --issuer ${printable(only.issuer, { maxLength: 200 })}`,
    });
  }
  const found = servers.find((server) => server.issuer.replace(/\/$/, '') === issuer.replace(/\/$/, ''));
  if (found === undefined)
    throw new GuardError('usage', 'that one was not approved to let clients in', {
      why: `approved: ${shown}`,
      hint: 'name one of these, or leave --issuer out',
    });
  return found;
}

/** What the server that was agreed to can do, as it says now, and what is asked of it, after the remote server has named it again. */
async function sameAsApproved(
  { url, authorization, blockedScopes }: SignInRequest,
  server: AuthorizationServer,
  host: Host,
): Promise<{ readonly abilities: ServerAbilities; readonly scopes: readonly string[]; readonly unapproved: readonly string[] }> {
  const greeting = await greetAsStranger(url, authorization, host);
  if (greeting.kind === 'talks' && authorization.status !== 'oauth-calls')
    throw new GuardError('sign-in-failed', `${printable(new URL(url).host)} lets anybody in now`, {
      why: 'there is nothing to sign in for',
    });
  const found = await readAuthorization(url, greeting, host);
  const drift = found.invalid ?? authorizationDrift(authorization, found.authorization);
  if (drift !== null)
    throw new GuardError('authorization-changed', 'who lets clients in is not what was approved; nobody was sent there', { why: drift });
  const abilities = found.abilities[server.issuer];
  if (abilities === undefined)
    throw new GuardError('sign-in-failed', 'the authorization server does not answer', { why: printable(server.issuer) });
  // What was approved, and no more, whatever it names by now.
  const { scopes } = authorization;
  // Who is asked for nothing by name gives what it likes.
  if (scopes.length === 0 && blockedScopes.length > 0)
    throw new GuardError('sign-in-failed', 'no scope is left to ask for', {
      why: `you blocked for ever: ${blockedScopes.map((scope) => printable(scope)).join(', ')}`,
      hint: 'pinfold review shows what is blocked; pinfold unblock takes it back',
    });
  const unapproved = found.authorization.scopes.filter((scope) => !scopes.includes(scope));
  // Without it many give out nothing that outlives the first hour (SEP-2207).
  const more =
    abilities.scopes.includes('offline_access') && ![...scopes, ...blockedScopes].includes('offline_access') ? ['offline_access'] : [];
  return { abilities, scopes: [...scopes, ...more], unapproved };
}

/** It was asked for what was approved and gives more, which is not kept: with it every call could do what nobody agreed to. */
async function tooMuch(beyond: readonly string[], server: AuthorizationServer, request: SignInRequest): Promise<GuardError> {
  const { blockedScopes, propose } = request;
  const barred = beyond.filter((scope) => blockedScopes.includes(scope));
  const [who, named] = barred.length > 0 ? ['you blocked for ever', barred] : ['nobody approved', beyond];
  return new GuardError('sign-in-failed', `${printable(new URL(server.issuer).host)} gives more than it was asked for`, {
    why: `${who}: ${printable(named.join(', '), { maxLength: 400 })}; what it gave is not kept`,
    ...(barred.length > 0 ? {} : { hint: await propose(beyond) }),
  });
}

function codeIn(back: CameBack, server: AuthorizationServer): Returned {
  if ('code' in back) return back;
  throw new GuardError('sign-in-failed', `${printable(new URL(server.issuer).host)} did not let you in`, {
    why: back.refused === null ? 'it gives no reason' : `it says ${back.refused}`,
  });
}

function late(): GuardError {
  return new GuardError('sign-in-failed', 'nobody came back from the sign-in', {
    why: `after ${limits.signInMaxMs / 60_000} minutes it is not waited for any longer`,
  });
}
