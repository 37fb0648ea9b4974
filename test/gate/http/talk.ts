import { onTestFinished } from 'vitest';
import { connectRemote } from '../../../src/gate/http/remote-child.ts';
import type { BridgeBounds, RemoteEndpoint } from '../../../src/gate/http/wire.ts';
import type { Child } from '../../../src/host/host.ts';
import { nodeHttp } from '../../../src/host/node-http.ts';

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string; readonly data: { readonly pinfold: { readonly code: string } } };
};

/** A connection of the bridge, spoken to as a client does, without a gate in between. */
export function talk(endpoint: Partial<RemoteEndpoint> & Pick<RemoteEndpoint, 'url'>, bounds: Partial<BridgeBounds> = {}) {
  const notices: string[] = [];
  const quick = { retryMs: 1, retryMinMs: 1, ...bounds };
  const child = connectRemote(
    { transport: 'streamable-http', headers: {}, ...endpoint },
    nodeHttp({}),
    (text) => void notices.push(text),
    quick,
  );
  return speak(child, notices);
}

/** The same with a connection that was made elsewhere. */
export function speak(child: Child, notices: readonly string[]) {
  onTestFinished(() => child.kill('SIGKILL'));
  const lines: Message[] = [];
  const waiters = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((line) => JSON.parse(line) as Message));
    for (const wake of waiters) wake();
    waiters.clear();
  });
  const until = async (wanted: (message: Message) => boolean): Promise<Message> => {
    for (;;) {
      const found = lines.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiters.add(resolve));
    }
  };
  let id = 0;
  const send = (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = (method: string, params: object = {}) => {
    id += 1;
    const own = id;
    send({ id: own, method, params });
    return until((message) => message.id === own && message.method === undefined);
  };
  return {
    child,
    lines,
    notices,
    send,
    ask,
    until,
    lastId: () => id,
    /** Opens the session as a client of the `initialize` era. */
    async open() {
      const answer = await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } });
      send({ method: 'notifications/initialized' });
      return answer;
    },
    async end() {
      child.stdin.end();
      return child.exited;
    },
  };
}
