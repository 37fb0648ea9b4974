/** How a remote server is spoken to. `sse` is the transport of 2024-11-05. @see MCP 2025-11-25, basic/transports */
export type RemoteTransport = 'streamable-http' | 'sse';

/** An authorization server as its own metadata says it. @see RFC 8414 */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** null = clients cannot register by themselves. */
  readonly registrationEndpoint: string | null;
}

/**
 * What a remote server wants before it answers. `none`: nothing. `static`: it answered to a header that the person gave.
 * `oauth`: it refuses, and names who may let a client in. `unknown`: it refuses, and does not say how to get in.
 */
export type AuthorizationStatus = 'none' | 'static' | 'oauth' | 'unknown';

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
