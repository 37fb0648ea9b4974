import type { Digest } from './digest.ts';

/** How a client proves who it is at a token endpoint. @see RFC 7591 §2 */
export type ClientMethod = 'none' | 'client_secret_basic' | 'client_secret_post';

/** Who asks for tokens. `secret` is one, when there is one. */
export interface OAuthClient {
  readonly id: string;
  /** null = a public client. */
  readonly secret: string | null;
  readonly method: ClientMethod;
}

/**
 * What a person got by signing in to a remote server. Secrets. It is good for one address whose authorization servers
 * are the approved ones, and for nothing else, whatever is pinned under the name now.
 */
export interface SignIn {
  /** The address, exactly. */
  readonly url: string;
  /** `authorizationDigest` of what was approved. */
  readonly authorization: Digest;
  /** Which of its authorization servers. */
  readonly issuer: string;
  /** Where its tokens are taken back, as it was agreed to; absent = nowhere. @see RFC 7009 */
  readonly revocationEndpoint?: string;
  /** For whom the tokens are. @see RFC 8707 */
  readonly resource: string;
  readonly client: OAuthClient;
  readonly accessToken: string;
  /** null = there is none: when the access token has expired, a person signs in again. */
  readonly refreshToken: string | null;
  /** Milliseconds since the epoch; null = the server did not say. */
  readonly expiresAtMs: number | null;
  /** What was asked for; empty = nothing was named. */
  readonly scopes: readonly string[];
  /** What the server said that it is good for, where nothing was asked for by name; absent = it did not say. */
  readonly granted?: readonly string[];
  /**
   * What a renewal would have been good for beside what was approved: what it gave is not used, and it is not renewed again
   * before a person approved that or signed in anew. The refresh token is kept to be taken back. Absent = nothing.
   */
  readonly exceeds?: readonly string[];
}

/**
 * What a token is good for beside what was approved; empty = nothing, or the server does not say, which means what was
 * asked for (RFC 6749 §5.1). To be renewed (`offline_access`) is what a sign-in is for, and needs no approval.
 *
 * @param given as the server says it; attacker-controlled
 * @param approved empty = nothing was ever named, and there is nothing to compare with
 * @param blocked never approved, whatever else says so
 */
export function scopesBeyond(given: readonly string[] | null, approved: readonly string[], blocked: readonly string[]): readonly string[] {
  const allowed = new Set([...approved, 'offline_access'].filter((scope) => !blocked.includes(scope)));
  const isAllowed = (scope: string) => (approved.length === 0 ? !blocked.includes(scope) : allowed.has(scope));
  // Some send a list with commas, which in a scope are characters like others.
  const named = (given ?? []).flatMap((scope) =>
    isAllowed(scope) && !blocked.some((one) => scope.split(',').includes(one)) ? [] : scope.split(','),
  );
  return [...new Set(named.filter((scope) => scope !== '' && !isAllowed(scope)))].sort();
}

/**
 * What became of taking tokens back at the server. `not-offered`: it takes none. `refused`: it did not take them, or
 * wanted to be asked elsewhere. `unavailable`: it could not be asked. `not-tried`: a newer sign-in of the same client
 * could end with it. `why` is shown; null = there is nothing to say.
 */
export interface Revocation {
  readonly outcome: (typeof revocationOutcomes)[number];
  readonly why: string | null;
}

export const revocationOutcomes = ['revoked', 'not-offered', 'refused', 'unavailable', 'not-tried'] as const;

/** A sign-in that is no longer used here. */
export interface EndedSignIn {
  /** Who gave the tokens; null = what was kept could not be read. */
  readonly issuer: string | null;
  readonly revocation: Revocation;
  /** Its tokens are kept, for nothing but to be taken back by a later command. */
  readonly again: boolean;
}
