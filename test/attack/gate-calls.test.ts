import { describe, expect, test } from 'vitest';
import { openSession } from '../../src/gate/session.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { limits } from '../../src/model/limits.ts';
import { conversation, errorOf, rulesFor } from '../gate/conversation.ts';
import { tool } from '../support/launch.ts';

const rules = rulesFor({ manifest: { tools: [tool('read'), tool('write')], prompts: [{ name: 'greet' }] } });

describe('4.7: pages', () => {
  test('a tool on the last page is judged like one on the first', () => {
    const { exchange } = conversation(rules);
    expect(exchange('tools/list', { tools: [tool('read')], nextCursor: '2' }).action).toBe('forward');
    const last = exchange('tools/list', { tools: [tool('write'), tool('evil')] }, { cursor: '2' });
    expect(last.message).toMatchObject({ result: { tools: [{ name: 'write' }] } });
  });
  test('the cursor survives when items of its page do not', () => {
    expect(conversation(rules).exchange('tools/list', { tools: [tool('evil')], nextCursor: 'n' }).message).toMatchObject({
      result: { tools: [], nextCursor: 'n' },
    });
  });
  test('a name that a page before listed is withheld, whatever it says this time', () => {
    const { exchange, ask } = conversation(rules);
    exchange('tools/list', { tools: [tool('read')], nextCursor: '2' });
    const again = exchange('tools/list', { tools: [tool('read', { title: 'evil' })] }, { cursor: '2' });
    expect(again.message).toMatchObject({ result: { tools: [] } });
    expect(ask('tools/call', { name: 'read' }).action).toBe('answer');
  });
  test('a copy on a later page is withheld as well: of two, nobody knows which a client would show', () => {
    const { exchange, ask } = conversation(rules);
    exchange('tools/list', { tools: [tool('read')], nextCursor: '2' });
    expect(exchange('tools/list', { tools: [tool('read')] }, { cursor: '2' }).message).toMatchObject({ result: { tools: [] } });
    expect(ask('tools/call', { name: 'read' }).action).toBe('forward');
  });
  test('a copy of a pinned tool is withheld and costs the tool nothing', () => {
    const { exchange, ask } = conversation(rules);
    expect(exchange('tools/list', { tools: [tool('read'), tool('read')] }).message).toMatchObject({
      result: { tools: [{ name: 'read' }] },
    });
    expect(ask('tools/call', { name: 'read' }).action).toBe('forward');
  });
  test.each([
    ['always the same cursor', () => 'same'],
    ['always a new cursor', (page: number) => `page ${page}`],
    ['an empty cursor', () => ''],
  ])('pages without end, %s: refused at the bound', (_, cursorOf) => {
    const { exchange } = conversation(rules);
    let params: JsonValue = {};
    for (let page = 1; page <= limits.listMaxPages; page += 1) {
      expect(exchange('tools/list', { tools: [], nextCursor: cursorOf(page) }, params).action).toBe('forward');
      params = { cursor: cursorOf(page) };
    }
    expect(errorOf(exchange('tools/list', { tools: [], nextCursor: 'x' }, params)).data?.pinfold.code).toBe('list-too-long');
  });
  test('items without end, spread over pages', () => {
    const many = Array.from({ length: limits.listMaxItems }, (_, at) => tool(`t${at}`));
    const { exchange } = conversation(rules);
    exchange('tools/list', { tools: many, nextCursor: '2' });
    expect(errorOf(exchange('tools/list', { tools: [tool('one more')] }, { cursor: '2' })).data?.pinfold.code).toBe('list-too-long');
  });
});

test('4.7: bytes without end, spread over pages', () => {
  const { exchange } = conversation(rules);
  const long = [tool('long', { description: 'x'.repeat(limits.listMaxBytes / 2) })];
  expect(exchange('tools/list', { tools: long, nextCursor: '2' }).message).toMatchObject({ result: { tools: [] } });
  expect(errorOf(exchange('tools/list', { tools: long }, { cursor: '2' })).data?.pinfold.code).toBe('list-too-long');
});

