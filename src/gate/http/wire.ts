import type { HttpExchange, HttpOpened, HttpPort } from '../../host/http.ts';
import { insufficientScope } from '../../model/challenge.ts';
import { isObject } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { RemoteTransport } from '../../model/remote.ts';
import { isTooOften, retryAfterText } from '../../model/retry-after.ts';
import { errorAnswer, rpc } from '../answer.ts';
import type { Message } from '../message.ts';
import { pieces } from '../pieces.ts';
import { readMember } from '../skim.ts';
import { type HeldBytes, type SseEvent, sseParser } from './sse.ts';

/** What to tell a model that asked for what the sign-in is not good for. */
export interface TokenRefusal {
  readonly code: string;
  readonly message: string;
}

/** A token for one server. Everything in it is secret but the remedy. */
export interface TokenSource {
  /** null = nobody signed in yet, and what the server lets anybody do goes without. */
  current(): string | null;
  /** What must never come back from the server: all of it. */
  secrets(): readonly string[];
  /**
   * Gets another one than the one that was refused; false = there is none to be had; else why a person has to decide first,
   * without a word of the server. Never rejects for what others did.
   */
  renew(stale: string | null): Promise<boolean | TokenRefusal>;
  /**
   * Takes note that the server wants these scopes for what was asked with `stale`; null = it names none that can be read.
   * What to tell a model, without a word of the server; null = there is another token now, to be tried.
   */
  want(scopes: readonly string[] | null, stale: string | null): Promise<TokenRefusal | null>;
  /** The command with which a person helps; null = there is none. */
  readonly remedy: string | null;
}

/** A remote server, and what every request to it carries. */
export interface RemoteEndpoint {
  readonly url: string;
  readonly transport: RemoteTransport;
  /** Lower-case names. Values are secrets: they go to the origin of `url` and nowhere else. */
  readonly headers: Readonly<Record<string, string>>;
  /** The token of a person who signed in; it goes to that origin too, and nowhere else. Absent = nobody did. */
  readonly token?: TokenSource;
}

/** Waits and bounds of one connection; `limits` but in tests. */
export interface BridgeBounds {
  readonly headTimeoutMs: number;
  readonly retryMs: number;
  readonly retryMinMs: number;
  readonly maxRetries: number;
  readonly maxBytes: number;
}

export const defaultBridgeBounds: BridgeBounds = {
  headTimeoutMs: limits.remoteHeadTimeoutMs,
  retryMs: limits.remoteRetryMs,
  retryMinMs: limits.remoteRetryMinMs,
  maxRetries: limits.remoteMaxRetries,
  maxBytes: limits.frameMaxBytes,
};

/** What both transports need of their connection. */
export interface Wire {
  readonly endpoint: RemoteEndpoint;
  readonly bounds: BridgeBounds;
  readonly held: HeldBytes;
  readonly http: Pick<HttpPort, 'open'>;
  /** Hands one message of the server on; settles when there is room for more. */
  emit(message: Buffer): Promise<void>;
  /** One line for the person, without a line end; nothing of the server is in it. `code`: of the failure, where it is one. */
  notice(text: string, code?: string): void;
}

/** Why an exchange brought no answer, in words of our own: a model may read them. */
export class ExchangeFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Opens an exchange with the endpoint's origin; no redirect is an answer. A token that is refused is renewed once: what the
 * refusal says about who else could be asked is not read.
 *
 * @throws GuardError as `HttpPort.open`; ExchangeFailure.
 */
export async function openAt(
  wire: Wire,
  url: string,
  exchange: Pick<HttpExchange, 'method' | 'headers' | 'body' | 'signal'> & { readonly headTimeoutMs?: number },
): Promise<HttpOpened> {
  const { token } = wire.endpoint;
  const stale = token?.current();
  let opened = await openOnce(wire, url, exchange);
  if (opened.status === 401 && token !== undefined && stale !== undefined) {
    opened.body.destroy();
    const renewal = await token.renew(stale);
    if (typeof renewal === 'object') throw new ExchangeFailure(renewal.code, renewal.message);
    const again = renewal ? await openOnce(wire, url, exchange) : null;
    if (again === null || again.status === 401) {
      again?.body.destroy();
      throw signInFailure(token);
    }
    opened = again;
  }
  if (opened.status === 403 && token !== undefined) opened = await withScopes(wire, url, exchange, opened, token);
  const { status } = opened;
  const encoding = opened.headers['content-encoding'] ?? 'identity';
  if (status >= 300 && status < 400) throw closed(opened, 'redirected', 'the server wants to be asked elsewhere, which was not approved');
  if (encoding !== 'identity') throw closed(opened, 'encoded', 'the server sends compressed answers, which nobody asked for');
  return opened;
}

async function openOnce(wire: Wire, url: string, exchange: Parameters<typeof openAt>[2]): Promise<HttpOpened> {
  const { headers: own, token } = wire.endpoint;
  const bearer = token?.current() ?? null;
  const signedIn: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
  const headers = { ...own, ...signedIn, ...exchange.headers };
  const opened = await wire.http.open(url, { headTimeoutMs: wire.bounds.headTimeoutMs, reach: 'named', ...exchange, headers });
  opened.body.on('error', () => {}); // whoever reads it hears of it there
  return opened;
}

