/** One GET. */
export interface HttpRequest {
  /** Lower-case names. Never sent to another origin than the one that was asked first. */
  readonly headers?: Readonly<Record<string, string>>;
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
}
