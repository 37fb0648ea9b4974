import { PassThrough, Writable } from 'node:stream';
import type { Child } from '../../host/host.ts';
import type { HttpPort } from '../../host/http.ts';
import { exit } from '../../model/errors.ts';
import { frames } from '../framing.ts';
import { read } from '../message.ts';
import { legacySession } from './legacy.ts';
import { streamableSession } from './streamable.ts';
import { type BridgeBounds, defaultBridgeBounds, ExchangeFailure, failedAnswer, oneLine, type RemoteEndpoint, type Wire } from './wire.ts';

/**
 * A remote server in the shape of a started one: what is written to `stdin`, one message per line, is sent to it, and
 * what it says comes out of `stdout`, one message per line, unchanged but for line ends between tokens. It judges nothing:
 * that is the gate's work. Connects with the first message; ends when `stdin` ended and everything was answered, when it
 * is killed, or (legacy transport) when the connection is lost, with code 69. `pid` is 0.
 *
 * Over all its streams it holds at most `bounds.maxBytes` of half-read messages, and reads nothing while nobody takes
 * what there is. What cannot be had becomes an error answer to whoever waits for it.
 */
export function connectRemote(
  endpoint: RemoteEndpoint,
  http: Pick<HttpPort, 'open'>,
  notice: (text: string, code: string | null) => void,
  given: Partial<BridgeBounds> = {},
): Child {
  const bounds = { ...defaultBridgeBounds, ...given };
  const stdout = new PassThrough();
  stdout.setMaxListeners(0); // every stream of the server may wait for room at once
  const told = new Set<string>();
  const wire: Wire = {
    endpoint,
    bounds,
    held: { count: 0 },
    http,
    emit(message) {
      const kept = withoutEcho(message, endpoint);
      if (kept === null) wire.notice('the server sent back the secret that it was sent; that was withheld');
      return kept === null ? Promise.resolve() : emit(stdout, kept);
    },
    notice(text, code = undefined) {
      if (told.has(text)) return;
      told.add(text);
      notice(text, code ?? null);
    },
  };
  let settle: (status: { readonly code: number | null; readonly signal: NodeJS.Signals | null }) => void = () => {};
  const exited = new Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>((resolve) => {
    settle = resolve;
  });
  let over = false;
  const end = (code: number | null, signal: NodeJS.Signals | null, goodbye: boolean) => {
    if (over) return;
    over = true;
    void session.close(goodbye).then(() => {
      stdout.end();
      stdin.destroy();
      settle({ code, signal });
    });
  };
  const session =
    endpoint.transport === 'sse' ? legacySession(wire, () => end(exit.evidenceUnavailable, null, false)) : streamableSession(wire);
  const stdin = lineWriter(bounds.maxBytes, session.send, () => session.idle().then(() => end(0, null, true)));
  // Whoever writes to an ended session learns of it by `exited`.
  stdin.on('error', () => {});
  return {
    pid: 0,
    stdin,
    stdout,
    stderr: null,
    exited,
    release() {},
    kill: (signal) => (signal === 'SIGKILL' ? end(null, signal, false) : end(0, null, true)),
  };
}

/**
 * The message, when no secret that the server was sent is in it as it was sent; an error in its place for whoever waits
 * for an answer; null = nobody does. What it says goes to a model, and into records.
 */
function withoutEcho(message: Buffer, { token, headers }: RemoteEndpoint): Buffer | null {
  const key = headers['authorization']?.replace(/^[A-Za-z]+ +/, '') ?? '';
  const secrets = [...(token?.secrets() ?? []), key].filter((secret) => secret.length >= minSecretLength);
  if (!secrets.some((secret) => message.includes(JSON.stringify(secret).slice(1, -1)))) return message;
  const known = read(message);
  if (typeof known === 'string' || (known.type !== 'result' && known.type !== 'error')) return null;
  return failedAnswer(
    known.id,
    new ExchangeFailure('secret-returned', 'the server sent back the secret that it was sent; its answer was withheld'),
  );
}

/** Shorter ones would be found in ordinary words. */
const minSecretLength = 12;

/** Hands on whole lines, one after the other. */
function lineWriter(maxBytes: number, send: (line: Buffer) => Promise<void>, ended: () => Promise<void>): Writable {
  const framing = frames(maxBytes);
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const lines = framing.push(chunk);
      if (lines === 'too-long') return done(new Error('a line is over the bound'));
      const sendAll = async () => {
        for (const line of lines) await send(line);
      };
      sendAll().then(() => done(), done);
    },
    final(done) {
      done();
      void ended();
    },
  });
}

/** Writes one message as a line and waits until the reader has room. */
async function emit(output: PassThrough, message: Buffer): Promise<void> {
  if (output.destroyed || output.writableEnded) return;
  const line = oneLine(message);
  output.cork();
  output.write(line);
  const room = output.write(lineEnd);
  output.uncork();
  if (room) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close', 'finish']) output.removeListener(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'finish']) output.once(event, done);
  });
}

const lineEnd = Buffer.from('\n');
