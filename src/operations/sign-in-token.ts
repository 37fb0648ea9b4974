import type { TokenRefusal, TokenSource } from '../gate/http/wire.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { RemotePin } from '../model/pin.ts';
import { printable } from '../model/printable.ts';
import { authorizationDigest, type RemoteAuthorization } from '../model/remote.ts';
import { shellLine } from '../model/shell-line.ts';
import { type SignIn, scopesBeyond } from '../model/sign-in.ts';
import { namesOf, scopesBlockedFor } from '../store/blocked-scopes.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { keepRenewed, readSignIn, whileRenewing } from '../store/sign-in.ts';
import { scopeOption } from './command-line.ts';
import { proposeScopes } from './propose-scopes.ts';

/** The token of a server that a person signed in to, for one connection. */
export interface PinnedRemote {
  readonly place: ServerPlace;
  readonly url: string;
  /** As pinned: a sign-in for another one is none. */
  readonly authorization: RemoteAuthorization;
}

/** The command with which a person signs in. */
export function loginCommand({ name, scope }: Pick<ServerPlace, 'name' | 'scope'>): string {
  return shellLine(['pinfold', 'login', ...scopeOption(scope), name]);
}

/**
 * The token that is kept for what is pinned, renewed when it ends soon, and again when the server no longer takes it.
 * Asks nobody but the token endpoint that is pinned, whatever the server says; never asks a person. Where a server wants
 * a sign-in for calls only there may be none, and one that a person makes meanwhile is taken when it is wanted.
 *
 * @throws GuardError `sign-in-needed` when there is none that could be used or renewed, and none is let in without; as
 *   `renewed` does.
 */
export async function tokenOf(remote: PinnedRemote, host: Host): Promise<TokenSource> {
  const isOptional = remote.authorization.status === 'oauth-calls';
  const kept = await readSignIn(remote.place, useOf(remote), host);
  if (kept === null && !isOptional)
    throw new GuardError('sign-in-needed', `nobody is signed in to \`${remote.place.name}\` on this machine`, {
      why: 'it lets in only who signed in at the authorization server that was approved',
      hint: loginCommand(remote.place),
    });
  const endsSoon = kept !== null && kept.expiresAtMs !== null && kept.expiresAtMs - limits.oauthRenewBeforeMs <= host.now();
  let now = endsSoon
    ? await renewedOrKept(remote, kept, host).catch((cause: unknown) => {
        if (isOptional && cause instanceof GuardError && cause.code === 'sign-in-needed') return null;
        throw cause;
      })
    : kept;
  let renewing: Promise<boolean | TokenRefusal> | null = null;
  const renew = async (stale: string | null): Promise<boolean | TokenRefusal> => {
    if ((now?.accessToken ?? null) !== stale) return true;
    try {
      const next = await renewed(remote, stale, host);
      if ('refusal' in next) return next.refusal;
      now = next;
      return true;
    } catch (cause) {
      if (cause instanceof GuardError) return false;
      throw cause;
    }
  };
  return {
    current: () => now?.accessToken ?? null,
    secrets: () => (now === null ? [] : [now.accessToken, ...(now.refreshToken === null ? [] : [now.refreshToken])]),
    renew(stale) {
      renewing ??= renew(stale).finally(() => {
        renewing = null;
      });
      return renewing;
    },
    async want(scopes, stale) {
      const kept = await readSignIn(remote.place, useOf(remote), host).catch((cause: unknown) => {
        if (cause instanceof GuardError) return null;
        throw cause;
      });
      if (kept !== null && kept.accessToken !== stale) {
        now = kept;
        return null;
      }
      const allowed = approvedFor(remote, now);
      return wider(
        remote,
        (scopes ?? []).filter((scope) => !allowed.includes(scope)),
        host,
      );
    },
    remedy: loginCommand(remote.place),
  };
}

/** The token of a sign-in that is kept for what is pinned; null = there is none that still works. */
export async function keptToken({ launch: { url }, authorization }: RemotePin, place: ServerPlace, host: Host) {
  return tokenOf({ place, url, authorization }, host).catch((cause: unknown) => {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return null;
    throw cause;
  });
}

/** What a session says when its sign-in is not good for enough. Rights that nobody approved wait for a person. */
async function wider(remote: PinnedRemote, unapproved: readonly string[], host: Host): Promise<TokenRefusal> {
  if (unapproved.length === 0) {
    const message = `the sign-in is not good for this; a person has to sign in again: ${loginCommand(remote.place)}`;
    return { code: 'sign-in-needed', message };
  }
  const { blocked, command } = await proposeScopes(remote, unapproved, host);
  return blocked
    ? {
        code: 'scope-blocked',
        message: `the server wants rights that a person blocked for ever; only a person takes that back: ${command}`,
      }
    : { code: 'scope-not-approved', message: `the server wants rights that were not approved; a person has to decide: ${command}` };
}

