import type { Readable } from 'node:stream';

/** One GET, or a POST where there is a body. */
export interface HttpRequest {
  /** Lower-case names. Never sent to another origin than the one that was asked first. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON that is posted. What is posted follows no redirect: it is meant for the one that was asked. */
  readonly json?: Uint8Array;
  /** Bytes of the body as received, decompressed; one more ends the request. */
  readonly maxBytes: number;
  /** For the whole request, redirects and body included. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Where the answer came from after redirects, without credentials. */
  readonly url: string;
  readonly contentType: string;
  /** Attacker-controlled. */
  readonly body: Uint8Array;
}

/**
 * Plain reading from web servers. Follows at most five redirects, never from https to http, and asks http only of loopback
 * addresses or where the first URL already was http. Credentials in a URL become a header for that origin alone, and are in
 * no message. Never executes or interprets what comes.
 */
export interface HttpPort {
  /**
   * Any status is an answer. @throws GuardError `registry-unreachable` (no answer, a certificate that is not trusted, a
   * redirect that is not followed), `file-too-large`, `offline`.
   */
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
  /** Host and port of the proxy through which `open` asks an address; null = none. @throws GuardError `config-invalid`. */
  proxyOf(url: string): string | null;
  /**
   * One exchange whose answer is read as it comes. Follows no redirect, sends no credentials of the URL, and talks to no
   * address that `reach` does not allow: the address is looked up once, judged, and connected to. Any status is an answer.
   * Through a proxy, the name is judged where it can be looked up here, and the proxy looks it up again: then the
   * certificate for the name is what is left of the rule.
   *
   * @throws GuardError `server-unreachable` (no answer, a certificate that is not trusted), `address-refused`, `offline`.
   */
  open(url: string, exchange: HttpExchange): Promise<HttpOpened>;
}

/** What is sent, and how long the head of the answer may take. */
export interface HttpExchange {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  readonly headTimeoutMs: number;
  /** Ends the exchange, the reading of its answer too. */
  readonly signal: AbortSignal;
  readonly reach: HttpReach;
}

/**
 * Which addresses count. `named`: a person named this host, so one that says itself that it is this machine or a private
 * network (`localhost`, `10.0.0.1`, `mcp.corp.internal`) may be one; a public name may not lead there. `public`: somebody
 * else named it, and only public addresses count.
 */
export type HttpReach = 'named' | 'public';

export interface HttpOpened {
  readonly status: number;
  /** Lower-case names; attacker-controlled. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it was sent, never decompressed; attacker-controlled and endless. Destroying it ends the exchange. */
  readonly body: Readable;
}
