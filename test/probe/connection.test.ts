import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Child } from '../../src/host/host.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Era } from '../../src/model/manifest.ts';
import { collect } from '../../src/probe/collect.ts';
import { connect } from '../../src/probe/connection.ts';
import { fullCapabilities, identities } from '../../src/probe/identities.ts';
import { defaultBounds } from '../../src/probe/request.ts';

type Reply = (method: string, id: number) => unknown;

/** A connection with a server that is a function of the method asked for; an undefined reply is no answer. */
function connectionWith(reply: Reply, bounds = {}) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const asked: JsonObject[] = [];
  const kills: string[] = [];
  stdin.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      const message = JSON.parse(line) as JsonObject;
      asked.push(message);
      if (typeof message['method'] !== 'string' || typeof message['id'] !== 'number') continue;
      const answer = reply(message['method'], message['id']);
      if (answer !== undefined) stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message['id'], ...(answer as object) })}\n`);
    }
  });
  const kill: Child['kill'] = (signal) => void kills.push(signal);
  const child: Child = { pid: 1, stdin, stdout, stderr: null, exited: new Promise(() => undefined), release: () => undefined, kill };
  const all = { ...defaultBounds, settleMs: 0, requestTimeoutMs: 200, discoverTimeoutMs: 100, ...bounds };
  const connection = connect({ child, surroundings: {}, scratch: '/scratch', tree: '/tree', envNames: [] }, all);
  return {
    connection,
    stdout,
    asked,
    kills,
    look: (era: Era = 'initialize') => collect(connection, { identity: identities[0], capabilities: fullCapabilities }, era, all),
  };
}

const introduction = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 's', version: '1' } };

describe('a conversation with a server', () => {
  test('introduces itself as a real client with every capability, and asks for every kind of list', async () => {
    const { look, asked } = connectionWith((method) =>
      method === 'initialize' ? { result: introduction } : { error: { code: -32601, message: 'no' } },
    );
    const manifest = await look();
    expect(asked[0]).toMatchObject({
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        clientInfo: { name: 'claude-ai' },
        capabilities: { roots: {}, sampling: {}, elicitation: { form: {}, url: {} } },
      },
    });
    expect(asked[1]).toEqual({ jsonrpc: '2.0', method: 'notifications/initialized', params: {} });
    expect(asked.slice(2, 6).map((message) => message['method'])).toEqual([
      'tools/list',
      'prompts/list',
      'resources/list',
      'resources/templates/list',
    ]);
    expect(manifest).toMatchObject({ tools: [], prompts: [], resources: [], resourceTemplates: [], instructions: null });
  });

  test('every request of the stateless era says who asks', async () => {
    const discovered = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} };
    const { look, asked } = connectionWith((method) =>
      method === 'server/discover' ? { result: discovered } : { error: { code: -32601, message: 'no' } },
    );
    expect(await look('stateless')).toMatchObject({ serverInfo: null, eras: ['stateless'] });
    expect(asked.length).toBe(9);
    for (const message of asked) {
      expect(message).toMatchObject({
        params: {
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'claude-ai' },
            'io.modelcontextprotocol/clientCapabilities': { sampling: {} },
          },
        },
      });
    }
  });

  test.each<[string, JsonObject]>([
    ['an unknown method', { error: { code: -32601, message: 'no' } }],
    ['another version only', { error: { code: -32022, message: 'no', data: { requested: '2026-07-28', supported: ['2027-01-01'] } } }],
    ['no versions', { result: { capabilities: {} } }],
    ['other versions', { result: { supportedVersions: ['2027-01-01'], capabilities: {} } }],
  ])('%s in answer to server/discover means: not this era', async (_, answer) => {
    expect(await connectionWith(() => answer).look('stateless')).toBeNull();
  });

  test('silence in answer to server/discover means: not this era', async () => {
    expect(await connectionWith(() => undefined).look('stateless')).toBeNull();
  });

  test.each<[string, Reply, string, string]>([
    [
      'an unknown protocol version',
      () => ({ result: { ...introduction, protocolVersion: '1999-01-01' } }),
      'probe-failed',
      'it answered with 1999-01-01',
    ],
    ['no protocol version', () => ({ result: {} }), 'probe-failed', 'it answered with none'],
    [
      'instructions that are no text',
      () => ({ result: { ...introduction, instructions: ['x'] } }),
      'listing-invalid',
      'its instructions are not text',
    ],
    ['a result that is no object', () => ({ result: 'yes' }), 'listing-invalid', 'it sent an answer with neither a result nor an error'],
    [
      'a list that is none',
      (method) => ({ result: method === 'initialize' ? introduction : { tools: {} } }),
      'listing-invalid',
      'there is no list in the answer to tools/list',
    ],
    [
      'a cursor that is no text',
      (method) => ({
        result: method === 'initialize' ? introduction : { tools: [], prompts: [], resources: [], resourceTemplates: [], nextCursor: 7 },
      }),
      'listing-invalid',
      'a cursor is not text',
    ],
  ])('%s is an error', async (_, reply, code, why) => {
    await expect(connectionWith(reply).look()).rejects.toMatchObject({ code, why });
  });

  test('a list that was promised and never comes is not an empty one; one that was not promised is', async () => {
    const capabilities = { tools: {} };
    const silent = connectionWith((method) => (method === 'initialize' ? { result: { ...introduction, capabilities } } : undefined));
    await expect(silent.look()).rejects.toMatchObject({ code: 'probe-failed', why: 'no answer to `tools/list` in 0.2 s' });
    const modest = connectionWith((method) => (method === 'initialize' ? { result: introduction } : undefined));
    expect(await modest.look()).toMatchObject({ tools: [] });
  });

  test('an answer to nothing, to an id twice or to a text id changes nothing', async () => {
    const { connection, stdout } = connectionWith((_, id) => ({ result: { first: id } }));
    stdout.write('{"jsonrpc":"2.0","id":99,"result":{}}\n{"jsonrpc":"2.0","id":"1","result":{"evil":1}}\n');
    expect(await connection.request('a', {}, 200)).toEqual({ result: { first: 1 } });
    stdout.write('{"jsonrpc":"2.0","id":1,"result":{"evil":1}}\n');
    expect(await connection.request('b', {}, 200)).toEqual({ result: { first: 2 } });
  });

  test('once it has failed, everything fails with the same reason and the server is killed', async () => {
    const { connection, stdout, kills } = connectionWith(() => undefined, { maxBytes: 100 });
    const waiting = connection.request('a', {}, 1_000);
    stdout.write('x'.repeat(200));
    await expect(waiting).rejects.toMatchObject({ message: 'the server floods its output' });
    await expect(connection.request('b', {}, 1_000)).rejects.toMatchObject({ message: 'the server floods its output' });
    expect(kills).toEqual(['SIGKILL']);
  });
});
