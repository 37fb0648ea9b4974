import { frames } from '../gate/framing.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { endedEarly } from './ended-early.ts';
import { parseMessage } from './message.ts';
import type { ProbeBounds, StartedServer } from './request.ts';

/** The answer to one request: a result, or the error that the server chose to send. Both are attacker-controlled. */
type Answer = { readonly result: JsonObject } | { readonly error: { readonly code: number; readonly message: string } };

/** A conversation with one started server. Once it has failed, every request rejects with the same GuardError. */
export interface Connection {
  /** @throws GuardError `probe-failed` (no answer in time, the server ended, too much output), `listing-invalid`. */
  request(method: string, params: JsonObject, timeoutMs: number): Promise<Answer>;
  notify(method: string, params: JsonObject): void;
  /** Methods of the requests that the server made of us. */
  readonly agentRequests: ReadonlySet<string>;
  strayLines(): number;
  /** Remembers requests that a result carries instead of sending them (input-required results). */
  noteInputRequests(result: JsonObject): void;
  /** Ends the conversation, now and for good; what waits for an answer rejects with this. */
  fail(error: GuardError): void;
}

/** Speaks newline-delimited JSON-RPC with the server's pipes. Never writes anything that the server asked for into the answer. */
export function connect(server: StartedServer, bounds: ProbeBounds): Connection {
  const { child } = server;
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: GuardError) => void }>();
  const agentRequests = new Set<string>();
  const counts = { id: 0, bytes: 0, stray: 0 };
  let failure: GuardError | null = null;
  let stderrTail = '';

  const fail = (error: GuardError): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    child.kill('SIGKILL');
  };
  const send = (message: JsonObject): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const count = (chunk: Buffer): boolean => {
    counts.bytes += chunk.length;
    if (counts.bytes <= bounds.maxBytes) return true;
    fail(failed('the server floods its output', `more than ${bounds.maxBytes} bytes`));
    return false;
  };
  const receive = (line: Buffer): void => {
    if (failure !== null) return;
    const message = parseMessage(line);
    if (message !== null) dispatch(message);
    else if (line.some((byte) => byte > 0x20)) counts.stray += 1;
    if (counts.stray > bounds.maxStrayLines)
      fail(failed('the server floods its output', `more than ${bounds.maxStrayLines} lines are no messages`));
  };
  const dispatch = (message: JsonObject): void => {
    const { id, method } = message;
    if (typeof method === 'string') {
      if (typeof id === 'string' || typeof id === 'number') answerServer(id, method);
      return;
    }
    const request = typeof id === 'number' ? waiting.get(id) : undefined;
    if (request === undefined) return;
    const answer = answerIn(message);
    if (answer === null) {
      fail(invalid('it sent an answer with neither a result nor an error'));
      return;
    }
    waiting.delete(id as number);
    request.resolve(answer);
  };
  const answerServer = (id: string | number, method: string): void => {
    if (method !== 'ping') note(method);
    if (method === 'ping') send({ id, result: {} });
    else if (method === 'roots/list') send({ id, result: { roots: [] } });
    else send({ id, error: { code: -1, message: 'the user declined' } });
  };
  const note = (method: string): void => {
    if (agentRequests.size < 100) agentRequests.add(printable(method, { maxLength: 100 }));
  };

  const framing = frames(bounds.maxBytes);
  child.stdout.on('data', (chunk: Buffer) => {
    if (failure !== null || !count(chunk)) return;
    try {
      const lines = framing.push(chunk);
      // Never too long: the bound of one line is the bound of all output, which was counted before.
      for (const line of lines === 'too-long' ? [] : lines) receive(line);
    } catch (cause) {
      fail(cause instanceof GuardError ? cause : invalid('it could not be read'));
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    if (failure === null && count(chunk)) stderrTail = (stderrTail + chunk.toString('utf8')).slice(-limits.stderrTailMaxBytes);
  });
  void child.exited.then((status) => fail(endedEarly(status, stderrTail, server)));

  return {
    request(method, params, timeoutMs) {
      return new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        counts.id += 1;
        const id = counts.id;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(failed('the server does not answer', `no answer to \`${method}\` in ${timeoutMs / 1000} s`));
        }, timeoutMs);
        const settle =
          <T>(then: (value: T) => void): ((value: T) => void) =>
          (value) => {
            clearTimeout(timer);
            then(value);
          };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        send({ id, method, params });
      });
    },
    notify: (method, params) => send({ method, params }),
    agentRequests,
    strayLines: () => counts.stray,
    noteInputRequests(result) {
      const requests = result['inputRequests'];
      for (const request of isObject(requests) ? Object.values(requests) : []) {
        if (isObject(request) && typeof request['method'] === 'string') note(request['method']);
      }
    },
    fail,
  };
}

function answerIn(message: JsonObject): Answer | null {
  const result: JsonValue | undefined = message['result'];
  if (isObject(result)) return { result };
  const error = message['error'];
  if (!isObject(error)) return null;
  const text = typeof error['message'] === 'string' ? error['message'] : '';
  return { error: { code: typeof error['code'] === 'number' ? error['code'] : 0, message: printable(text) } };
}

function failed(what: string, why: string): GuardError {
  return new GuardError('probe-failed', what, { why, hint: 'leave the probe out with --no-probe' });
}

function invalid(why: string): GuardError {
  return new GuardError('listing-invalid', 'the server sent something that is not the protocol', { why });
}
