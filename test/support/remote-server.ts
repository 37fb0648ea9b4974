import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type EventStore, type JSONRPCMessage, McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { bodyOf, web } from './web.ts';

/** What a test decides about the server of the official SDK. */
export interface RemoteOptions {
  /** Registers what every session has. */
  readonly setUp: (server: McpServer) => void;
  readonly json?: boolean;
  /** Event ids, so that streams can be taken up again; the wait that the server asks for. */
  readonly resumable?: boolean;
  /** Looks at a request before the SDK does; true = it has answered. */
  readonly before?: (request: IncomingMessage, body: string, response: ServerResponse) => boolean | Promise<boolean>;
}

/** One request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  /** Method of the message in it; empty for none. */
  readonly rpc: string;
}

/** A remote server of the official SDK, with sessions. */
export async function remoteServer(options: RemoteOptions) {
  const sessions = new Map<string, { readonly transport: WebStandardStreamableHTTPServerTransport; readonly server: McpServer }>();
  const seen: SeenRequest[] = [];
  const open = new Set<ServerResponse>();
  const store = options.resumable === true ? memoryStore() : undefined;
  const { origin } = await web(async (request, response) => {
    const body = await bodyOf(request);
    const message = body === '' ? {} : (JSON.parse(body) as { method?: string });
    seen.push({ method: request.method ?? '', headers: request.headers, rpc: message.method ?? '' });
    if ((await options.before?.(request, body, response)) === true) return;
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (typeof id === 'string' && known === undefined) return void response.writeHead(404).end();
    const transport = known?.transport ?? (await newSession());
    const answer = await transport.handleRequest(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]),
        ...(body === '' ? {} : { body }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.flushHeaders();
    if (answer.body === null) return void response.end();
    open.add(response);
    const source = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
    source.on('error', () => response.destroy());
    response.on('close', () => {
      open.delete(response);
      source.destroy();
    });
    source.pipe(response);
  });
  const newSession = async () => {
    const server = new McpServer(
      { name: 'remote', version: '1.0.0' },
      { instructions: 'Ask before you write.', capabilities: { logging: {} } },
    );
    options.setUp(server);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      enableJsonResponse: options.json ?? false,
      ...(store === undefined ? {} : { eventStore: store, retryInterval: 1 }),
      onsessioninitialized: (id) => void sessions.set(id, { transport, server }),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await server.connect(transport);
    return transport;
  };
  return {
    url: `${origin}/mcp`,
    origin,
    seen,
    sessions,
    /** Breaks every connection that an answer is sent on. */
    drop() {
      for (const response of open) response.destroy();
    },
    /** Forgets every session, as a restart does. */
    forget: () => sessions.clear(),
  };
}

function memoryStore(): EventStore {
  const events: { readonly stream: string; readonly message: JSONRPCMessage }[] = [];
  return {
    storeEvent: async (stream, message) => String(events.push({ stream, message }) - 1),
    async replayEventsAfter(lastId, { send }) {
      const stream = events[Number(lastId)]?.stream ?? '';
      for (const [at, event] of events.entries()) {
        if (at > Number(lastId) && event.stream === stream && 'jsonrpc' in event.message) await send(String(at), event.message);
      }
      return stream;
    },
  };
}
