import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { Era, Manifest } from '../../src/model/manifest.ts';
import { compare, type Look } from '../../src/probe/compare.ts';

const empty: Manifest = {
  serverInfo: null,
  instructions: null,
  capabilities: {},
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  eras: [],
};

function look(by: Look['by'], manifest: Partial<Manifest>, era: Era = 'initialize', surroundings = {}): Look {
  return { by, era, manifest: { ...empty, ...manifest, eras: [era] }, surroundings };
}

function tool(name: string, description: string): JsonObject {
  return { name, description };
}

describe('compare', () => {
  test('the order of a list is no difference', () => {
    const tools = [tool('a', 'x'), tool('b', 'y')];
    expect(compare([look('first', { tools }), look('second', { tools: tools.toReversed() })])).toMatchObject({
      differences: [],
      volatile: {},
    });
  });

  test('two scratch folders are no difference', () => {
    const looks = ['/tmp/run-one', '/tmp/run-two'].map((cwd, at) =>
      look(at === 0 ? 'first' : 'second', { tools: [tool('a', `works in ${cwd}`)] }, 'initialize', { cwd }),
    );
    expect(compare(looks).differences).toEqual([]);
  });

  test('a field that varies in equal runs does not hide another one that varies by identity', () => {
    const looks = [
      look('first', { tools: [{ name: 'a', description: '1', title: 'T' }] }),
      look('again', { tools: [{ name: 'a', description: '2', title: 'T' }] }),
      look('second', { tools: [{ name: 'a', description: '3', title: 'Other' }] }),
    ];
    const { volatile, differences } = compare(looks);
    expect(volatile).toEqual({ 'tools/a': ['/description'] });
    expect(differences).toEqual([
      {
        between: 'identities',
        kind: 'tools',
        name: 'a',
        left: { name: 'a', description: '1', title: 'T' },
        right: { name: 'a', description: '3', title: 'Other' },
      },
    ]);
  });

  test('a whole tool that varies in equal runs is never volatile', () => {
    const looks = [
      look('first', { tools: [tool('a', 'x')] }),
      look('again', { tools: [{ name: 'a', text: 'x' }] }),
      look('second', { tools: [{ name: 'a', text: 'x' }] }),
    ];
    expect(compare(looks).volatile).toEqual({});
    expect(compare(looks).differences).toHaveLength(1);
  });

  test('instructions and capabilities count between identities; capabilities do not between eras', () => {
    const looks = [
      look('first', { instructions: 'x', capabilities: { tools: {} } }),
      look('second', { instructions: 'y', capabilities: {} }),
      look('first', { instructions: 'x', capabilities: { logging: {} } }, 'stateless'),
      look('second', { instructions: 'x', capabilities: { logging: {} } }, 'stateless'),
    ];
    expect(compare(looks).differences.map(({ between, kind }) => [between, kind])).toEqual([
      ['identities', 'instructions'],
      ['identities', 'capabilities'],
    ]);
  });

  test('the form that an SDK gives a tool in each era is no difference; between identities it is, and so are other words', () => {
    const form = { ...tool('a', 'x'), execution: { taskSupport: 'forbidden' } };
    const first = look('first', { tools: [form] });
    expect(compare([first, look('first', { tools: [tool('a', 'x')] }, 'stateless')]).differences).toEqual([]);
    expect(compare([first, look('second', { tools: [tool('a', 'x')] })]).differences).toHaveLength(1);
    expect(compare([first, look('first', { tools: [tool('a', 'y')] }, 'stateless')]).differences).toHaveLength(1);
  });

  test('a tool that only the stateless era has is a difference between eras, and not in the manifest', () => {
    const looks = [
      look('first', { tools: [tool('a', 'x')] }),
      look('second', { tools: [tool('a', 'x')] }),
      look('first', { tools: [tool('a', 'x'), tool('b', 'y')] }, 'stateless'),
      look('second', { tools: [tool('a', 'x'), tool('b', 'y')] }, 'stateless'),
    ];
    const { manifest, differences } = compare(looks);
    expect(manifest.tools).toEqual([tool('a', 'x')]);
    expect(manifest.eras).toEqual(['initialize', 'stateless']);
    expect(differences).toEqual([{ between: 'eras', kind: 'tools', name: 'b', left: null, right: tool('b', 'y') }]);
  });

  const one = { uri: 'file:///1', name: 'x' };
  const two = { uri: 'file:///2', name: 'x' };
  const template = { uriTemplate: 'file:///{id}', name: 'x' };
  test.each([
    ['the same resources everywhere', [one], [one], [template], 'exact'],
    ['no resources and no templates', [], [], [], 'exact'],
    ['no resources, but templates', [], [], [template], 'templates'],
    ['other resources, and templates', [one], [two], [template], 'templates'],
    ['other resources, no templates', [one], [two], [], 'open'],
  ])('%s', (_, left, right, resourceTemplates, pinning) => {
    const looks = [look('first', { resources: left, resourceTemplates }), look('second', { resources: right, resourceTemplates })];
    expect(compare(looks).resourcePinning).toBe(pinning);
  });

  test('resources that depend on who asks are a difference; resources that come and go by themselves are none', () => {
    const byIdentity = [look('first', { resources: [one] }), look('second', { resources: [two] }), look('again', { resources: [one] })];
    expect(compare(byIdentity).differences.map(({ name }) => name)).toEqual(['file:///1', 'file:///2']);
    const byItself = [look('first', { resources: [one] }), look('second', { resources: [two] }), look('again', { resources: [] })];
    expect(compare(byItself).differences).toEqual([]);
  });
});
