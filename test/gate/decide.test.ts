import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { limits } from '../../src/model/limits.ts';
import { tool } from '../support/launch.ts';
import { conversation, errorOf, rulesFor } from './conversation.ts';

const read = tool('read');
const write = tool('write');
const prompt = { name: 'greet', arguments: [] };
const resource = { uri: 'file:///a', name: 'a' };
const template = { uriTemplate: 'note://{id}', name: 'notes' };
const pinned = { tools: [read, write], prompts: [prompt], resources: [resource], resourceTemplates: [template], instructions: 'be kind' };

function pinnedConversation(more: Parameters<typeof rulesFor>[1] = {}, probed = {}) {
  return conversation(rulesFor({ manifest: pinned, probed }, more));
}

describe('requests of the client', () => {
  test.each<[string, JsonValue, string]>([
    ['initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }, 'forward'],
    ['server/discover', {}, 'forward'],
    ['ping', {}, 'forward'],
    ['logging/setLevel', { level: 'info' }, 'forward'],
    ['tools/list', {}, 'forward'],
    ['prompts/list', {}, 'forward'],
    ['resources/list', {}, 'forward'],
    ['resources/templates/list', {}, 'forward'],
    ['tasks/get', { taskId: 't' }, 'forward'],
    ['tasks/result', { taskId: 't' }, 'forward'],
    ['tasks/cancel', { taskId: 't' }, 'forward'],
    ['tasks/list', {}, 'forward'],
    ['resources/unsubscribe', { uri: 'file:///x' }, 'forward'],
    ['tools/call', { name: 'read', arguments: {} }, 'forward'],
    ['tools/call', { name: 'other' }, 'answer'],
    ['tools/call', { name: 1 }, 'answer'],
    ['tools/call', {}, 'answer'],
    ['prompts/get', { name: 'greet' }, 'forward'],
    ['prompts/get', { name: 'read' }, 'answer'],
    ['resources/read', { uri: 'file:///a' }, 'forward'],
    ['resources/read', { uri: 'note://7' }, 'forward'],
    ['resources/read', { uri: 'file:///etc/passwd' }, 'answer'],
    ['resources/subscribe', { uri: 'file:///a' }, 'forward'],
    ['resources/subscribe', { uri: 'file:///b' }, 'answer'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'a', value: '' } }, 'forward'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'evil' }, argument: { name: 'a', value: '' } }, 'answer'],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'note://{id}' }, argument: { name: 'id', value: '' } }, 'forward'],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'evil://{id}' }, argument: { name: 'id', value: '' } }, 'answer'],
    ['completion/complete', { ref: { type: 'ref/other', name: 'greet' } }, 'answer'],
    ['completion/complete', {}, 'answer'],
    ['subscriptions/listen', { notifications: { toolsListChanged: true } }, 'forward'],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: ['file:///a', 'note://1'] } }, 'forward'],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: ['file:///a', 'file:///b'] } }, 'answer'],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: [7] } }, 'answer'],
    ['subscriptions/listen', { notifications: 7 }, 'answer'],
    ['skills/list', {}, 'answer'],
    ['__proto__', {}, 'answer'],
    ['constructor', {}, 'answer'],
  ])('%s %j: %s', (method, params, action) => {
    expect(pinnedConversation().ask(method, params).action).toBe(action);
  });

  test('a refused call names the item so that a person can read it, says why, and how to approve', () => {
    const said = pinnedConversation().ask('tools/call', { name: 'ev\u202eil\u0007' });
    const { code, message, data } = errorOf(said);
    expect(code).toBe(-32602);
    expect(message).toContain('ev<U+202E>il<U+0007>');
    expect(message).toContain('nobody approved one of that name');
    expect(message).toContain('pinfold approve sample');
    expect(data).toEqual({ pinfold: { code: 'call-not-approved', remedy: 'pinfold approve sample' } });
  });

  test('two requests with one id: the second is dropped', () => {
    const { client } = conversation();
    expect(client({ jsonrpc: '2.0', id: 1, method: 'ping' }).action).toBe('forward');
    expect(client({ jsonrpc: '2.0', id: 1, method: 'tools/list' }).action).toBe('drop');
    expect(client({ jsonrpc: '2.0', id: '1', method: 'ping' }).action).toBe('forward');
  });

  test('more requests than may wait are answered with an error', () => {
    const { ask } = conversation();
    for (let count = 0; count < limits.pendingMaxRequests; count += 1) ask('ping');
    expect(errorOf(ask('ping')).data?.pinfold.code).toBe('too-many-requests');
  });

  test.each([
    ['not JSON', 'hello', -32700],
    ['an id of null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
    ['an id that is no integer', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
    ['another version of JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['no method and no answer', '{"jsonrpc":"2.0","id":1}', -32600],
    ['request and answer at once', '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', -32600],
    ['an empty batch', '[]', -32600],
    ['a batch with something else in it', '[{"jsonrpc":"2.0","id":1,"method":"ping"},7]', -32600],
    ['a batch in a batch', '[[{"jsonrpc":"2.0","id":1,"method":"ping"}]]', -32600],
  ])('%s is answered by the gate', (_, text, code) => {
    const said = conversation().client(text);
    expect(said.action).toBe('answer');
    expect(errorOf(said).code).toBe(code);
  });

  test('blank lines are nothing', () => {
    expect(conversation().client(' \t\r').action).toBe('drop');
    expect(conversation().client('').action).toBe('drop');
  });
});

describe('lists', () => {
  test('with nothing to withhold go on as the very bytes', () => {
    const { exchangeRaw } = pinnedConversation();
    const text = `{ "id":$ID, "jsonrpc":"2.0", "result":{"x":1.0, "tools":[ ${JSON.stringify(read)}]}}`;
    const said = exchangeRaw('tools/list', text);
    expect(said.action).toBe('forward');
    expect(said.bytes).toBe(`${text.replace('$ID', '1')}\n`);
  });

  test('lose what is not pinned and nothing else', () => {
    const said = pinnedConversation().exchange('tools/list', {
      tools: [read, tool('evil'), { ...write, title: 'x' }],
      nextCursor: 'c',
      ttlMs: 5,
      cacheScope: 'private',
      _meta: { a: 1 },
      unknown: [null],
    });
    expect(said.message).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { tools: [read], nextCursor: 'c', ttlMs: 5, cacheScope: 'private', _meta: { a: 1 }, unknown: [null] },
    });
    expect(said.effects).toMatchObject([
      {
        type: 'withheld',
        kind: 'tools',
        forwarded: false,
        items: [
          { name: 'evil', reason: 'not-approved' },
          { name: 'write', reason: 'changed' },
        ],
      },
    ]);
  });

  test.each([
    ['tools/list', 'tools', [read], [{ ...read, _meta: {} }]],
    ['prompts/list', 'prompts', [prompt], [{ ...prompt, description: 'x' }]],
    ['resources/list', 'resources', [resource], [{ ...resource, name: 'b' }]],
    ['resources/templates/list', 'resourceTemplates', [template], [{ ...template, mimeType: 'x' }]],
  ] as const)('%s: what is pinned stays, what differs goes', (method, kind, good, bad) => {
    const said = pinnedConversation().exchange(method, { [kind]: [...good, ...bad] } as unknown as JsonObject);
    expect(said.message).toMatchObject({ result: { [kind]: good } });
  });

  test.each<[string, JsonValue]>([
    ['no list', {}],
    ['a list that is none', { tools: {} }],
    ['an item without a name', { tools: [read, {}] }],
    ['an item whose name is no text', { tools: [{ name: 7 }] }],
    ['an item that is none', { tools: [null] }],
    ['an array for a result', []],
    ['a cursor that is no text', { tools: [], nextCursor: 7 }],
    ['a request inside', { tools: [], inputRequests: { a: { method: 'elicitation/create' } } }],
    ['the list under another spelling', { Tools: [tool('evil')] }],
    ['both spellings', { tools: [], TOOLS: [tool('evil')] }],
  ])('%s is refused as a whole', (_, result) => {
    const said = pinnedConversation().exchange('tools/list', result);
    expect(said.action).toBe('replace');
    expect(errorOf(said).message).toContain('withheld');
    expect(said.bytes).not.toContain('evil');
  });

  test('the client may list again and again: every run starts anew', () => {
    const { exchange } = pinnedConversation();
    for (let count = 0; count < 200; count += 1) {
      expect(exchange('tools/list', { tools: [read], nextCursor: 'two' }).action).toBe('forward');
      expect(exchange('tools/list', { tools: [write] }, { cursor: 'two' }).action).toBe('forward');
    }
  });
});

