/** How a page is served, and its bounds. */
export interface PageOptions {
  /** Bytes of one request's body, and of its headers; one more is answered and never handed on. */
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** Without a request that was answered with less than 400; then the server ends. */
  readonly idleMs: number;
  readonly maxConnections: number;
}

export interface ServedPage {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly origin: string;
  /** Takes no more requests, lets the ones that are being answered finish, and settles when every connection is closed. */
  close(): Promise<void>;
  /** When it has ended, and why. Never rejects. */
  readonly ended: Promise<'idle' | 'closed'>;
}

/**
 * A page for this machine's own browser: HTTP on 127.0.0.1 alone, never on an address that others can reach, on a free
 * port that the system chooses.
 */
export interface PagePort {
  /**
   * Hands every request on whose framing is unambiguous (GET or POST, a path, at most one Host, Origin, Cookie); the URL
   * is the server's own origin with the path and query as sent, whatever the Host header says. Everything in a request is
   * attacker-controlled: any program of any user of this machine, and any web page, can send one. When `answer` rejects,
   * the request is answered 500 and nothing is said why.
   *
   * @throws GuardError `busy` when no port can be had.
   */
  serve(answer: (request: Request) => Promise<Response>, options: PageOptions): Promise<ServedPage>;
}
