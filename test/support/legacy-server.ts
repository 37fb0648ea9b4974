import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type JSONRPCMessage, McpServer } from '@modelcontextprotocol/server';
import { bodyOf, web } from './web.ts';

/** The official server on one stream of the transport of 2024-11-05, which its package no longer has. */
class LegacyStream {
  readonly sessionId = randomUUID();
  onclose?: () => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  async start() {
    this.response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' });
    this.response.write(`event: endpoint\ndata: /messages?sessionId=${this.sessionId}\n\n`);
    this.response.on('close', () => this.onclose?.());
  }

  async send(message: JSONRPCMessage) {
    this.response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  async close() {
    this.response.end();
    this.onclose?.();
  }
}

/**
 * A server of the transport of 2024-11-05, one session for each stream. A POST to `/sse` is refused, as such servers do.
 *
 * @param before looks at a request first; true = it has answered
 */
export async function legacyServer(
  setUp: (server: McpServer) => void,
  before: (request: IncomingMessage, body: string, response: ServerResponse) => boolean = () => false,
) {
  const sessions = new Map<string, { readonly stream: LegacyStream; readonly server: McpServer }>();
  const seen: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const { origin } = await web(async (request, response) => {
    const at = new URL(request.url ?? '/', 'http://127.0.0.1');
    seen.push({ method: request.method ?? '', path: at.pathname, headers: request.headers });
    const body = await bodyOf(request);
    if (before(request, body, response)) return;
    if (at.pathname === '/sse' && request.method === 'GET') {
      const stream = new LegacyStream(response);
      const server = new McpServer({ name: 'old', version: '1.0.0' }, { instructions: 'Ask before you write.' });
      setUp(server);
      sessions.set(stream.sessionId, { stream, server });
      response.on('close', () => sessions.delete(stream.sessionId));
      return server.connect(stream);
    }
    const known = sessions.get(at.searchParams.get('sessionId') ?? '');
    if (at.pathname !== '/messages' || known === undefined) return void response.writeHead(405).end();
    known.stream.onmessage?.(JSON.parse(body));
    response.writeHead(202).end('Accepted');
  });
  return {
    url: `${origin}/sse`,
    seen,
    sessions,
    /** Breaks every stream. */
    drop() {
      for (const { stream } of sessions.values()) stream.response.destroy();
    },
  };
}
