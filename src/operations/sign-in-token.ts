import type { TokenSource } from '../gate/http/wire.ts';
import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { authorizationDigest, type RemoteAuthorization } from '../model/remote.ts';
import { shellLine } from '../model/shell-line.ts';
import type { SignIn } from '../model/sign-in.ts';
import { isBlocked, readBlocked } from '../store/blocked.ts';
import { appendLedger } from '../store/ledger.ts';
import { addPending, type PendingItem } from '../store/pending.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { keepRenewed, readSignIn, whileRenewing } from '../store/sign-in.ts';
import { scopedCommand, scopeOption, unblockCommand } from './command-line.ts';

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
    ? await renewed(remote, kept.accessToken, host).catch((cause: unknown) => {
        if (isOptional && cause instanceof GuardError && cause.code === 'sign-in-needed') return null;
        throw cause;
      })
    : kept;
  let renewing: Promise<boolean> | null = null;
  const renew = async (stale: string | null): Promise<boolean> => {
    if ((now?.accessToken ?? null) !== stale) return true;
    try {
      now = await renewed(remote, stale, host);
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
      const allowed = [...remote.authorization.scopes, ...(now?.scopes ?? [])];
      return wider(
        remote,
        (scopes ?? []).filter((scope) => !allowed.includes(scope)),
        host,
      );
    },
    remedy: loginCommand(remote.place),
  };
}

/** What a session says when its sign-in is not good for enough. Rights that nobody approved wait for a person. */
async function wider({ place }: PinnedRemote, unapproved: readonly string[], host: Host): Promise<{ code: string; message: string }> {
  if (unapproved.length === 0) {
    const message = `the sign-in is not good for this; a person has to sign in again: ${loginCommand(place)}`;
    return { code: 'sign-in-needed', message };
  }
  const items = unapproved.map((scope): PendingItem => {
    return { kind: 'scope', name: scope, digest: digestValue(scope), template: scope, pinned: null };
  });
  const blocked = await readBlocked(place, host).catch(() => []);
  await addPending(place, items, host);
  const noted = items.slice(0, 50).map(({ kind, name }) => ({ kind, name, reason: 'not-approved' }));
  await appendLedger({ event: 'withheld', server: `${place.scope}:${place.name}`, detail: { items: noted, count: items.length } }, host);
  if (items.every((item) => isBlocked(blocked, item))) {
    const message = `the server wants rights that a person blocked for ever; only a person takes that back: ${unblockCommand(place.scope, place.name)}`;
    return { code: 'scope-blocked', message };
  }
  const how = scopedCommand('approve', place.scope, place.name);
  return { code: 'scope-not-approved', message: `the server wants rights that were not approved; a person has to decide: ${how}` };
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

/** Takes what another process renewed meanwhile, else renews and keeps it. @throws GuardError `sign-in-needed`, `sign-in-failed`, `server-unreachable`, `busy`. */
async function renewed(remote: PinnedRemote, stale: string | null, host: Host): Promise<SignIn> {
  const { place, url, authorization } = remote;
  const ended = (why: string) =>
    new GuardError('sign-in-needed', `the sign-in to \`${place.name}\` has ended`, { why, hint: loginCommand(place) });
  return whileRenewing(
    place,
    async () => {
      const kept = await readSignIn(place, useOf(remote), host);
      if (kept === null) throw ended('nobody is signed in any more');
      if (kept.accessToken !== stale) return kept;
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
      const next: SignIn = {
        ...kept,
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

function useOf({ url, authorization }: PinnedRemote) {
  return { url, authorization: authorizationDigest(authorization) };
}