/** A token that was just made and is not kept yet. */
export function freshToken({ accessToken, refreshToken }: SignIn): TokenSource {
  return {
    current: () => accessToken,
    secrets: () => [accessToken, ...(refreshToken === null ? [] : [refreshToken])],
    renew: async () => false,
    want: async () => ({ code: 'sign-in-needed', message: 'the sign-in is not good for this' }),
    remedy: null,
  };
}

/** At a start. What was approved may be used for as long as it lasts, where its renewal is good for more. @throws GuardError as `renewed`. */
async function renewedOrKept(remote: PinnedRemote, kept: SignIn, host: Host): Promise<SignIn> {
  const next = await renewed(remote, kept.accessToken, host);
  if (!('refusal' in next)) return next;
  if (kept.expiresAtMs !== null && kept.expiresAtMs > host.now()) return kept;
  throw next.error;
}

/** Takes what another process renewed meanwhile, else renews and keeps it. @throws GuardError `sign-in-needed`, `sign-in-failed`, `server-unreachable`, `busy`. */
async function renewed(remote: PinnedRemote, stale: string | null, host: Host): Promise<SignIn | TooMuch> {
  const { place, url, authorization } = remote;
  const ended = (why: string) =>
    new GuardError('sign-in-needed', `the sign-in to \`${place.name}\` has ended`, { why, hint: loginCommand(place) });
  return whileRenewing(
    place,
    async () => {
      const kept = await readSignIn(place, useOf(remote), host);
      if (kept === null) throw ended('nobody is signed in any more');
      if (kept.accessToken !== stale) return kept;
      const barred = namesOf(await scopesBlockedFor(place, url, host));
      const approved = approvedFor(remote, kept);
      const before = scopesBeyond(kept.exceeds ?? null, approved, barred);
      if (before.length > 0) return tooMuch(remote, before, host);
      const server = authorization.servers.find(({ issuer }) => issuer === kept.issuer);
      if (kept.refreshToken === null || server === undefined)
        throw ended('its token has run out, and the server gave none to renew it with');
      // Not at the top: most sessions end before their token does.
      const { refresh } = await import('../sources/remote/oauth.ts');
      const tokens = await refresh({ url, server, resource: kept.resource }, kept.client, kept.refreshToken, host.http).catch(
        (cause: unknown) => {
          if (cause instanceof GuardError && cause.code === 'sign-in-needed') throw ended(cause.why ?? cause.message);
          throw cause;
        },
      );
      const beyond = scopesBeyond(tokens.scopes, approved, barred);
      if (beyond.length > 0) {
        // What is not used is taken back with the sign-in: taken back alone, at many servers all of it would end.
        await keepRenewed(place, kept, { ...kept, refreshToken: tokens.refreshToken ?? kept.refreshToken, exceeds: beyond }, host);
        return tooMuch(remote, beyond, host);
      }
      const { exceeds: _, ...rest } = kept;
      const next: SignIn = {
        ...rest,
        ...(approved.length === 0 && tokens.scopes !== null ? { granted: tokens.scopes } : {}),
        accessToken: tokens.accessToken,
        refreshToken: tokens.refreshToken ?? kept.refreshToken,
        expiresAtMs: tokens.expiresInMs === null ? null : host.now() + tokens.expiresInMs,
      };
      if (await keepRenewed(place, kept, next, host)) return next;
      const { revoke } = await import('../sources/remote/revoke.ts');
      await revoke(next, host.http);
      throw ended('it was ended while it was renewed');
    },
    host,
  );
}

/** What may be used of a renewal: what is pinned by now, what this sign-in was made for, and what it was good for from the start. */
function approvedFor({ authorization }: PinnedRemote, kept: SignIn | null): readonly string[] {
  return [...authorization.scopes, ...(kept?.scopes ?? []), ...(kept?.granted ?? [])];
}

/** Why a renewal that is good for more than was approved is not used: for a model, and for a person. */
interface TooMuch {
  readonly refusal: TokenRefusal;
  readonly error: GuardError;
}

async function tooMuch(remote: PinnedRemote, beyond: readonly string[], host: Host): Promise<TooMuch> {
  const { place } = remote;
  const { blocked, command } = await proposeScopes(remote, beyond, host);
  const login = loginCommand(place);
  const [who, rights, hint] = blocked
    ? ['you blocked for ever', 'that a person blocked for ever', login]
    : ['nobody approved', 'that were not approved', `${command}, or sign in anew: ${login}`];
  const message = `the server renews the sign-in only to rights ${rights}; a person has to decide: ${hint}`;
  const why = `it would be good for more; ${who}: ${printable(beyond.join(', '), { maxLength: 400 })}`;
  return {
    refusal: { code: blocked ? 'scope-blocked' : 'scope-not-approved', message },
    error: new GuardError('sign-in-needed', `the sign-in to \`${place.name}\` is not renewed`, { why, hint }),
  };
}

function useOf({ url, authorization }: PinnedRemote) {
  return { url, authorization: authorizationDigest(authorization) };
}