/** The answer of another token where the one that was sent is not good for enough, and there is one. @throws ExchangeFailure */
async function withScopes(
  wire: Wire,
  url: string,
  exchange: Parameters<typeof openAt>[2],
  refused: HttpOpened,
  token: TokenSource,
): Promise<HttpOpened> {
  let opened = refused;
  // A person may have signed in meanwhile; what changes each time is not waited for.
  for (let tries = 0; opened.status === 403 && tries < 2; tries += 1) {
    const wanted = insufficientScope(opened.headers['www-authenticate'] ?? '');
    if (wanted === null) return opened;
    opened.body.destroy();
    const refusal = await token.want(wanted.scopes, token.current());
    if (refusal !== null) throw new ExchangeFailure(refusal.code, refusal.message);
    opened = await openOnce(wire, url, exchange);
  }
  return opened;
}

/** Why a token, or none, does not open it. */
function signInFailure(token: TokenSource): ExchangeFailure {
  const [what, how] =
    token.current() === null
      ? ['the server wants a sign-in for this', 'a person has to sign in']
      : ['the server no longer takes the sign-in', 'a person has to sign in again'];
  return new ExchangeFailure('sign-in-needed', token.remedy === null ? what : `${what}; ${how}: ${token.remedy}`);
}

function closed(opened: HttpOpened, code: string, message: string): ExchangeFailure {
  opened.body.destroy();
  return new ExchangeFailure(code, message);
}

/** Why a status is no answer. */
export function statusFailure(answer: Pick<HttpOpened, 'status' | 'headers'>): ExchangeFailure {
  const { status, headers } = answer;
  if (isTooOften(answer))
    return new ExchangeFailure(
      'rate-limited',
      `the server is asked too often (HTTP ${status}); it can be asked again ${retryAfterText(headers['retry-after'])}`,
    );
  if (status === 401 || status === 403)
    return new ExchangeFailure('sign-in-needed', `the server does not let this client in (HTTP ${status})`);
  return new ExchangeFailure('server-unreachable', `the server answered with HTTP ${status}`);
}

/** The error that stands for an answer that will not come. */
export function failedAnswer(id: string, cause: unknown): Buffer {
  const known = cause instanceof ExchangeFailure;
  const code = known ? cause.code : 'server-unreachable';
  return errorAnswer(id, rpc.refused, `pinfold: ${known ? cause.message : 'the connection to the server broke before it answered'}`, {
    code,
  });
}

/** The media type alone, lower case. */
export function mediaType(opened: HttpOpened): string {
  return (opened.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The events of an answer, each when it is whole. Ends when the stream ends. @throws ExchangeFailure `answer-too-long`, what the stream throws. */
export async function* eventsOf(opened: HttpOpened, { bounds, held }: Pick<Wire, 'bounds' | 'held'>): AsyncGenerator<SseEvent> {
  const parser = sseParser(bounds.maxBytes, held);
  try {
    for await (const chunk of opened.body) {
      const events = parser.push(chunk as Buffer);
      if (events === 'too-long') throw tooLong(bounds);
      yield* events;
    }
  } finally {
    parser.end();
    opened.body.destroy();
  }
}

/** A whole body. @throws as `eventsOf`. */
export async function wholeBody(opened: HttpOpened, { bounds, held }: Pick<Wire, 'bounds' | 'held'>): Promise<Buffer> {
  const body = pieces();
  let own = 0;
  try {
    for await (const chunk of opened.body as AsyncIterable<Buffer>) {
      body.add(chunk);
      own += chunk.length;
      held.count += chunk.length;
      if (held.count > bounds.maxBytes) throw tooLong(bounds);
    }
    return body.take(Buffer.alloc(0));
  } finally {
    held.count -= own;
    opened.body.destroy();
  }
}

function tooLong(bounds: BridgeBounds): ExchangeFailure {
  return new ExchangeFailure('answer-too-long', `the server answered with more than ${bounds.maxBytes} bytes`);
}

/** The message as one line: a line end between the tokens of JSON is white space like any other, and inside of text it is not allowed. */
export function oneLine(message: Buffer): Buffer {
  if (!message.includes(0x0a) && !message.includes(0x0d)) return message;
  return Buffer.from(message.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)));
}

/** The protocol version that a request of the stateless era names; null = it is of the other era. @see MCP 2026-07-28, basic/transports */
export function statelessVersionOf(message: Message): string | null {
  const meta = readMember(message.bytes, message.inner, '_meta');
  const version = isObject(meta) ? meta['io.modelcontextprotocol/protocolVersion'] : undefined;
  return typeof version === 'string' && /^[\w.-]{1,64}$/.test(version) ? version : null;
}

/** The headers that repeat the body of a request of the stateless era, so that proxies need not read it. @see SEP-2243 */
export function statelessHeaders(message: Message, version: string): Readonly<Record<string, string>> {
  const key = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' }[message.method];
  const name = key === undefined ? undefined : readMember(message.bytes, message.inner, key);
  return {
    'mcp-protocol-version': version,
    'mcp-method': headerText(message.method),
    ...(typeof name === 'string' ? { 'mcp-name': headerText(name) } : {}),
  };
}

/** Text that a header cannot carry as it is goes as base64 in a frame that says so. */
export function headerText(text: string): string {
  const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !(text.startsWith('=?base64?') && text.endsWith('?='));
  return plain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}

/** Settles after a while, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}

/** How long to wait before a try: what the stream asked for, within bounds, or twice as long each time. */
export function retryDelay(askedMs: number | null, attempt: number, bounds: BridgeBounds): number {
  const wanted = askedMs ?? bounds.retryMs * 2 ** attempt;
  return Math.min(Math.max(wanted, bounds.retryMinMs), limits.remoteRetryMaxMs);
}
