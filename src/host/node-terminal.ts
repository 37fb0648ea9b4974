import process from 'node:process';
import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GuardError } from '../model/errors.ts';
import type { Terminal } from './host.ts';

/** The process's own streams. */
export function nodeTerminal(env: Readonly<Record<string, string>>): Terminal {
  const { stdin, stdout, stderr } = process;
  const interactive = stdin.isTTY === true && stderr.isTTY === true;
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    stdin,
    stdout,
    stderr,
    interactive,
    columns: stdout.columns ?? stderr.columns ?? 80,
    colour: { stdout: stdout.isTTY === true && !plain, stderr: stderr.isTTY === true && !plain },
    ask: async (question) => (await ask(question, interactive, stderr)).trim(),
    async askSecret(question) {
      if (interactive) stderr.write(question);
      try {
        // Line editing works as usual, but what it draws goes nowhere.
        return await ask('', interactive, new Writable({ write: (_chunk, _encoding, done) => done() }));
      } finally {
        if (interactive) stderr.write('\n');
      }
    },
  };
}

async function ask(question: string, interactive: boolean, output: NodeJS.WritableStream): Promise<string> {
  if (!interactive) throw new GuardError('approval-needed', 'nobody can be asked here', { why: 'this is not a terminal' });
  await dropTypedAhead();
  // Not at the top: a launch never asks, and would load it all the same.
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => {
        process.stderr.write('\n'); // what is said next starts on a line of its own
        reject(new GuardError('interrupted', 'interrupted; nothing was changed'));
      });
      lines.once('close', () => resolve('')); // end of input is a no
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
    process.stdin.pause();
  }
}

/** A yes that was typed before the question could be read is not a yes. */
async function dropTypedAhead(): Promise<void> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume();
  await nextTurn();
  while (stdin.read() !== null) await nextTurn();
  stdin.pause();
  stdin.setRawMode(false);
}
