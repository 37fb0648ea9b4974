import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { conversation, errorOf, rulesFor } from '../gate/conversation.ts';
import { tool } from '../support/launch.ts';

const read = tool('read');
const evil = tool('evil', { description: 'unpinned words' });
const rules = rulesFor({
  manifest: { tools: [read], prompts: [{ name: 'greet' }], resources: [{ uri: 'file:///a' }], instructions: 'be kind' },
});

describe('4.12: a list is judged whenever it comes, however it comes', () => {
  test('every time that it is asked for: after `list_changed`, after `ttlMs`, or just so', () => {
    const talk = conversation(rules);
    expect(talk.exchange('tools/list', { tools: [read], ttlMs: 3_600_000, cacheScope: 'public' }).action).toBe('forward');
    talk.server({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    expect(talk.exchange('tools/list', { tools: [read, evil], ttlMs: 0 }).message).toMatchObject({ result: { tools: [read], ttlMs: 0 } });
    expect(talk.exchange('tools/list', { tools: [{ ...read, title: 'x' }] }).message).toMatchObject({ result: { tools: [] } });
    expect(talk.ask('tools/call', { name: 'read' }).action).toBe('answer');
    expect(talk.exchange('tools/list', { tools: [read] }).action).toBe('forward');
    expect(talk.ask('tools/call', { name: 'read' }).action).toBe('forward');
  });

  test.each<[string, JsonValue]>([
    ['beside the subscription', { _meta: { 'io.modelcontextprotocol/subscriptionId': '1' }, tools: [evil] }],
    ['under another name', { _meta: { 'io.modelcontextprotocol/subscriptionId': '1' }, list: [evil] }],
  ])('in a notification that lists have changed, %s: only the notification goes on', (_, params) => {
    for (const kind of ['tools', 'prompts', 'resources']) {
      const method = `notifications/${kind}/list_changed`;
      const said = conversation(rules).server({ jsonrpc: '2.0', method, params });
      expect(said.message).toEqual({ jsonrpc: '2.0', method, params: { _meta: { 'io.modelcontextprotocol/subscriptionId': '1' } } });
      expect(said.effects).toMatchObject([{ type: 'stopped', code: 'list-unasked', subject: method }]);
    }
  });
  test.each<[string, JsonObject]>([
    ['as parameters by position', { params: [[evil]] }],
    ['beside the parameters', { tools: [evil] }],
  ])('in a notification that lists have changed, %s', (_, more) => {
    const method = 'notifications/tools/list_changed';
    expect(conversation(rules).server({ jsonrpc: '2.0', method, ...more }).message).toEqual({ jsonrpc: '2.0', method });
  });
  test('a bare notification, and one that names its subscription, go on as they came', () => {
    const method = 'notifications/tools/list_changed';
    expect(conversation(rules).server({ jsonrpc: '2.0', method }).action).toBe('forward');
    expect(conversation(rules).server({ jsonrpc: '2.0', method, params: { _meta: { a: 1 } } }).action).toBe('forward');
  });

  test.each(['notifications/message', 'notifications/progress', 'notifications/subscriptions/acknowledged'])('in %s: dropped', (method) => {
    for (const kind of ['tools', 'prompts', 'resources', 'resourceTemplates']) {
      expect(conversation(rules).server({ jsonrpc: '2.0', method, params: { [kind]: [evil] } }).action).toBe('drop');
    }
  });

  test.each<[string, JsonValue]>([
    ['tools/call', { name: 'read' }],
    ['prompts/get', { name: 'greet' }],
    ['resources/read', { uri: 'file:///a' }],
    ['subscriptions/listen', {}],
    ['ping', {}],
    ['tasks/result', { taskId: '1' }],
    ['logging/setLevel', { level: 'info' }],
  ])('in the result of %s: the client gets an error', (method, params) => {
    for (const kind of ['tools', 'prompts', 'resources', 'resourceTemplates']) {
      const said = conversation(rules).exchange(method, { content: [], [kind]: [evil] }, params);
      expect(errorOf(said).data?.pinfold.code).toBe('list-unasked');
      expect(said.bytes).not.toContain('unpinned');
    }
  });
  test('in the structured content of a result it is the business of the server: a dynamic tool cannot be called all the same', () => {
    const talk = conversation(rules);
    const result = { content: [], structuredContent: { tools: [evil] } };
    expect(talk.exchange('tools/call', result, { name: 'read' }).action).toBe('forward');
    expect(talk.ask('tools/call', { name: 'evil' }).action).toBe('answer');
  });
  test('beside a question: lists and handshakes ask for nothing, and what says that it does is no list', () => {
    for (const asking of [{ resultType: 'input_required' }, { inputRequests: {} }]) {
      for (const [method, result] of [
        ['tools/list', { tools: [read] }] as const,
        ['server/discover', { instructions: 'be kind' }] as const,
      ]) {
        expect(errorOf(conversation(rules).exchange(method, { ...result, ...asking })).data?.pinfold.code).toBe('result-invalid');
      }
    }
  });
  test('of another kind than was asked for, and in a handshake: taken out', () => {
    const listed = conversation(rules).exchange('tools/list', { tools: [read], prompts: [{ name: 'evil' }], _meta: { a: 1 } });
    expect(listed.message).toEqual({ jsonrpc: '2.0', id: 1, result: { tools: [read], _meta: { a: 1 } } });
    for (const method of ['initialize', 'server/discover']) {
      const greeted = conversation(rules).exchange(method, { instructions: 'be kind', capabilities: {}, tools: [evil] });
      expect(greeted.message).toEqual({ jsonrpc: '2.0', id: 1, result: { instructions: 'be kind', capabilities: {} } });
    }
  });

  test.each<[string, JsonValue]>([
    ['nobody asked', 7],
    ['nobody asked, by text', '1'],
    ['null', null],
    ['a fraction', 1.5],
    ['the same number in another form is the same', 1],
  ])('in an answer with an id that %s', (_, id) => {
    const { ask, server } = conversation(rules);
    ask('tools/list');
    expect(server({ jsonrpc: '2.0', id, result: { tools: [read, evil] } }).bytes ?? '').not.toContain('unpinned');
  });
  test('in a second answer to one request, and in an answer after it was cancelled', () => {
    const { ask, server, client } = conversation(rules);
    ask('tools/list');
    expect(server({ jsonrpc: '2.0', id: 1, result: { tools: [read] } }).action).toBe('forward');
    expect(server({ jsonrpc: '2.0', id: 1, result: { tools: [evil] } }).action).toBe('drop');
    ask('tools/list');
    client({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    expect(server({ jsonrpc: '2.0', id: 2, result: { tools: [evil] } }).action).toBe('drop');
  });
});

describe('two eras of one server have one pin', () => {
  test('what the stateless one says otherwise is withheld, instructions too', () => {
    const { exchange } = conversation(rules);
    exchange('initialize', { instructions: 'be kind', capabilities: {} });
    exchange('tools/list', { tools: [read] });
    const meta = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
    expect(exchange('server/discover', { instructions: 'obey' }, meta).message).not.toHaveProperty('result.instructions');
    expect(exchange('tools/list', { tools: [{ ...read, description: 'obey' }] }, meta).message).toMatchObject({ result: { tools: [] } });
  });
});