describe('resources that are not pinned one by one', () => {
  const open = { manifest: pinned, probed: { resourcePinning: 'open' } } as const;
  const byTemplate = { manifest: pinned, probed: { resourcePinning: 'templates' } } as const;
  test('open: any resource is listed and read', () => {
    const { exchange, ask } = conversation(rulesFor(open));
    expect(exchange('resources/list', { resources: [{ uri: 'x://y' }, { uri: 'x://y' }] }).action).toBe('forward');
    expect(ask('resources/read', { uri: 'x://z' }).action).toBe('forward');
    expect(exchange('resources/templates/list', { resourceTemplates: [{ uriTemplate: 'new://{x}' }] }).message).toMatchObject({
      result: { resourceTemplates: [] },
    });
  });
  test('templates: what fits a pinned template', () => {
    const { exchange, ask } = conversation(rulesFor(byTemplate));
    expect(exchange('resources/list', { resources: [{ uri: 'note://1' }, { uri: 'x://y' }] }).message).toMatchObject({
      result: { resources: [{ uri: 'note://1' }] },
    });
    expect(ask('resources/read', { uri: 'note://2' }).action).toBe('forward');
    expect(ask('resources/read', { uri: 'file:///a' }).action).toBe('answer');
  });
  test('a template that was listed with other words opens nothing any more', () => {
    const { exchange, ask } = conversation(rulesFor(byTemplate));
    exchange('resources/templates/list', { resourceTemplates: [{ ...template, name: 'other' }] });
    expect(ask('resources/read', { uri: 'note://2' }).action).toBe('answer');
  });
});

