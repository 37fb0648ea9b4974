import { describe, expect, test } from 'vitest';
import { frames } from '../../src/gate/framing.ts';
import { openSession } from '../../src/gate/session.ts';
import { limits } from '../../src/model/limits.ts';
import { conversation, errorOf, rulesFor } from '../gate/conversation.ts';
import { keptBy } from '../support/kept-by.ts';
import { tool } from '../support/launch.ts';

const million = 1_000_000;

describe('a message of many small values is refused before it is built', () => {
  const values = `[${'{},'.repeat(limits.messageMaxValues)}{}]`;
  const rules = () => rulesFor({ manifest: { tools: [tool('read')] }, agentSurface: ['sampling/createMessage', 'elicitation/create'] });

  test.each([
    ['tools/list', `{"tools":[${JSON.stringify(tool('read'))}],"_meta":${values}}`],
    ['initialize', `{"capabilities":{},"_meta":${values}}`],
    ['ping', `{"resultType":"input_required","inputRequests":{"a":{"method":"sampling/createMessage","params":{"x":${values}}}}}`],
  ])('as the result of %s', (method, result) => {
    const said = conversation(rules()).exchangeRaw(method, `{"jsonrpc":"2.0","id":$ID,"result":${result}}`);
    expect(said.action).not.toBe('forward');
    expect(said.bytes?.length).toBeLessThan(1_000);
  });

  test('as a question, as an error that could ask, and as a batch of either side', () => {
    const talk = conversation(rules());
    expect(talk.server(`{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{"messages":[],"x":${values}}}`).action).toBe(
      'answer',
    );
    expect(errorOf(talk.exchangeRaw('ping', `{"jsonrpc":"2.0","id":$ID,"error":{"code":1,"message":"m","data":${values}}}`)).code).toBe(
      -32000,
    );
    expect(talk.server(values).action).toBe('drop');
    expect(errorOf(talk.client(values)).code).toBe(-32700);
  });

  test('a result that nobody has to look into may have as many as it likes', () => {
    expect(conversation(rules()).exchangeRaw('ping', `{"jsonrpc":"2.0","id":$ID,"result":{"x":${values}}}`).action).toBe('forward');
  });
});

describe('what the gate remembers does not grow with what it is sent', () => {
  test('names that nobody approved are not remembered, a pinned one that changed is', () => {
    const talk = conversation(rulesFor({ manifest: { tools: [tool('read')] } }));
    for (let round = 0; round < 3; round += 1) {
      const invented = Array.from({ length: 1_000 }, (_, at) => tool(`evil-${round}-${at}`));
      talk.exchange('tools/list', { tools: [...invented, tool('read', { description: 'other words' })] });
    }
    expect([...talk.state.withheld.tools]).toEqual(['read']);
    expect(errorOf(talk.ask('tools/call', { name: 'evil-0-0' })).code).toBe(-32602);
    expect(errorOf(talk.ask('tools/call', { name: 'read' })).code).toBe(-32602);
  });

  test('pages that go on are forgotten by their size, the newest never', () => {
    const talk = conversation();
    const name = 'x'.repeat(15 * million);
    for (let at = 0; at < 12; at += 1) talk.exchange('tools/list', { tools: [{ name: `${at}${name}` }], nextCursor: `c${at}` });
    const bytes = [...talk.state.runs.values()].reduce((sum, run) => sum + run.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(limits.runsMaxBytes);
    expect([...talk.state.runs.keys()].at(-1)).toBe('tools c11');
    expect(talk.state.runs.size).toBeGreaterThan(4);
  });

  test('an id, a method or an address of any length is no message', () => {
    const talk = conversation(rulesFor({}, { resourcePinning: 'open', mode: 'warn' }));
    const long = 'x'.repeat(limits.idMaxLength + 1);
    expect(errorOf(talk.client({ jsonrpc: '2.0', id: long, method: 'ping' })).code).toBe(-32600);
    expect(errorOf(talk.client({ jsonrpc: '2.0', id: 1, method: long })).code).toBe(-32600);
    expect(talk.server({ jsonrpc: '2.0', id: long, method: 'ping' }).action).toBe('drop');
    expect(errorOf(talk.ask('resources/read', { uri: `ui://${'x'.repeat(limits.uriMaxLength)}` })).code).toBe(-32602);
    expect(talk.ask('resources/read', { uri: 'ui://x' }).action).toBe('forward');
    expect(talk.client({ jsonrpc: '2.0', id: long.slice(1), method: 'ping' }).action).toBe('forward');
  });

  test('the end of a question whose id is too long to be remembered is dropped', () => {
    const talk = conversation(rulesFor({ agentSurface: ['elicitation/create'] }));
    const elicitationId = 'x'.repeat(limits.idMaxLength + 1);
    const params = { mode: 'url', message: 'm', url: 'https://example.com/', elicitationId };
    expect(talk.server({ jsonrpc: '2.0', id: 1, method: 'elicitation/create', params }).action).toBe('forward');
    expect(talk.state.elicitations.size).toBe(0);
    expect(talk.server({ jsonrpc: '2.0', method: 'notifications/elicitation/complete', params: { elicitationId } }).action).toBe('drop');
  });

  test('what was told already is remembered by digest when its name is long', () => {
    const told: unknown[] = [];
    const listener = {
      onEffect: () => void told.push(1),
      record: () => Promise.resolve(),
      notice: () => undefined,
      wantsLink: () => undefined,
    };
    const session = openSession(rulesFor(), listener);
    const name = 'x'.repeat(million);
    const call = (at: number) =>
      void session.handle('client', Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${at}${name}"}}\n`));
    expect(
      keptBy(() => {
        for (let at = 0; at < 100; at += 1) call(at);
        return session;
      }),
    ).toBeLessThan(20 * million);
    call(7);
    expect(told).toHaveLength(100);
  });

  test('a line that comes byte by byte takes no more than its bytes', () => {
    const framing = frames(limits.frameMaxBytes);
    expect(
      keptBy(() => {
        for (let at = 0; at < million; at += 1) framing.push(Buffer.from('x'));
        return framing;
      }),
    ).toBeLessThan(10 * million);
    const [line] = framing.push(Buffer.from('\n')) as readonly Buffer[];
    expect(line?.length).toBe(million + 1);
    expect(line?.subarray(0, million).every((byte) => byte === 0x78)).toBe(true);
  });
});