describe('4.8: a tool that was withheld cannot be called by any spelling', () => {
  const listed = () => {
    const talk = conversation(rules);
    talk.exchange('tools/list', { tools: [tool('read', { description: 'changed' }), tool('write'), tool('evil')] });
    return talk;
  };
  test.each([
    'read',
    'Read',
    'READ',
    ' read',
    'read ',
    'read\u200b',
    'ｒｅａｄ',
    'rеad',
    'evil',
    'tools/read',
    'sample/evil',
    'sample__evil',
    'mcp__sample__evil',
    'sample.read',
    'sample:read',
    'functions.evil',
    '\u202eread',
    'rea\u0064\u0000',
    're\u00adad',
    'r\u0435ad',
    'read\u{e0041}',
    '"read"',
    'read?',
    'read#1',
    '%72ead',
    '&#114;ead',
    'read\n',
    '__proto__',
    'constructor',
    '',
  ])('%j', (name) => {
    expect(listed().ask('tools/call', { name }).action).toBe('answer');
  });
  test.each(['Write', 'WRITE', ' write', 'write\n', 'ｗｒｉｔｅ', 'wr\u0456te', 'write\u200b', 'sample__write', 'tools/write'])(
    '%j is not the pinned name, and a server may know both',
    (name) => {
      expect(conversation(rules).ask('tools/call', { name }).action).toBe('answer');
      expect(listed().ask('tools/call', { name }).action).toBe('answer');
    },
  );
  test.each([
    ['escaped', '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"\\u0065vil"}}'],
    ['under two names, the last one withheld', '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"write","name":"evil"}}'],
    ['under two names in two cases (Go)', '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"write","Name":"evil"}}'],
    ['under another spelling of the member', '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"NAME":"evil"}}'],
    ['with the parameters twice', '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"write"},"params":{"name":"evil"}}'],
    ['with the method twice', '{"jsonrpc":"2.0","id":9,"method":"ping","method":"tools/call","params":{"name":"evil"}}'],
    ['with the method in another case', '{"jsonrpc":"2.0","id":9,"method":"Tools/Call","params":{"name":"evil"}}'],
    ['with the method behind white space', '{"jsonrpc":"2.0","id":9,"method":" tools/call","params":{"name":"evil"}}'],
    ['as parameters by position', '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":["evil"]}'],
    [
      'behind a carriage return',
      '{"jsonrpc":"2.0","id":9,"method":"ping","params":{"a":[\r{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"evil"}}\r]}}',
    ],
  ])('%s', (_, frame) => {
    expect(listed().client(frame).action).not.toBe('forward');
  });
  test('as a task, whatever the task is called', () => {
    for (const task of [{}, { ttl: 60_000 }, { name: 'write' }]) {
      expect(listed().ask('tools/call', { name: 'evil', task }).action).toBe('answer');
    }
    expect(listed().ask('tasks/create', { request: { method: 'tools/call', params: { name: 'evil' } } }).action).toBe('answer');
  });
  test('as the answer to a question that nobody asked', () => {
    const { client } = listed();
    expect(client({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'evil' }, result: {} }).action).toBe('answer');
    expect(client({ jsonrpc: '2.0', id: 9, result: { method: 'tools/call', params: { name: 'evil' } } }).action).toBe('drop');
  });
  test('as a notification', () => {
    expect(listed().client({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'evil' } }).action).toBe('drop');
  });
  test('in a batch: each element is judged by itself', async () => {
    const talk = listed();
    const call = (id: number, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });
    expect(talk.client([call(50, 'write'), call(51, 'evil')]).action).toBe('split');
    const session = openSession(rules, {
      onEffect: () => undefined,
      record: () => Promise.resolve(),
      notice: () => undefined,
      wantsLink: () => undefined,
    });
    const batch = Buffer.from(JSON.stringify([call(50, 'write'), call(51, 'evil'), call(52, 'read')]));
    const outputs = await session.handle('client', batch);
    expect(outputs.filter(({ to }) => to === 'server').map(({ bytes }) => JSON.parse(bytes.toString('utf8')))).toEqual([
      call(50, 'write'),
      call(52, 'read'),
    ]);
  });
  test('a tool that is pinned and listed as pinned is called', () => {
    expect(listed().ask('tools/call', { name: 'write', arguments: { name: 'evil', n: [1] } }).action).toBe('forward');
  });
  test('a tool that is listed as pinned again is callable again', () => {
    const talk = listed();
    talk.exchange('tools/list', { tools: [tool('read')] });
    expect(talk.ask('tools/call', { name: 'read' }).action).toBe('forward');
  });
  test('prompts likewise', () => {
    const talk = conversation(rules);
    talk.exchange('prompts/list', { prompts: [{ name: 'greet', description: 'x' }, { name: 'evil' }] });
    expect(talk.ask('prompts/get', { name: 'greet' }).action).toBe('answer');
    expect(talk.ask('prompts/get', { name: 'evil' }).action).toBe('answer');
  });
});

describe('4.12: both eras', () => {
  test('a list before any handshake is judged', () => {
    expect(conversation(rules).exchange('tools/list', { resultType: 'complete', tools: [tool('evil')], ttlMs: 0 }).message).toMatchObject({
      result: { resultType: 'complete', tools: [], ttlMs: 0 },
    });
  });
  test('instructions of server/discover are judged, with or without a protocolVersion', () => {
    for (const result of [
      { instructions: 'x', supportedVersions: ['2026-07-28'] },
      { instructions: 'x', protocolVersion: '2025-11-25' },
    ]) {
      for (const method of ['initialize', 'server/discover']) {
        expect(conversation(rules).exchange(method, result).message).not.toHaveProperty('result.instructions');
      }
    }
  });
  test('an answer is judged by what was asked, not by what it looks like', () => {
    const { exchange, server, client } = conversation(rules);
    expect(exchange('tools/list', { instructions: 'x', protocolVersion: '2025-11-25' }).action).toBe('replace');
    client({ jsonrpc: '2.0', id: 'a', method: 'initialize', params: {} });
    client({ jsonrpc: '2.0', id: 'b', method: 'tools/list' });
    expect(server({ jsonrpc: '2.0', id: 'b', result: { tools: [tool('evil')] } }).bytes).not.toContain('evil');
    expect(server({ jsonrpc: '2.0', id: 'a', result: { instructions: 'x' } }).bytes).not.toContain('instructions');
  });
  test('a request of the server inside a result is a request of the server', () => {
    const said = conversation(rules).exchange(
      'tools/call',
      { resultType: 'input_required', inputRequests: { q: { method: 'elicitation/create', params: { message: 'your password?' } } } },
      { name: 'write' },
    );
    expect(said.action).toBe('replace');
    expect(said.bytes).not.toContain('password');
  });
});