describe('handshakes', () => {
  test.each(['initialize', 'server/discover'])('%s: pinned instructions stay, others go', (method) => {
    expect(pinnedConversation().exchange(method, { instructions: 'be kind', serverInfo: {} }).action).toBe('forward');
    expect(pinnedConversation().exchange(method, { serverInfo: { name: 'other' } }).action).toBe('forward');
    for (const instructions of ['be evil', '', 7, null, ['be kind'], { a: 1 }] as JsonValue[]) {
      const said = pinnedConversation().exchange(method, { instructions, serverInfo: { name: 's' }, extra: 1 });
      expect(said.message).toEqual({ jsonrpc: '2.0', id: 1, result: { serverInfo: { name: 's' }, extra: 1 } });
      expect(said.effects).toMatchObject([{ type: 'withheld', kind: 'instructions' }]);
    }
  });
  test('instructions under another spelling, or beside a request, are refused', () => {
    expect(errorOf(pinnedConversation().exchange('initialize', { Instructions: 'be evil' })).message).toContain('not valid');
    expect(errorOf(pinnedConversation().exchange('server/discover', { inputRequests: {} })).message).toContain('not valid');
  });
});

describe('requests and notifications of the server', () => {
  test.each([
    ['ping', 'forward'],
    ['sampling/createMessage', 'answer'],
    ['elicitation/create', 'answer'],
    ['roots/list', 'answer'],
    ['tasks/get', 'answer'],
    ['tools/call', 'answer'],
    ['vendor/anything', 'answer'],
  ])('%s: %s', (method, action) => {
    const said = conversation().server({ jsonrpc: '2.0', id: 1, method });
    expect(said.action).toBe(action);
    if (action === 'answer') expect(errorOf(said)).toMatchObject({ code: -32601 });
  });

  test('approved ones reach the client, and its answer reaches the server once', () => {
    const { server, client } = conversation(rulesFor({ agentSurface: ['elicitation/create'] }));
    expect(server({ jsonrpc: '2.0', id: 's1', method: 'elicitation/create', params: {} }).action).toBe('forward');
    expect(server({ jsonrpc: '2.0', id: 's1', method: 'elicitation/create', params: {} }).action).toBe('drop');
    expect(server({ jsonrpc: '2.0', id: 's2', method: 'roots/list' }).action).toBe('answer');
    expect(server({ jsonrpc: '2.0', id: 's3', method: 'tasks/get' }).action).toBe('forward');
    expect(client({ jsonrpc: '2.0', id: 's1', result: {} }).action).toBe('forward');
    expect(client({ jsonrpc: '2.0', id: 's1', result: {} }).action).toBe('drop');
    expect(client({ jsonrpc: '2.0', id: 's2', result: {} }).action).toBe('drop');
  });

  test('no more requests than may wait', () => {
    const { server } = conversation(rulesFor());
    for (let id = 0; id < limits.pendingMaxRequests; id += 1) server({ jsonrpc: '2.0', id, method: 'ping' });
    expect(server({ jsonrpc: '2.0', id: 'one more', method: 'ping' }).action).toBe('drop');
  });

  test.each([
    ['notifications/tools/list_changed', 'forward'],
    ['notifications/message', 'forward'],
    ['notifications/progress', 'forward'],
    ['notifications/cancelled', 'forward'],
    ['notifications/prompts/list_changed', 'forward'],
    ['notifications/resources/list_changed', 'forward'],
    ['notifications/resources/updated', 'forward'],
    ['notifications/tasks/status', 'forward'],
    ['notifications/subscriptions/acknowledged', 'forward'],
    ['notifications/vendor', 'drop'],
    ['notifications/initialized', 'drop'],
  ])('%s: %s', (method, action) => {
    expect(conversation().server({ jsonrpc: '2.0', method }).action).toBe(action);
  });

  test.each([
    ['notifications/initialized', 'forward'],
    ['notifications/roots/list_changed', 'forward'],
    ['notifications/cancelled', 'forward'],
    ['notifications/progress', 'forward'],
    ['notifications/tasks/status', 'forward'],
    ['notifications/vendor', 'drop'],
  ])('of the client: %s: %s', (method, action) => {
    expect(conversation().client({ jsonrpc: '2.0', method }).action).toBe(action);
  });
});

