import { canonical } from './canonical.ts';
import { type Digest, digestValue } from './digest.ts';
import type { JsonValue } from './json.ts';
import type { Looked } from './looked.ts';
import { printable } from './printable.ts';

/** How a remote server is spoken to. `sse` is the transport of 2024-11-05. @see MCP 2025-11-25, basic/transports */
export type RemoteTransport = 'streamable-http' | 'sse';

/** An authorization server as its own metadata says it. @see RFC 8414 */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** null = clients cannot register by themselves. */
  readonly registrationEndpoint: string | null;
  /** Absent = it takes no token back, or nobody looked yet when it was pinned. @see RFC 7009 */
  readonly revocationEndpoint?: string;
}

/**
 * What a remote server wants before it answers. `none`: nothing. `static`: it answered to a header that the person gave.
 * `oauth`: it refuses, and names who may let a client in. `oauth-calls`: it answers anybody, and names who may let a client
 * in all the same: for calls. `unknown`: it refuses, and does not say how to get in.
 */
export const authorizationStatuses = ['none', 'static', 'oauth', 'oauth-calls', 'unknown'] as const;
export type AuthorizationStatus = (typeof authorizationStatuses)[number];

/** What is pinned of it; all text is attacker-controlled until a person approved it. */
export interface RemoteAuthorization {
  readonly status: AuthorizationStatus;
  /** The resource identifier of its metadata; null = it has none. @see RFC 9728 */
  readonly resource: string | null;
  /** Sorted, each once. */
  readonly scopes: readonly string[];
  /** Sorted by issuer; empty = none is named. */
  readonly servers: readonly AuthorizationServer[];
}

/** True where a person can sign in. */
export function takesSignIn({ status }: RemoteAuthorization): boolean {
  return status === 'oauth' || status === 'oauth-calls';
}

/** Everything that is known about a remote server before approval. There are no bytes: it is never called clean (DESIGN G8). */
export interface RemoteDisclosure extends Looked {
  /** What the user typed. */
  readonly reference: string;
  readonly url: string;
  /** Scheme, host and port: the identity that policy and pins use. */
  readonly origin: string;
  /** Host and path, for messages. */
  readonly name: string;
  readonly transport: RemoteTransport;
  /** Names (never values) of the headers that it is sent. Lower case, sorted. */
  readonly headerNames: readonly string[];
  readonly authorization: RemoteAuthorization;
  /** What it names as scopes and a person blocked for ever for its origin: in no pin, and asked for by no sign-in. Sorted. */
  readonly blockedScopes: readonly string[];
  /** A person signed in, and it let them in: what it lists is what it shows to that account. */
  readonly signedIn: boolean;
}

/**
 * How what a server says now about who lets clients in differs from what was approved; null = it does not. Fewer or more
 * scopes are no difference: they are asked of the same server, and by a person.
 */
export function authorizationDrift(pinned: RemoteAuthorization, now: RemoteAuthorization): string | null {
  if (pinned.servers.length === 0) return null;
  if (now.servers.length === 0) return `it no longer names ${issuers(pinned)}`;
  if (canonical(places(pinned)) === canonical(places(now))) return null;
  return issuers(pinned) === issuers(now)
    ? `the endpoints of ${issuers(now)} are others now`
    : `it names ${issuers(now)}; approved was ${issuers(pinned)}`;
}

/** The digest of who lets clients in, as `authorizationDrift` compares it: a token is bound to it. */
export function authorizationDigest(authorization: RemoteAuthorization): Digest {
  return digestValue(places(authorization));
}

/** Without where tokens are taken back: a sign-in keeps that for itself, and nothing else goes there. */
function places({ resource, servers }: RemoteAuthorization): JsonValue {
  return { resource, servers: servers.map(({ revocationEndpoint: _, ...server }) => server) };
}

function issuers({ servers }: RemoteAuthorization): string {
  return servers.map(({ issuer }) => printable(issuer, { maxLength: 200 })).join(', ');
}
