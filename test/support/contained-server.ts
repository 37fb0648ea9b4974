import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { onTestFinished } from 'vitest';
import type { PinnedSandbox } from '../../src/model/sandbox-profile.ts';
import { type Guarded, guarded } from './guarded.ts';
import type { temporaryHome } from './home.ts';
import { tool } from './launch.ts';

export const closed: PinnedSandbox = { hosts: [], read: [], write: [], mask: {} };

export interface Contained extends Guarded {
  /** Runs this JavaScript inside the server (`load(name)` imports) and returns what it returns. */
  inside(code: string): Promise<unknown>;
}

/** A server behind the guard and in its sandbox, through the real program. */
export async function contained(
  profile: Partial<PinnedSandbox>,
  env: Record<string, string> = {},
  given: { readonly home?: ReturnType<typeof temporaryHome>; readonly secrets?: Readonly<Record<string, string>> } = {},
): Promise<Contained> {
  const { secrets } = given;
  const approval = {
    ...(secrets === undefined ? {} : { secrets }),
    server: 'contained.mjs',
    manifest: { tools: [tool('do')] },
    pin: { sandbox: { ...closed, ...profile } },
  };
  const server = await guarded(approval, env, given.home);
  return { ...server, inside: insideOf(server) };
}

/** As `Contained.inside`, for a server that is `contained.mjs`. */
export function insideOf(server: Pick<Guarded, 'send' | 'answer' | 'stderr'>): Contained['inside'] {
  let id = 0;
  return async (code) => {
    id += 1;
    server.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'do', arguments: { code } } });
    const { result, error } = await server.answer(id);
    if (error !== undefined) throw new Error(`${error.message}; stderr: ${server.stderr()}`);
    const [content] = (result as { content: readonly { text: string }[] }).content;
    return JSON.parse(content?.text ?? 'null');
  };
}

/** For `inside`: `fs`, and `attempt`, which returns the code of what is thrown. */
export const fs = "const fs = await load('node:fs'); const attempt = (f) => { try { return f(); } catch (e) { return e.code; } };";

/** A service on the loopback of this machine, and what it was asked. */
export async function service(tls: { readonly key: string; readonly cert: string } | null = null) {
  const asked: string[] = [];
  const answer: RequestListener = (request, response) => {
    asked.push(request.headers.authorization ?? 'nothing');
    response.end('reached');
  };
  const server = (tls === null ? createHttpServer(answer) : createTlsServer(tls, answer)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, asked };
}