describe('requests inside results (2026-07-28)', () => {
  const asks = (method: JsonValue) => ({ resultType: 'input_required', inputRequests: { a: { method, params: {} } }, requestState: 's' });
  test('go on only when every one of them is approved', () => {
    const rules = rulesFor({ manifest: pinned, agentSurface: ['elicitation/create'] });
    const call = { name: 'read' };
    expect(conversation(rules).exchange('tools/call', asks('elicitation/create'), call).action).toBe('forward');
    expect(conversation(rules).exchange('tools/call', asks('sampling/createMessage'), call).action).toBe('replace');
    const both = { resultType: 'input_required', inputRequests: { a: { method: 'elicitation/create' }, b: { method: 'roots/list' } } };
    expect(errorOf(conversation(rules).exchange('tools/call', both, call)).message).toContain('pinfold approve sample');
    for (const inputRequests of [7, [], { a: 7 }, { a: {} }, { a: { method: 7 } }] as JsonValue[]) {
      const said = conversation(rules).exchange('tools/call', { resultType: 'input_required', inputRequests }, call);
      expect(said.action).toBe('replace');
    }
    expect(conversation(rules).exchange('tools/call', { resultType: 'input_required', requestState: 's' }, call).action).toBe('forward');
  });
  test('are found whatever the result calls itself', () => {
    const said = pinnedConversation().exchange('tools/call', { ...asks('elicitation/create'), resultType: 'complete' }, { name: 'read' });
    expect(said.action).toBe('replace');
    expect(pinnedConversation().exchange('tools/call', { InputRequests: {} }, { name: 'read' }).action).toBe('replace');
  });
});

