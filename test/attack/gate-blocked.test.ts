import { describe, expect, test } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { conversation, rulesFor } from '../gate/conversation.ts';
import { tool } from '../support/launch.ts';

const fine = tool('fine');
const never = tool('never', { description: 'blocked words' });
const other = tool('fine', { description: 'blocked words under a pinned name' });

const blockedRules = (mode: 'block' | 'warn' | 'observe') => {
  const words: readonly (readonly [string, string, JsonValue])[] = [
    ['tools', 'never', never],
    ['tools', 'fine', other],
    ['instructions', '', 'blocked instructions'],
    ['agentSurface', 'sampling/createMessage', 'sampling/createMessage'],
    ['ui', 'ui://page', [{ uri: 'ui://page', text: 'blocked' }]],
  ];
  const blocked = blockedOf(words);
  return rulesFor({ manifest: { tools: [fine], resources: [{ uri: 'ui://page', name: 'page' }] } }, { mode, blocked });
};

function blockedOf(words: readonly (readonly [kind: string, name: string, value: JsonValue])[]) {
  return {
    words: new Set(words.map(([kind, , value]) => `${kind} ${digestValue(value)}`)),
    names: new Set(words.map(([kind, name]) => `${kind}/${name}`)),
  };
}

describe.each(['block', 'warn', 'observe'] as const)('what was blocked for ever is withheld in mode %s', (mode) => {
  test('a tool in a list, whatever stands beside it', () => {
    const { exchange, ask } = conversation(blockedRules(mode));
    const said = exchange('tools/list', { tools: [fine, never, tool('new')] });
    expect(said.bytes).not.toContain('blocked words');
    expect(said.bytes?.includes('what new does')).toBe(mode !== 'block');
    expect(said.effects).toContainEqual(
      expect.objectContaining({ forwarded: false, items: [expect.objectContaining({ reason: 'blocked' })] }),
    );
    expect(ask('tools/call', { name: 'never' }).action).toBe('answer');
    expect(ask('tools/call', { name: 'fine' }).action).toBe('forward');
  });

  test('a tool that was never listed cannot be called by its blocked name', () => {
    expect(conversation(blockedRules(mode)).ask('tools/call', { name: 'never' }).action).toBe('answer');
  });

  test('blocked words under the name of a pinned tool, first or second of that name', () => {
    const { exchange, ask } = conversation(blockedRules(mode));
    expect(exchange('tools/list', { tools: [fine, other] }).bytes).not.toContain('blocked words');
    expect(exchange('tools/list', { tools: [other] }).bytes).not.toContain('blocked words');
    expect(ask('tools/call', { name: 'fine' }).action).toBe('answer');
    exchange('tools/list', { tools: [fine] });
    expect(ask('tools/call', { name: 'fine' }).action).toBe('forward');
  });

  test('in lists that no rule looks through', () => {
    const { exchange, server } = conversation(blockedRules(mode));
    expect(exchange('tools/call', { content: [], tools: [never] }, { name: 'fine' }).bytes).not.toContain('blocked words');
    expect(exchange('initialize', { capabilities: {}, tools: [never] }).bytes).not.toContain('blocked words');
    expect(exchange('prompts/list', { prompts: [], tools: [never] }).bytes).not.toContain('blocked words');
    const changed = server({ jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { tools: [never] } });
    expect(changed.bytes ?? '').not.toContain('blocked words');
    const message = server({ jsonrpc: '2.0', method: 'notifications/message', params: { tools: [never] } });
    expect(message.bytes ?? '').not.toContain('blocked words');
  });

  test('instructions, requests to the client and pages', () => {
    const { exchange, server } = conversation(blockedRules(mode));
    expect(exchange('initialize', { capabilities: {}, instructions: 'blocked instructions' }).bytes).not.toContain('blocked instructions');
    expect(server({ jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: {} }).action).toBe('answer');
    const asking = { resultType: 'input_required', inputRequests: { a: { method: 'sampling/createMessage', params: {} } } };
    expect(exchange('tools/call', asking, { name: 'fine' }).action).toBe('replace');
    const page = exchange('resources/read', { contents: [{ uri: 'ui://page', text: 'blocked' }] }, { uri: 'ui://page' });
    expect(page.action).toBe('replace');
  });

  test('tools that sampling brings, where sampling itself is approved', () => {
    const rules = rulesFor({ agentSurface: ['sampling/createMessage'] }, { mode, blocked: blockedOf([['agentSurface', 'never', never]]) });
    const { server } = conversation(rules);
    const said = server({ jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: { messages: [], tools: [never] } });
    expect(said.action).toBe('answer');
    expect(said.bytes).not.toContain('blocked words');
  });

  test('a first launch does not learn it', () => {
    const learning = new Set(['tools', 'instructions'] as const);
    const words = [
      ['tools', 'never', never],
      ['instructions', '', 'blocked instructions'],
    ] as const;
    const { exchange, ask } = conversation(rulesFor({ manifest: {} }, { mode, learning, blocked: blockedOf(words) }));
    const said = exchange('tools/list', { tools: [fine, never] });
    expect(said.bytes).not.toContain('blocked words');
    expect(said.effects).toContainEqual({ type: 'observed', kind: 'tools', value: [fine], complete: true });
    expect(ask('tools/call', { name: 'never' }).action).toBe('answer');
    const hello = exchange('initialize', { capabilities: {}, instructions: 'blocked instructions' });
    expect(hello.bytes).not.toContain('blocked instructions');
    expect(hello.effects).not.toContainEqual(expect.objectContaining({ type: 'observed' }));
  });
});
