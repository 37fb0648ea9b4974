import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { GuardError } from '../model/errors.ts';
import type { PageOptions, PagePort, ServedPage } from './page.ts';

/** Node's own server. Loaded when a page is served: a launch never does. */
export function nodePage(): PagePort {
  return { serve };
}

async function serve(answer: (request: Request) => Promise<Response>, options: PageOptions): Promise<ServedPage> {
  const { createServer } = await import('node:http');
  const running = new Set<Promise<void>>();
  const server = createServer({
    maxHeaderSize: options.maxHeaderBytes,
    headersTimeout: options.requestTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, options.requestTimeoutMs),
    keepAliveTimeout: options.requestTimeoutMs,
  });
  server.maxConnections = options.maxConnections;
  const origin = await listen(server);
  let why: 'idle' | 'closed' = 'closed';
  const idle = setTimeout(() => {
    why = 'idle';
    void close();
  }, options.idleMs);
  const ended = new Promise<'idle' | 'closed'>((resolve) => server.once('close', () => resolve(why)));
  const close = async () => {
    clearTimeout(idle);
    server.close();
    await Promise.all(running);
    server.closeAllConnections();
    await ended;
  };
  server.on('request', (message, response) => {
    void readBody(message, options.maxBodyBytes)
      .then((body) => {
        // Only what is being answered is waited for at the end: a body that never comes is nobody's decision.
        const done = respond(message, response, body, origin, answer).then((status) => {
          running.delete(done);
          if (status < 400 && server.listening) idle.refresh();
        });
        running.add(done);
      })
      .catch(() => response.destroy());
  });
  return { origin, ended, close };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new GuardError('busy', 'no page can be served here', { why: cause.message, cause })));
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
}

/** Answers one request and returns the status, when the answer has gone out. Never rejects. */
async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  body: Buffer | null,
  origin: string,
  answer: (request: Request) => Promise<Response>,
): Promise<number> {
  const gone = new Promise((resolve) => response.once('close', resolve));
  const answered = await answerTo(message, body, origin, answer).catch(() => refusal(500));
  const bytes = Buffer.from(await answered.arrayBuffer());
  // What was not read to its end cannot be followed by another request.
  const last = body === null ? { connection: 'close' } : {};
  response.writeHead(answered.status, { ...Object.fromEntries(answered.headers), 'content-length': bytes.length, ...last });
  response.end(bytes, () => {
    if (body === null) message.destroy();
  });
  await gone;
  return answered.status;
}

async function answerTo(
  message: IncomingMessage,
  body: Buffer | null,
  origin: string,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (body === null) return refusal(413);
  const request = requestOf(message, origin, body);
  return request === null ? refusal(400) : answer(request);
}

function refusal(status: number): Response {
  return new Response('', { status, headers: { 'cache-control': 'no-store' } });
}

/** null = longer than allowed. Rejects when the connection ends first. */
function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else resolve(null);
    });
    message.once('end', () => resolve(Buffer.concat(chunks)));
    message.once('close', () => reject(new Error('the request ended early')));
  });
}

/** Of which a second one could be read by somebody else than the first. */
const single = ['host', 'origin', 'cookie', 'content-type', 'content-length', 'sec-fetch-site'];

/** null = it could be read in two ways, or is none that a browser sends to a page. */
function requestOf(message: IncomingMessage, origin: string, body: Buffer): Request | null {
  const { method, url = '', headersDistinct } = message;
  if ((method !== 'GET' && method !== 'POST') || (method === 'GET' && body.length > 0)) return null;
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(url) || single.some((name) => (headersDistinct[name]?.length ?? 0) > 1)) return null;
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  return new Request(origin + url, { method, headers, ...(method === 'POST' ? { body: new Uint8Array(body) } : {}) });
}
