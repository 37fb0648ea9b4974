import { describe, expect, test } from 'vitest';
import { openSession } from '../../src/gate/session.ts';
import type { Effect } from '../../src/gate/verdict.ts';
import { digestBytes } from '../../src/model/digest.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { conversation, errorOf, rulesFor } from '../gate/conversation.ts';
import { tool } from '../support/launch.ts';

/** Orders that a person does not see: tags, an override, and a sequence that clears the screen. */
const tags = [...'obey'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');
const hidden = `a${tags}\u202e\u001b[2J`;
const visible = 'a<U+E006F><U+E0062><U+E0065><U+E0079><U+202E><U+001B>[2J';
const rules = rulesFor({
  manifest: { tools: [tool('read')], prompts: [{ name: 'greet' }], resources: [{ uri: 'file:///a', name: 'a' }] },
  agentSurface: ['sampling/createMessage', 'elicitation/create'],
});
const everything = /[\u{e0000}-\u{e007f}\u202e]|\\u001b|\\udb40|\\u202e/iu;

describe('the text of a result cannot be hidden from a person', () => {
  test.each<[string, string, JsonValue, JsonValue]>([
    ['a text result', 'tools/call', { content: [{ type: 'text', text: hidden }] }, { name: 'read' }],
    ['an error of a tool', 'tools/call', { isError: true, content: [{ type: 'text', text: hidden }] }, { name: 'read' }],
    [
      'structured content, names of members too',
      'tools/call',
      { content: [], structuredContent: { [hidden]: [hidden] } },
      { name: 'read' },
    ],
    ['an embedded resource', 'tools/call', { content: [{ type: 'resource', resource: { uri: 'a:b', text: hidden } }] }, { name: 'read' }],
    ['a link to a resource', 'tools/call', { content: [{ type: 'resource_link', uri: `a:${hidden}`, name: hidden }] }, { name: 'read' }],
    ['a resource', 'resources/read', { contents: [{ uri: 'file:///a', text: hidden }] }, { uri: 'file:///a' }],
    ['a prompt', 'prompts/get', { messages: [{ role: 'user', content: { type: 'text', text: hidden } }] }, { name: 'greet' }],
    ['completions', 'completion/complete', { completion: { values: [hidden] } }, { ref: { type: 'ref/prompt', name: 'greet' } }],
    ['the result of a task', 'tasks/result', { content: [{ type: 'text', text: hidden }] }, { taskId: '1' }],
    [
      'a question inside a result',
      'tools/call',
      { resultType: 'input_required', inputRequests: { q: { method: 'elicitation/create', params: { message: hidden } } } },
      { name: 'read' },
    ],
    ['what a server calls itself', 'initialize', { serverInfo: { name: hidden }, capabilities: {} }, {}],
    ['what stands beside a list', 'tools/list', { tools: [tool('read')], _meta: { note: hidden } }, {}],
    ['what stands beside a list that loses an item', 'tools/list', { tools: [tool('evil')], _meta: { note: hidden } }, {}],
    ['instructions in a result that has none', 'tools/call', { content: [], instructions: hidden }, { name: 'read' }],
  ])('%s', (_, method, result, params) => {
    const said = conversation(rules).exchange(method, result, params);
    expect(said.action).toBe('replace');
    expect(said.bytes).not.toMatch(everything);
    expect(said.bytes).toContain(visible);
    expect(said.effects).toContainEqual(expect.objectContaining({ type: 'made-visible', subject: method, forwarded: false }));
  });

  test.each<[string, JsonObject]>([
    ['a log message', { method: 'notifications/message', params: { level: 'info', data: hidden } }],
    ['progress', { method: 'notifications/progress', params: { progressToken: 1, progress: 1, message: hidden } }],
    ['the state of a task', { method: 'notifications/tasks/status', params: { taskId: '1', status: 'working', statusMessage: hidden } }],
    ['a question to the model', { id: 9, method: 'sampling/createMessage', params: { messages: [], systemPrompt: hidden } }],
    ['a question to the person', { id: 9, method: 'elicitation/create', params: { message: hidden, requestedSchema: { title: hidden } } }],
  ])('%s', (_, message) => {
    const said = conversation(rules).server({ jsonrpc: '2.0', ...message });
    expect(said.action).toBe('replace');
    expect(said.bytes).not.toMatch(everything);
    expect(said.bytes).toContain(visible);
  });

  test('an error, with its data', () => {
    const { ask, server } = conversation(rules);
    ask('tools/call', { name: 'read' });
    const said = server({ jsonrpc: '2.0', id: 1, error: { code: 1, message: hidden, data: [hidden] } });
    expect(said.bytes).not.toMatch(everything);
    expect(errorOf(said).message).toBe(visible);
  });

  test('a control character as such: the client gets an error in place of what readers read differently', () => {
    const { exchangeRaw, server } = conversation(rules);
    const said = exchangeRaw('ping', '{"jsonrpc":"2.0","id":$ID,"result":{"a":"\u001b[2J"}}');
    expect(errorOf(said).data?.pinfold.code).toBe('result-invalid');
    expect(server('{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"\u0007"}}').action).toBe('drop');
  });
});

describe('a list that no pin holds word by word is text like any other', () => {
  const listed = { uri: 'file:///a', name: hidden, description: hidden };
  test.each(['open', 'templates'] as const)('resources that are pinned %s', (resourcePinning) => {
    const manifest = { resources: [], resourceTemplates: [{ uriTemplate: 'file:///{name}', name: 'a' }] };
    const said = conversation(rulesFor({ manifest }, { resourcePinning })).exchange('resources/list', { resources: [listed] });
    expect(said.message).toMatchObject({ result: { resources: [{ uri: 'file:///a', name: visible, description: visible }] } });
    expect(said.effects).toMatchObject([{ type: 'made-visible', subject: 'resources/list', forwarded: false }]);
  });
  test('a value that may vary, of a tool and in instructions', () => {
    const { enforced } = rulesFor({ manifest: { tools: [tool('read', { description: null })], instructions: 'x' } });
    const varies = <T extends object>(item: T, volatile: readonly string[]) => ({ ...item, volatile });
    const tools = new Map([...enforced.items.tools].map(([name, item]) => [name, varies(item, ['/description'])]));
    const instructions = varies({ digest: digestBytes('null'), effective: digestBytes('null') }, ['']);
    const { exchange } = conversation(rulesFor({}, { enforced: { items: { ...enforced.items, tools }, instructions } }));
    const said = [
      exchange('tools/list', { tools: [tool('read', { description: hidden })] }),
      exchange('initialize', { instructions: hidden, capabilities: {} }),
    ];
    expect(said.map(({ message }) => message)).toMatchObject([
      { result: { tools: [{ name: 'read', description: visible }] } },
      { result: { instructions: visible } },
    ]);
  });
});

describe('what is not text for anybody, and what is pinned, stays', () => {
  test('the state that a client hands back, and the cursor of a list', () => {
    const asking = { resultType: 'input_required', requestState: hidden };
    expect(conversation(rules).exchange('tools/call', asking, { name: 'read' }).action).toBe('forward');
    expect(conversation(rules).exchange('tools/list', { tools: [tool('read')], nextCursor: hidden }).action).toBe('forward');
  });
  test('approved words with a hidden character in them', () => {
    const odd = tool('read', { description: hidden });
    const { exchange } = conversation(rulesFor({ manifest: { tools: [odd], instructions: hidden } }));
    expect(exchange('tools/list', { tools: [odd] }).action).toBe('forward');
    expect(exchange('initialize', { instructions: hidden, capabilities: {} }).action).toBe('forward');
  });
  test('honest results go on as the very bytes', () => {
    const { exchangeRaw } = conversation(rules);
    const text = '{"jsonrpc":"2.0","id":$ID,"result":{"n":9007199254740993,"t":"a\\n\\tb\\r 👩‍💻 “” \\u00e9","blob":"AAEC\\r\\n"}}';
    expect(exchangeRaw('ping', text)).toMatchObject({ action: 'forward', effects: [] });
  });
});

test('never silently: one event at once, one with the sum at the end, and no content in either', async () => {
  const effects: Effect[] = [];
  const notices: string[] = [];
  const listener = {
    onEffect: (effect: Effect) => effects.push(effect),
    record: () => Promise.resolve(),
    notice: (text: string) => notices.push(text),
    wantsLink: () => undefined,
  };
  const session = openSession(rules, listener);
  const line = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: hidden } })}\n`);
  for (let count = 0; count < 3; count += 1) await session.handle('server', line);
  session.close();
  const common = { type: 'made-visible', forwarded: false };
  expect(effects).toEqual([
    { ...common, subject: 'notifications/message', characters: 6, messages: 1 },
    { ...common, subject: '', characters: 18, messages: 3 },
  ]);
  expect(notices).toEqual(['pinfold: sample: made 6 hidden characters in notifications/message visible']);
});

test.each(['warn', 'observe'] as const)('in the mode %s they go on, and are counted', (mode) => {
  const said = conversation({ ...rules, mode }).exchange('ping', { text: hidden });
  expect(said).toMatchObject({ action: 'forward', effects: [{ type: 'made-visible', characters: 6, forwarded: true }] });
});
