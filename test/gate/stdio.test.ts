import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openSession } from '../../src/gate/session.ts';
import { serve } from '../../src/gate/stdio.ts';
import type { Child } from '../../src/host/host.ts';
import { temporaryHost } from '../support/home.ts';
import { tool } from '../support/launch.ts';
import { rulesFor } from './conversation.ts';

const line = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;

test('what a server that has ended still says waits for what is being written down: every answer, in order', async () => {
  const [input, output, stdin, stdout] = [new PassThrough(), new PassThrough(), new PassThrough(), new PassThrough()];
  let written = () => {};
  let [recording, exited] = [() => {}, () => {}];
  const begun = new Promise<void>((resolve) => {
    recording = resolve;
  });
  const listener = {
    onEffect: () => undefined,
    notice: () => undefined,
    wantsLink: () => undefined,
    record: () =>
      new Promise<void>((resolve) => {
        written = resolve;
        recording();
      }),
  };
  const end = new Promise<{ code: number; signal: null }>((resolve) => {
    exited = () => resolve({ code: 0, signal: null });
  });
  const server = { pid: 1, stdin, stdout, exited: end, release: () => undefined, kill: () => true } as unknown as Child;
  const session = openSession(rulesFor({ manifest: { tools: [tool('read')] } }, { learning: new Set(['instructions']) }), listener);
  const done = serve(session, { client: { input, output }, server }, () => undefined, temporaryHost());
  let said = '';
  output.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  input.end(line({ id: 1, method: 'initialize' }) + line({ id: 2, method: 'tools/call', params: { name: 'read' } }));
  await once(stdin.resume(), 'end');
  stdout.write(line({ id: 1, result: { capabilities: {}, instructions: 'be kind' } }));
  await begun;
  // As Node does with the output of a child that has ended, whoever paused it.
  stdout.resume();
  stdout.end(line({ id: 2, result: { content: [] } }));
  exited();
  await once(stdout, 'end');
  written();
  expect(await done).toBe(0);
  expect(said.match(/"id":\d/g)).toEqual(['"id":1', '"id":2']);
});

test('a held server is let go when every signal reaches it, and not before', async () => {
  const events: string[] = [];
  const [input, output, stdin, stdout] = [new PassThrough(), new PassThrough(), new PassThrough(), new PassThrough()];
  const host = temporaryHost();
  const processes = {
    ...host.processes,
    onSignal: () => {
      events.push('signals are heard');
      return () => undefined;
    },
  };
  const exited = Promise.resolve({ code: 0, signal: null });
  const server = { pid: 1, stdin, stdout, exited, release: () => void events.push('let go'), kill: () => true } as unknown as Child;
  const session = openSession(rulesFor({ manifest: { tools: [tool('read')] } }), {
    ...{ onEffect: () => undefined, notice: () => undefined, wantsLink: () => undefined, record: async () => undefined },
  });
  input.end();
  stdout.end();
  await serve(session, { client: { input, output: output.resume() }, server }, () => undefined, { ...host, processes });
  expect(events).toEqual(['signals are heard', 'let go']);
});
