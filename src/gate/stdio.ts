import type { Readable, Writable } from 'node:stream';
import type { Child, Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { frames } from './framing.ts';
import type { GateSession, Output } from './session.ts';
import type { Side } from './side.ts';

/** The two ends that a session stands between. */
export interface Ends {
  readonly client: { readonly input: Readable; readonly output: Writable };
  readonly server: Child;
}

/**
 * Pipes a client and a server through a session until both are done, and returns the exit code: the server's own,
 * `128 + n` when a signal ended it, 65 when a line was over the bound, 70 when the gate itself failed.
 *
 * A server that is held is let go here. Nothing is read from one end while the other does not take what it has. When the
 * client closes its end, so is the server's; when the server closes its, so is the client's. Signals go to the server. A
 * server that outlives its client is asked to stop, then killed with everything that it started.
 */
export async function serve(session: GateSession, ends: Ends, notice: (text: string) => void, host: Host): Promise<number> {
  const { client, server } = ends;
  const stopping = stopper(server);
  const forget = host.processes.onSignal((signal) => {
    server.kill(signal);
    if (signal !== 'SIGINT') stopping.killSoon();
  });
  // Only now: a server that runs must hear every signal, and one that came before this would have ended the guard alone.
  server.release();
  let failure: number | null = null;
  const fail = (reason: string, code: string, exitCode: number) => {
    if (failure !== null) return;
    failure = exitCode;
    notice(`pinfold: ${reason}`);
    for (const { bytes } of session.abort(reason, code)) client.output.write(bytes);
    client.input.destroy();
    server.kill('SIGKILL');
    server.stdout.destroy();
  };
  const writers: Record<Side, Writable> = { client: client.output, server: server.stdin };
  const afterEach = () => stopping.onProgress(session.isIdle());
  const pipe = (from: Side, input: Readable) => pump(from, input, { session, writers, fail, afterEach });
  const clientDone = pipe('client', client.input).then(() => {
    server.stdin.end();
    stopping.clientGone(session.isIdle());
  });
  let deaf = false;
  client.output.on('error', () => {
    deaf = true; // standard output that broke neither ends nor closes any more, and does not say that it broke
    // Nobody reads any more: what the server still says is for nobody.
    server.stdout.destroy();
    stopping.stopNow();
  });
  const serverDone = pipe('server', server.stdout).then(() => (deaf ? undefined : ended(client.output)));
  const { code, signal } = await server.exited;
  stopping.clear();
  server.kill('SIGKILL'); // whatever it left behind in its group
  await serverDone;
  forget();
  client.input.destroy();
  await clientDone;
  session.close();
  return failure ?? (signal === null ? (code ?? exit.bug) : 128 + (signalNumbers[signal] ?? 0));
}

interface Wiring {
  readonly session: GateSession;
  readonly writers: Readonly<Record<Side, Writable>>;
  readonly fail: (reason: string, code: string, exitCode: number) => void;
  readonly afterEach: () => void;
}

/** Bytes of the gate's own answers that may wait for one end before its messages are no longer read. */
const maxAnswerBytes = 1024 * 1024;

/** Moves one direction; settles when the input has ended and everything was handed to the writers. */
function pump(from: Side, input: Readable, wiring: Wiring): Promise<void> {
  const { session, writers, fail, afterEach } = wiring;
  const framing = frames(limits.frameMaxBytes);
  const target = writers[from === 'client' ? 'server' : 'client'];
  let answerBytes = 0;
  let waiting: Promise<void> | null = null;
  let resume = () => {};
  const write = (outputs: readonly Output[]) => {
    for (const { to, bytes, onward } of outputs) {
      if (onward) {
        writers[to].write(bytes);
      } else {
        answerBytes += bytes.length;
        writers[to].write(bytes, () => {
          answerBytes -= bytes.length;
          resume();
        });
      }
    }
    afterEach();
  };
  const backlog: Buffer[] = [];
  const handleAll = async (first: Promise<readonly Output[]>) => {
    write(await first);
    for (const frame of backlog) write(await session.handle(from, frame)); // it may grow meanwhile
    backlog.length = 0;
    waiting = null;
  };
  const take = (queue: readonly Buffer[]) => {
    // A child that has ended makes its output flow, paused or not: what comes then waits its turn all the same.
    if (waiting !== null) {
      backlog.push(...queue);
      return;
    }
    target.cork();
    for (const [index, frame] of queue.entries()) {
      const outputs = session.handle(from, frame);
      if (outputs instanceof Promise) {
        backlog.push(...queue.slice(index + 1));
        waiting = handleAll(outputs).then(() => resume());
        waiting.catch(broken);
        break;
      }
      write(outputs);
    }
    target.uncork();
  };
  const broken = (cause: unknown) => fail(`the guard failed (${cause instanceof Error ? cause.message : 'unknown'})`, 'bug', exit.bug);
  const mustWait = () => waiting !== null || target.writableNeedDrain || answerBytes > maxAnswerBytes;
  resume = () => {
    if (input.isPaused() && !mustWait()) input.resume();
  };
  target.on('drain', resume);
  const guarded = (action: () => void) => {
    try {
      action();
    } catch (cause) {
      broken(cause);
    }
  };
  return new Promise((resolve) => {
    const finish = async () => {
      await waiting;
      guarded(() => {
        const rest = framing.end();
        if (rest !== null) take([rest]);
      });
      await waiting;
    };
    input.on('data', (chunk: Buffer) => {
      guarded(() => {
        const complete = framing.push(chunk);
        if (complete === 'too-long') fail(tooLong[from], 'line-too-long', exit.integrity);
        else if (complete.length > 0) take(complete);
        if (mustWait()) input.pause();
      });
    });
    input.once('end', () => {
      finish().then(resolve, resolve);
    });
    input.once('error', () => resolve());
    // After an end, `close` comes while the last messages may still wait for the disk (first use).
    input.once('close', () => {
      if (!input.readableEnded) resolve();
    });
  });
}

const tooLong: Readonly<Record<Side, string>> = {
  client: `the client sent a line of more than ${limits.frameMaxBytes} bytes; the session ends`,
  server: `the server sent a line of more than ${limits.frameMaxBytes} bytes; the session ends`,
};

/** Ends a stream and waits until its bytes are out, or nobody reads them. */
function ended(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (output.destroyed) return resolve();
    output.once('error', () => resolve());
    output.once('close', () => resolve());
    output.end(() => resolve());
  });
}

/** Decides when a server that nobody talks to any more is stopped. */
function stopper(server: Child) {
  let timer: NodeJS.Timeout | undefined;
  let gone = false;
  let stopping = false;
  let done = false;
  const after = (ms: number, action: () => void) => {
    clearTimeout(timer);
    if (!done) timer = setTimeout(action, ms);
  };
  const killSoon = () => {
    stopping = true;
    after(limits.signalGraceMs, () => server.kill('SIGKILL'));
  };
  const stopNow = () => {
    if (stopping) return;
    server.kill('SIGTERM');
    killSoon();
  };
  return {
    killSoon,
    stopNow,
    /** The client closed its end: the server may still answer what it was asked. */
    clientGone(idle: boolean) {
      gone = true;
      if (!stopping) after(idle ? limits.stopGraceMs : limits.drainMaxMs, stopNow);
    },
    onProgress(idle: boolean) {
      if (gone && idle && !stopping) after(limits.stopGraceMs, stopNow);
    },
    /** The server is gone. */
    clear() {
      done = true;
      clearTimeout(timer);
    },
  };
}

/** Of signal(7); a shell reports death by a signal as 128 and this. */
const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};
