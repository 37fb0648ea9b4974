// A remote server of the official SDK for the bench, with one tool that answers with as many characters as it is asked
// for. Prints its address as its first line.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { z } from 'zod';

const sessions = new Map();
const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`));

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const id = request.headers['mcp-session-id'];
  const transport = id === undefined ? await opened() : sessions.get(id);
  if (request.url !== '/mcp' || transport === undefined) return void response.writeHead(404).end();
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
  const said = await transport.handleRequest(new Request(`http://127.0.0.1${request.url}`, { method: request.method, headers, ...body }));
  response.writeHead(said.status, Object.fromEntries(said.headers));
  response.flushHeaders();
  if (said.body === null) return void response.end();
  const source = Readable.fromWeb(said.body);
  source.on('error', () => response.destroy());
  response.on('close', () => source.destroy());
  source.pipe(response);
}

async function opened() {
  const own = new McpServer({ name: 'bench', version: '1.0.0' });
  own.registerTool('text', { description: 'Text.', inputSchema: z.object({ bytes: z.number() }) }, async ({ bytes }) => ({
    content: [{ type: 'text', text: 'x'.repeat(bytes) }],
  }));
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await own.connect(transport);
  return transport;
}
