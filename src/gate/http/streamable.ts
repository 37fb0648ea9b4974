import type { HttpOpened } from '../../host/http.ts';
import { limits } from '../../model/limits.ts';
import { isTooOften } from '../../model/retry-after.ts';
import { idText, type Message, read } from '../message.ts';
import { readMember } from '../skim.ts';
import { mirroredHeaders, mirrors } from './mirrored.ts';
import {
  ExchangeFailure,
  eventsOf,
  failedAnswer,
  mediaType,
  oneLine,
  openAt,
  pause,
  retryDelay,
  statelessHeaders,
  statelessVersionOf,
  statusFailure,
  type Wire,
  wholeBody,
} from './wire.ts';

/** One session with a remote server, whatever the transport. */
export interface RemoteSession {
  /** Takes one frame of the client; settles when the next may come. Never rejects. */
  send(frame: Buffer): Promise<void>;
  /** Settles when every request was answered. */
  idle(): Promise<void>;
  /** Breaks off everything at once; with `goodbye` the server is told, and nobody waits for it longer than a moment. */
  close(goodbye: boolean): Promise<void>;
}

/** The message with which the client opened the session, and the one with which it said that it is ready: a lost session is opened with them again. */
interface Handshake {
  readonly initialize: Message;
  initialized: Message | null;
}

/** What a stream had shown when it ended. */
interface Received {
  readonly answered: boolean;
  readonly lastId: string | null;
  readonly retryMs: number | null;
  readonly events: number;
}

/**
 * The streamable transport: one POST per message; answers come as JSON or as an event stream, which is taken up again
 * where it broke; one more stream carries what the server says by itself.
 *
 * @see MCP 2025-11-25, basic/transports, Streamable HTTP
 */
