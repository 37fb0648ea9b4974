import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { type Message, read } from '../message.ts';
import type { RemoteSession } from './streamable.ts';
import { ExchangeFailure, eventsOf, failedAnswer, mediaType, oneLine, openAt, statusFailure, type Wire } from './wire.ts';

/**
 * The transport of 2024-11-05: one event stream on which everything comes, and whose first event says where to POST.
 * That place must be of the same origin. A stream that breaks ends the session: it cannot be taken up. `lost` hears of it.
 *
 * @see MCP 2024-11-05, basic/transports, HTTP with SSE
 */
export function legacySession(wire: Wire, lost: () => void): RemoteSession {
  const waiting = new Map<string, () => void>();
  const life = new AbortController();
  let opening: Promise<string> | null = null;

  const open = async (): Promise<string> => {
    const headers = { accept: 'text/event-stream' };
    const signal = life.signal;
    const answer = await openAt(wire, wire.endpoint.url, {
      method: 'GET',
      headers,
      body: null,
      signal,
      headTimeoutMs: limits.remoteHelloTimeoutMs,
    });
    if (answer.status !== 200 || mediaType(answer) !== 'text/event-stream') {
      answer.body.destroy();
      throw statusFailure(answer);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => answer.body.destroy(new ExchangeFailure('no-answer', 'the server does not say where to send messages')),
        limits.remoteHelloTimeoutMs,
      );
      const readAll = async () => {
        for await (const { type, data } of eventsOf(answer, wire)) {
          if (type === 'endpoint') {
            clearTimeout(timer);
            resolve(placeOf(data, wire.endpoint.url));
          } else if (type === 'message' && data.length > 0) await take(oneLine(data));
        }
      };
      readAll()
        .then(() => new ExchangeFailure('connection-lost', 'the server ended the connection'))
        .catch((cause: unknown) => cause)
        .then((cause) => {
          clearTimeout(timer);
          reject(cause);
          if (!life.signal.aborted) return end(cause);
        })
        .catch(() => {});
    });
  };
  const take = async (bytes: Buffer): Promise<void> => {
    const message = read(bytes);
    if (typeof message !== 'string' && (message.type === 'result' || message.type === 'error')) settle(message.id);
    await wire.emit(bytes);
  };
  const settle = (id: string) => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const end = async (cause: unknown): Promise<void> => {
    wire.notice(cause instanceof ExchangeFailure ? cause.message : 'the connection to the server broke');
    for (const id of waiting.keys()) await wire.emit(failedAnswer(id, cause));
    for (const done of waiting.values()) done();
    waiting.clear();
    lost();
  };
  const post = async (message: Message): Promise<void> => {
    opening ??= open();
    const url = await opening;
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const answer = await openAt(wire, url, { method: 'POST', headers, body: message.bytes, signal: life.signal });
    answer.body.destroy();
    if (answer.status >= 400) throw statusFailure(answer);
  };
  return {
    async send(frame) {
      const message = read(frame);
      if (typeof message === 'string') return;
      if (message.type === 'request') waiting.set(message.id, () => {});
      await post(message).catch(async (cause: unknown) => {
        if (life.signal.aborted || message.type !== 'request' || !waiting.has(message.id)) return;
        settle(message.id);
        await wire.emit(failedAnswer(message.id, cause));
      });
    },
    async idle() {
      await Promise.all([...waiting].map(([id]) => new Promise<void>((resolve) => waiting.set(id, resolve))));
    },
    async close() {
      life.abort();
    },
  };
}

/** @throws GuardError `address-refused` when it is elsewhere: the person named one origin. */
function placeOf(data: Buffer, base: string): string {
  const text = data.toString('utf8');
  const place = URL.canParse(text, base) ? new URL(text, base) : null;
  if (place === null || place.origin !== new URL(base).origin || place.username !== '' || place.password !== '') {
    throw new GuardError('address-refused', 'the server sends its messages elsewhere', { why: 'the endpoint is not of its own origin' });
  }
  return place.href;
}
