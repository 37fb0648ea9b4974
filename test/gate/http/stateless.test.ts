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
async function modern(legacy: 'stateless' | 'reject', toolName = 'add') {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: 'modern', version: '1.0.0' });
      server.registerTool(
        toolName,
        { description: 'Adds.', inputSchema: z.object({ a: z.number(), b: z.number() }) },
        async ({ a, b }) => ({
          content: [{ type: 'text', text: String(a + b) }],
        }),
      );
      return server;
    },
    { legacy },
  );
  const { origin } = await web(async (request, response) => {
    const body = await bodyOf(request);
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
  const { looked, transport } = await lookAtRemote({ url, headers: {}, token: null, listed: true, bounds: { settleMs: 1 } }, nodeHost(), () => {});
  expect(looked.absence).toBeNull();
  expect([transport, looked.result?.probed.manifest.eras]).toEqual(['streamable-http', eras]);
  expect(looked.result?.probed.manifest.tools.map(({ name }) => name)).toEqual(['add']);
});