export function streamableSession(wire: Wire): RemoteSession {
  const { bounds } = wire;
  const { url } = wire.endpoint;
  const running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  const life = new AbortController();
  let sessionId: string | null = null;
  let version: string | null = null;
  let handshake: Handshake | null = null;
  let renewing: { readonly stale: string; readonly done: Promise<void> } | null = null;
  let listening = false;
  const unsent = room(bounds.maxBytes);
  const mirroring = mirrors();

  const sessionHeaders = (): Readonly<Record<string, string>> => ({
    ...(sessionId === null ? {} : { 'mcp-session-id': sessionId }),
    ...(version === null ? {} : { 'mcp-protocol-version': version }),
  });
  const post = (message: Message, signal: AbortSignal, mirrored: Readonly<Record<string, string>> = {}): Promise<HttpOpened> => {
    const stateless = message.type === 'request' ? statelessVersionOf(message) : null;
    const own = stateless !== null ? statelessHeaders(message, stateless) : message.method === 'initialize' ? {} : sessionHeaders();
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...own, ...mirrored };
    return openAt(wire, url, { method: 'POST', headers, body: message.bytes, signal });
  };
  const get = (lastId: string | null, signal: AbortSignal): Promise<HttpOpened> => {
    const resumed: Record<string, string> = lastId === null ? {} : { 'last-event-id': lastId };
    const headers = { accept: 'text/event-stream', ...sessionHeaders(), ...resumed };
    return openAt(wire, url, { method: 'GET', headers, body: null, signal, headTimeoutMs: limits.remoteHelloTimeoutMs });
  };
  const opened = (answer: HttpOpened) => {
    const id = answer.headers['mcp-session-id'];
    sessionId = id !== undefined && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : null;
  };
  const receive = async (answer: HttpOpened, requestId: string | null, take: (message: Buffer) => Promise<void>): Promise<Received> => {
    let seen: Received = { answered: false, lastId: null, retryMs: null, events: 0 };
    const answers = (message: Buffer) => requestId !== null && isAnswerTo(message, requestId);
    if (mediaType(answer) !== 'text/event-stream') {
      const message = oneLine(await wholeBody(answer, wire));
      const known = answers(message);
      // What is no answer to this request is none to any other either: it had no stream to come on.
      if (known || read(message) === 'batch') await take(message);
      return { ...seen, answered: known || read(message) === 'batch' };
    }
    try {
      for await (const { type, data, id, retryMs } of eventsOf(answer, wire)) {
        seen = { ...seen, lastId: id, retryMs, events: seen.events + 1 };
        if (type !== 'message' || data.length === 0) continue;
        const message = oneLine(data);
        const last = answers(message);
        await take(message);
        if (last) return { ...seen, answered: true };
      }
    } catch (cause) {
      if (cause instanceof ExchangeFailure) throw cause;
      // A stream that broke is one that ended: it is taken up where it was.
    }
    return seen;
  };
  /** Takes a stream up until it has brought the answer (or for ever, when it is not for one request). */
  const follow = async (first: Received, requestId: string | null, signal: AbortSignal, take = wire.emit): Promise<boolean> => {
    let seen = first;
    let { lastId, retryMs } = first;
    for (let attempt = 0; !seen.answered && attempt < bounds.maxRetries && !signal.aborted; attempt += 1) {
      if (lastId === null && requestId !== null) return false;
      await pause(retryDelay(retryMs, attempt, bounds), signal);
      if (signal.aborted) return false;
      const answer = await get(lastId, signal).catch((cause: unknown) => {
        if (cause instanceof ExchangeFailure) throw cause;
        return null;
      });
      if (answer === null) continue;
      if (!isStream(answer)) {
        answer.body.destroy();
        return false;
      }
      seen = await receive(answer, requestId, take);
      lastId = seen.lastId ?? lastId;
      retryMs = seen.retryMs ?? retryMs;
      if (seen.events > 0) attempt = -1;
    }
    return seen.answered;
  };
  const renew = async (stale: string): Promise<void> => {
    if (sessionId !== stale || handshake === null) return;
    if (renewing?.stale !== stale) renewing = { stale, done: reopen(handshake) };
    await renewing.done;
  };
  const reopen = async ({ initialize, initialized }: Handshake): Promise<void> => {
    wire.notice('the server ended the session; it is opened again');
    const answer = await post(initialize, life.signal);
    if (answer.status !== 200) throw closedWith(answer);
    // The client has had its answer; the words of this one reach nobody.
    const { answered } = await receive(answer, initialize.id, async () => {});
    if (!answered) throw new ExchangeFailure('session-lost', 'the session ended, and the server opens no other');
    opened(answer);
    if (initialized !== null) (await post(initialized, life.signal)).body.destroy();
  };
  /** Sends, and once more when the session had ended meanwhile: the server has not looked at the message then. */
  const deliver = async (message: Message, signal: AbortSignal, mirrored: Readonly<Record<string, string>> = {}): Promise<HttpOpened> => {
    const stale = sessionId;
    const answer = await post(message, signal, mirrored);
    if (answer.status !== 404 || stale === null || message.method === 'initialize') return answer;
    answer.body.destroy();
    await renew(stale);
    return post(message, signal);
  };
  /** One page of the tools, for the guard's own use; null = it was the last. */
  const listTools = async (list: Message, signal: AbortSignal): Promise<string | null> => {
    let cursor: string | null = null;
    await receive(await post(list, signal), list.id, async (bytes) => {
      cursor = mirroring.learn(bytes);
    });
    return cursor;
  };
  const ask = async (message: Message, signal: AbortSignal): Promise<void> => {
    try {
      const answer = await mirroredHeaders(message, mirroring, (list) => listTools(list, signal))
        .then((mirrored) => deliver(message, signal, mirrored))
        .finally(() => unsent.give(message.bytes.length));
      const take = async (bytes: Buffer) => {
        if (message.method === 'initialize') noteHandshake(bytes, message, answer);
        if (message.method === 'tools/list' && statelessVersionOf(message) !== null) mirroring.learn(bytes);
        await wire.emit(bytes);
      };
      // Refusals of the protocol come with a status of HTTP, and a body that is an answer like any other.
      if (
        answer.status >= 400 &&
        answer.status !== 401 &&
        answer.status !== 403 &&
        !isTooOften(answer) &&
        mediaType(answer) === 'application/json'
      ) {
        if (!(await receive(answer, message.id, take)).answered) throw statusFailure(answer);
        return;
      }
      if (answer.status !== 200) throw closedWith(answer);
      const first = await receive(answer, message.id, take);
      if (!(await follow(first, message.id, signal)))
        throw new ExchangeFailure('no-answer', 'the server ended its answer before it was whole');
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof ExchangeFailure && cause.code !== 'no-answer') wire.notice(cause.message, cause.code);
      await wire.emit(failedAnswer(message.id, cause));
    }
  };
  const noteHandshake = (bytes: Buffer, initialize: Message, answer: HttpOpened) => {
    const result = read(bytes);
    if (typeof result === 'string' || result.type !== 'result' || result.id !== initialize.id) return;
    const negotiated = readMember(result.bytes, result.inner, 'protocolVersion');
    version = typeof negotiated === 'string' && /^[\w.-]{1,64}$/.test(negotiated) ? negotiated : null;
    handshake = { initialize, initialized: null };
    opened(answer);
  };
  const listen = async (): Promise<void> => {
    const answer = await get(null, life.signal).catch(() => null);
    if (answer === null || !isStream(answer)) {
      answer?.body.destroy();
      return;
    }
    const first = await receive(answer, null, wire.emit);
    await follow(first, null, life.signal);
    if (!life.signal.aborted) wire.notice('the server no longer says by itself that something changed');
  };
  const tell = async (message: Message): Promise<void> => {
    const cancelled = message.method === 'notifications/cancelled' ? idText(readMember(message.bytes, message.inner, 'requestId')) : null;
    const request = cancelled === null ? undefined : running.get(cancelled);
    try {
      const answer = await deliver(message, life.signal);
      answer.body.destroy();
      if (answer.status >= 400) wire.notice(statusFailure(answer).message);
      if (message.method === 'notifications/initialized' && handshake !== null) {
        handshake.initialized = message;
        if (!listening) void listen().catch(() => {});
        listening = true;
      }
    } catch (cause) {
      if (!life.signal.aborted) wire.notice(cause instanceof ExchangeFailure ? cause.message : 'a message did not reach the server');
    }
    // In the stateless era this is the cancellation; in the other one nobody waits for the stream any more.
    request?.stop.abort();
  };
  return {
    async send(frame) {
      const message = read(frame);
      if (typeof message === 'string') return;
      if (message.type !== 'request') return tell(message);
      await unsent.take(message.bytes.length);
      const stop = new AbortController();
      const done = ask(message, stop.signal).finally(() => running.delete(message.id));
      running.set(message.id, { stop, done });
      // The client goes on only after the answer, and the headers of what follows come from it.
      if (message.method === 'initialize') await done;
    },
    async idle() {
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
    async close(goodbye) {
      life.abort();
      for (const { stop } of running.values()) stop.abort();
      if (!goodbye || sessionId === null) return;
      const headers = sessionHeaders();
      const signal = AbortSignal.timeout(limits.remoteGoodbyeMs);
      await openAt(wire, url, { method: 'DELETE', headers, body: null, signal, headTimeoutMs: limits.remoteGoodbyeMs }).then(
        (answer) => answer.body.destroy(),
        () => {},
      );
    },
  };
}

/** Bytes of requests whose answer has not begun: no more are taken from the client while they are over the bound. */
function room(maxBytes: number) {
  let bytes = 0;
  let resume = () => {};
  return {
    async take(count: number): Promise<void> {
      // One writer only, so that one waits at most.
      while (bytes > maxBytes) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
      }
      bytes += count;
    },
    give(count: number): void {
      bytes -= count;
      resume();
    },
  };
}

function isAnswerTo(bytes: Buffer, requestId: string): boolean {
  const message = read(bytes);
  return typeof message !== 'string' && (message.type === 'result' || message.type === 'error') && message.id === requestId;
}

function isStream(answer: HttpOpened): boolean {
  return answer.status === 200 && mediaType(answer) === 'text/event-stream';
}

function closedWith(answer: HttpOpened): ExchangeFailure {
  answer.body.destroy();
  return statusFailure(answer);
}
