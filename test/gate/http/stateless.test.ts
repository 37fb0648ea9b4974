import type { IncomingHttpHeaders } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { nodeHost } from '../../../src/host/node.ts';
import { lookAtRemote } from '../../../src/operations/remote-look.ts';
import { bodyOf, web } from '../../support/web.ts';
import { talk } from './talk.ts';

const meta = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};

/** A server of the official SDK that speaks the stateless era, and perhaps the other one. */
async function modern(legacy: 'stateless' | 'reject', toolName = 'add', seen: { headers: IncomingHttpHeaders; body: string }[] = []) {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: 'modern', version: '1.0.0' });
      if (toolName !== 'weather')
        server.registerTool(
          toolName,
          { description: 'Adds.', inputSchema: z.object({ a: z.number(), b: z.number() }) },
          async ({ a, b }) => ({
            content: [{ type: 'text', text: String(a + b) }],
          }),
        );
      else
        server.registerTool(
          'weather',
          {
            description: 'Says the weather.',
            inputSchema: z.object({
              city: z.string().meta({ 'x-mcp-header': 'City' }),
              at: z
                .object({ day: z.int().meta({ 'x-mcp-header': 'Day' }), exact: z.boolean().optional().meta({ 'x-mcp-header': 'Exact' }) })
                .optional(),
              note: z.string().optional(),
            }),
          },
          async ({ city, at }) => ({ content: [{ type: 'text', text: `${city} ${at?.day}` }] }),
        );
      return server;
    },
    { legacy },
  );
  const { origin } = await web(async (request, response) => {
    const body = await bodyOf(request);
    seen.push({ headers: request.headers, body });
    const answer = await handler.fetch(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]),
        ...(body === '' ? {} : { body }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
  return `${origin}/mcp`;
}

test.each(['add', 'summe größer', ' padded '])(
  'the headers that repeat the body are those that the official server checks (%s)',
  async (name) => {
    const client = talk({ url: await modern('reject', name) });
    expect((await client.ask('server/discover', meta)).result).toMatchObject({ supportedVersions: ['2026-07-28'] });
    expect((await client.ask('tools/list', meta)).result).toMatchObject({ tools: [{ name }] });
    const call = await client.ask('tools/call', { ...meta, name, arguments: { a: 40, b: 2 } });
    expect(call.result).toMatchObject({ content: [{ type: 'text', text: '42' }] });
  },
);

test.each(['Berlin', 'Zürich', ' Rome ', '', '=?base64?x?=', 'a\tb'])(
  'an argument that the tool wants in a header is there, as the official server checks it (%j)',
  async (city) => {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
    const client = talk({ url: await modern('reject', 'weather', seen) });
    await client.ask('tools/list', meta);
    const call = await client.ask('tools/call', { ...meta, name: 'weather', arguments: { city, at: { day: 7 }, note: 'not in a header' } });
    expect(call.result).toMatchObject({ content: [{ type: 'text', text: `${city} 7` }] });
    const { headers = {} } = seen.find(({ body }) => body.includes('tools/call')) ?? {};
    expect(headers['mcp-param-day']).toBe('7');
    expect(Object.keys(headers).filter((name) => name.startsWith('mcp-param-'))).toEqual(['mcp-param-city', 'mcp-param-day']);
    expect(seen.filter(({ body }) => body.includes('tools/list'))).toHaveLength(1);
  },
);

test('a call without a list before: the guard asks for the list itself, and the client hears nothing of that', async () => {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  const client = talk({ url: await modern('reject', 'weather', seen) });
  const call = await client.ask('tools/call', { ...meta, name: 'weather', arguments: { city: 'Rome' } });
  expect(call.result).toMatchObject({ content: [{ type: 'text', text: 'Rome undefined' }] });
  await client.ask('tools/call', { ...meta, name: 'weather', arguments: { city: 'Oslo' } });
  expect(seen.map(({ body }) => JSON.parse(body).method)).toEqual(['tools/list', 'tools/call', 'tools/call']);
  expect(client.lines).toHaveLength(2);
});

test('a tool that wants an argument in a header of no legal name is not called', async () => {
  const { origin } = await web(async (request, response) => {
    const { id, method } = JSON.parse(await bodyOf(request));
    const tool = (name: string) => ({ type: 'object', properties: { city: { type: 'string', 'x-mcp-header': name } } });
    const names = { crlf: 'City\r\nAuthorization: x', space: 'a b', empty: '', long: 'x'.repeat(200) };
    const tools = Object.entries(names).map(([name, header]) => ({ name, inputSchema: tool(header) }));
    const result = method === 'tools/list' ? { tools, ttlMs: 0 } : { content: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  const client = talk({ url: `${origin}/mcp` });
  for (const name of ['crlf', 'space', 'empty', 'long']) {
    const call = await client.ask('tools/call', { ...meta, name, arguments: { city: 'Rome' } });
    expect([name, call.error?.data.pinfold.code]).toEqual([name, 'header-refused']);
  }
});

test('a refusal of the protocol that comes with a status of HTTP is an answer', async () => {
  const client = talk({ url: await modern('reject') });
  const answer = await client.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'c', version: '1' },
  });
  expect(answer.error?.message).not.toContain('pinfold');
});

test.each([
  ['stateless', ['initialize', 'stateless']],
  ['reject', ['stateless']],
] as const)('looked at, both eras are seen where there are both (legacy: %s)', async (legacy, eras) => {
  const url = await modern(legacy);
  const { looked, transport } = await lookAtRemote(
    { url, headers: {}, token: null, listed: true, bounds: { settleMs: 1 } },
    nodeHost(),
    () => {},
  );
  expect(looked.absence).toBeNull();
  expect([transport, looked.result?.probed.manifest.eras]).toEqual(['streamable-http', eras]);
  expect(looked.result?.probed.manifest.tools.map(({ name }) => name)).toEqual(['add']);
});