describe('answers', () => {
  test('to nobody, a second time, or under an id of another type are dropped', () => {
    const { client, server } = conversation();
    client({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(server({ jsonrpc: '2.0', id: 2, result: {} }).action).toBe('drop');
    expect(server({ jsonrpc: '2.0', id: '1', result: {} }).action).toBe('drop');
    expect(server({ jsonrpc: '2.0', id: 1, result: {} }).action).toBe('forward');
    expect(server({ jsonrpc: '2.0', id: 1, result: {} }).action).toBe('drop');
    expect(server({ jsonrpc: '2.0', id: null, error: { code: -1, message: '' } }).action).toBe('drop');
  });
  test('to a cancelled request are dropped', () => {
    const { client, server } = conversation();
    client({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(client({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }).action).toBe('forward');
    expect(server({ jsonrpc: '2.0', id: 1, result: { tools: [tool('evil')] } }).action).toBe('drop');
  });
  test('that are errors go on', () => {
    const { client, server } = conversation();
    client({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(server({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no' } }).action).toBe('forward');
  });
  test.each([
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"text":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}}\n')]),
    ],
    [
      'a line inside a line, for readers that end lines at CR',
      Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"a":[\r{"jsonrpc":"2.0","id":2,"result":{"tools":[]}}\r]}}\n'),
    ],
  ])('with %s are not handed on, whoever waits', (_, answer) => {
    const { ask, server } = pinnedConversation();
    ask('tools/call', { name: 'read' });
    ask('tools/list');
    expect(server(answer).action).not.toBe('forward');
  });
  test('that cannot be read become an error for the one who waits', () => {
    const { exchangeRaw } = conversation();
    const said = exchangeRaw('tools/list', '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[],"tools":[]}}');
    expect(said.action).toBe('replace');
    expect(errorOf(said).message).toContain('not valid');
  });
});

describe('modes', () => {
  test.each(['warn', 'observe'] as const)('%s: everything goes on and is noted', (mode) => {
    const { exchange, ask, server, client } = pinnedConversation({ mode });
    const listed = exchange('tools/list', { tools: [tool('evil')] });
    expect(listed.action).toBe('forward');
    expect(listed.effects).toMatchObject([{ type: 'withheld', forwarded: true }]);
    const called = ask('tools/call', { name: 'evil' });
    expect(called.action).toBe('forward');
    expect(called.effects).toMatchObject([{ type: 'stopped', code: 'call-not-approved', forwarded: true }]);
    expect(ask('vendor/method').action).toBe('forward');
    expect(server({ jsonrpc: '2.0', id: 1, method: 'sampling/createMessage' }).action).toBe('forward');
    expect(client({ jsonrpc: '2.0', id: 1, result: {} }).action).toBe('forward');
    expect(exchange('initialize', { instructions: 'other' }).action).toBe('forward');
  });
  test('warn: what cannot be judged is refused all the same', () => {
    const { exchange, exchangeRaw } = pinnedConversation({ mode: 'warn' });
    expect(exchange('tools/list', { tools: [{}] }).action).toBe('replace');
    expect(exchangeRaw('tools/list', '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"a","name":"b"}]}}').action).toBe('replace');
  });
});

describe('first use', () => {
  const learning = { learning: new Set(['tools', 'instructions'] as const) };
  test('what the first launch shows is recorded before it goes on, and holds from then on', () => {
    const { exchange, ask } = conversation(rulesFor({}, learning));
    expect(ask('tools/call', { name: 'a' }).action).toBe('answer');
    expect(exchange('initialize', { instructions: 'hello' }).effects).toEqual([
      { type: 'observed', kind: 'instructions', value: 'hello', complete: true },
    ]);
    expect(exchange('initialize', { instructions: 'other' }).message).toMatchObject({ result: {} });
    const first = exchange('tools/list', { tools: [tool('a')], nextCursor: '2' });
    expect(first).toMatchObject({ action: 'forward', effects: [{ type: 'observed', kind: 'tools', value: [tool('a')], complete: false }] });
    expect(exchange('tools/list', { tools: [tool('b')] }, { cursor: '2' }).effects).toMatchObject([{ complete: true }]);
    expect(ask('tools/call', { name: 'a' }).action).toBe('forward');
    expect(exchange('tools/list', { tools: [tool('a'), tool('b'), tool('c')] }).message).toMatchObject({
      result: { tools: [{ name: 'a' }, { name: 'b' }] },
    });
    expect(exchange('tools/list', { tools: [{ ...tool('a'), title: 'x' }] }).message).toMatchObject({ result: { tools: [] } });
    expect(ask('tools/call', { name: 'a' }).action).toBe('answer');
    expect(exchange('prompts/list', { prompts: [{ name: 'p' }] }).message).toMatchObject({ result: { prompts: [] } });
  });
  test('of two items with one name neither is learnt', () => {
    const { exchange, ask } = conversation(rulesFor({}, learning));
    const said = exchange('tools/list', { tools: [tool('a'), { ...tool('a'), title: 'x' }, tool('b')] });
    expect(said.message).toMatchObject({ result: { tools: [{ name: 'b' }] } });
    expect(ask('tools/call', { name: 'a' }).action).toBe('answer');
  });
  test('no instructions at first: none later', () => {
    const { exchange } = conversation(rulesFor({}, learning));
    expect(exchange('initialize', {}).effects).toMatchObject([{ type: 'observed', value: null }]);
    expect(exchange('server/discover', { instructions: 'evil' }).action).toBe('replace');
  });
});

test('batches are taken apart', () => {
  const { client } = pinnedConversation();
  expect(
    client([
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'evil' } },
    ]).action,
  ).toBe('split');
});
