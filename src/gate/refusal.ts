import type { Readable, Writable } from 'node:stream';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { errorAnswer, rpc } from './answer.ts';
import { frames } from './framing.ts';
import { read } from './message.ts';

/** Why a server is not started, for the client's user. */
export interface LaunchRefusal {
  /** Permanent code of `model/errors.ts`, or `bug`. */
  readonly code: string;
  readonly what: string;
  readonly why: string | null;
  /** A command that works when pasted; null = there is none. */
  readonly remedy: string | null;
  readonly exitCode: number;
}

/** The refusal in one sentence, fit for a terminal and for a client's error dialog. */
export function refusalText({ what, why, remedy }: LaunchRefusal): string {
  const reason = why === null ? '' : ` (${printable(why)})`;
  return `pinfold: ${printable(what)}${reason}${remedy === null ? '' : `; to fix it: ${printable(remedy)}`}`;
}

/**
 * Speaks for a server that is not started: answers the client's first request, whatever it is, with the reason, and
 * settles when the answer is out or the client has closed its end. A `server/discover` is answered without settling,
 * because a client falls back to `initialize` after it and should hear the reason there too.
 */
export function refuseSession(refusal: LaunchRefusal, client: { readonly input: Readable; readonly output: Writable }): Promise<void> {
  const { input, output } = client;
  const framing = frames(limits.frameMaxBytes);
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      input.destroy();
      resolve();
    };
    const answer = (frame: Buffer) => {
      const message = read(frame);
      if (typeof message === 'string' || message.type !== 'request') return;
      const { code, remedy, exitCode } = refusal;
      const error = errorAnswer(message.id, rpc.refused, refusalText(refusal), { code, ...(remedy === null ? {} : { remedy }), exitCode });
      if (message.method === 'server/discover') {
        output.write(error);
        timer ??= setTimeout(finish, limits.stopGraceMs);
      } else {
        output.write(error, finish);
      }
    };
    output.on('error', finish);
    input.on('data', (chunk: Buffer) => {
      const complete = framing.push(chunk);
      if (complete === 'too-long') finish();
      else for (const frame of complete) answer(frame);
    });
    input.once('end', () => output.write('', finish));
    input.once('error', finish);
  });
}
