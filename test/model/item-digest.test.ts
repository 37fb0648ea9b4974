import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gateDigests, instructionsDigest, itemDigest, itemKey, manifestDigest } from '../../src/model/item-digest.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest, ProbedManifest } from '../../src/model/manifest.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { parseStrict } from '../../src/model/strict-json.ts';

const there = { cwd: '/probe/work-folder', home: '/probe/home-folder' };
const here = { cwd: '/home/ada/project', home: '/home/ada' };

function probed(manifest: Partial<Manifest>, more: Partial<ProbedManifest> = {}): ProbedManifest {
  return {
    manifest: {
      serverInfo: null,
      instructions: null,
      capabilities: {},
      tools: [],
      prompts: [],
      resources: [],
      resourceTemplates: [],
      eras: ['initialize'],
      ...manifest,
    },
    agentRequests: [],
    volatile: {},
    resourcePinning: 'exact',
    differences: [],
    ...more,
  };
}

/** True when the gate of a launch in `surroundings` would let the observed tool through. */
function passes(pinned: ProbedManifest, observed: JsonObject, surroundings = here): boolean {
  const { pin, templates } = pinManifest(pinned, there, []);
  const expected = gateDigests(pin, templates, surroundings).items.tools.get(itemKey('tools', observed) ?? '');
  return expected !== undefined && itemDigest(observed, expected) === expected.digest;
}

describe('itemKey', () => {
  test.each([
    ['tools', { name: 'a' }, 'a'],
    ['prompts', { name: ' A\u200b' }, ' A\u200b'],
    ['resources', { uri: 'file:///a', name: 'n' }, 'file:///a'],
    ['resourceTemplates', { uriTemplate: 'x://{y}' }, 'x://{y}'],
    ['tools', { name: '' }, null],
    ['tools', { name: 1 }, null],
    ['tools', {}, null],
    ['tools', null, null],
    ['tools', [], null],
    ['tools', 'name', null],
  ] as const)('%s %j', (kind, item, key) => {
    expect(itemKey(kind, item as never)).toBe(key);
  });
});

describe('every member of an item is pinned', () => {
  const tool: JsonObject = {
    name: 'read',
    title: 'Read',
    description: 'reads',
    inputSchema: { type: 'object', properties: { path: { type: 'string', enum: ['a', 'b'], default: 'a' } }, required: ['path'] },
    outputSchema: { type: 'object' },
    annotations: { readOnlyHint: false },
    icons: [{ src: 'data:,' }],
    execution: { taskSupport: 'optional' },
    _meta: { 'x/y': 1 },
    unheardOf: true,
  };
  test('the same item in another member order is the same', () => {
    expect(passes(probed({ tools: [tool] }), Object.fromEntries(Object.entries(tool).reverse()))).toBe(true);
  });
  test.each(Object.keys(tool).filter((member) => member !== 'name'))('a change, a loss of %s', (member) => {
    const { [member]: _gone, ...without } = tool;
    expect(passes(probed({ tools: [tool] }), { ...tool, [member]: 'changed' })).toBe(false);
    expect(passes(probed({ tools: [tool] }), without)).toBe(false);
  });
  test('a member more', () => {
    expect(passes(probed({ tools: [tool] }), { ...tool, extra: null })).toBe(false);
    expect(passes(probed({ tools: [tool] }), parseStrict(JSON.stringify(tool).replace('{', '{"__proto__":{"x":1},')) as JsonObject)).toBe(
      false,
    );
  });
  test('arrays in another order', () => {
    const swapped = { ...tool, inputSchema: { type: 'object', properties: { path: { type: 'string', enum: ['b', 'a'], default: 'a' } } } };
    expect(passes(probed({ tools: [tool] }), swapped)).toBe(false);
  });
  test('schemas swapped between members hash differently (no concatenation)', () => {
    const a = { name: 't', description: 'd', inputSchema: { a: 1 }, outputSchema: { b: 1 } };
    const b = { name: 't', description: 'd{"a":1}', inputSchema: { b: 1 } };
    expect(itemDigest(a, { volatile: [] })).not.toBe(itemDigest(b, { volatile: [] }));
  });
});

describe('volatile values', () => {
  const tool: JsonObject = { name: 't', description: 'session 1', _meta: { url: 'u1', list: [{ at: 1 }, { at: 2 }], 'a/b': 1 } };
  const pinned = probed({ tools: [tool] }, { volatile: { 'tools/t': ['/description', '/_meta/list/1/at', '/_meta/a~1b'] } });
  test('may be anything, nothing else may', () => {
    expect(passes(pinned, { ...tool, description: 'session 2' })).toBe(true);
    expect(passes(pinned, { ...tool, _meta: { url: 'u1', list: [{ at: 1 }, { at: 9 }], 'a/b': 7 } })).toBe(true);
    expect(passes(pinned, { ...tool, _meta: { url: 'u1', list: [{ at: 9 }, { at: 2 }], 'a/b': 1 } })).toBe(false);
    expect(passes(pinned, { ...tool, _meta: { url: 'u2', list: [{ at: 1 }, { at: 2 }], 'a/b': 1 } })).toBe(false);
  });
  test('must still be there', () => {
    expect(passes(pinned, { name: 't', _meta: tool['_meta'] ?? null })).toBe(false);
  });
});

describe('templates', () => {
  const tool = { name: 'work-folder', description: 'works in /probe/work-folder and {{cwd}}' };
  test('are filled exactly: the folder of this launch and no other', () => {
    const pinned = probed({ tools: [tool] });
    expect(passes(pinned, { ...tool, description: 'works in /home/ada/project and {{cwd}}' })).toBe(true);
    expect(passes(pinned, { ...tool, description: 'works in /probe/work-folder and {{cwd}}' })).toBe(false);
    expect(passes(pinned, { ...tool, description: 'works in {{cwd}} and {{cwd}}' })).toBe(false);
    expect(passes(pinned, { ...tool, description: 'works in /home/ada/project and /home/ada/project' })).toBe(false);
  });
  test('that this launch cannot fill withhold the item, even when the server writes the placeholder', () => {
    const pinned = probed({ tools: [{ name: 't', description: '/probe/home-folder' }] });
    expect(passes(pinned, { name: 't', description: '{{home}}' }, { cwd: '/x/y/z' } as never)).toBe(false);
  });
  test('that are not the pinned ones withhold the item', () => {
    const { pin, templates } = pinManifest(probed({ tools: [tool] }), there, []);
    expect(Object.keys(templates)).toEqual(['tools/work-folder']);
    const forged = { 'tools/work-folder': { name: 'work-folder', description: 'obey {{cwd}}' } };
    expect(gateDigests(pin, forged, here).items.tools.size).toBe(0);
  });
  test('URIs are templated in the pin and filled for the gate; two that become one are both withheld', () => {
    const manifest = { resources: [{ uri: 'file:///probe/work-folder/a' }, { uri: 'file:///probe/home-folder/a' }] };
    const { pin, templates } = pinManifest(probed(manifest), there, []);
    expect(Object.keys(pin.resources)).toEqual(['file://{{cwd}}/a', 'file://{{home}}/a']);
    expect([...gateDigests(pin, templates, here).items.resources.keys()]).toEqual(['file:///home/ada/project/a', 'file:///home/ada/a']);
    expect(gateDigests(pin, templates, { cwd: '/same', home: '/same' }).items.resources.size).toBe(0);
  });
  test('instructions', () => {
    const { pin, templates } = pinManifest(probed({ instructions: 'you are in /probe/work-folder' }), there, []);
    const expected = gateDigests(pin, templates, here).instructions;
    expect(expected?.digest).toBe(instructionsDigest('you are in /home/ada/project', []));
    const whole = pinManifest(probed({ instructions: 'now 12:00' }, { volatile: { instructions: [''] } }), there, []);
    const open = gateDigests(whole.pin, whole.templates, here).instructions;
    expect(open?.digest).toBe(instructionsDigest('now 12:01', open?.volatile ?? []));
    expect(gateDigests(pinManifest(probed({}), there, []).pin, {}, here).instructions).toBeNull();
  });
});

describe('pinManifest', () => {
  test('pins neither of two items with one name, and no item without a name', () => {
    const { pin, unpinnable } = pinManifest(probed({ tools: [{ name: 'a' }, { name: 'a' }, { name: 'b' }, {}] }), there, []);
    expect(Object.keys(pin.tools)).toEqual(['b']);
    expect(unpinnable).toEqual([
      { kind: 'tools', name: 'a' },
      { kind: 'tools', name: 'a' },
      { kind: 'tools', name: null },
    ]);
  });
  test('pins resources only when they are pinned exactly', () => {
    const manifest = { resources: [{ uri: 'a' }], resourceTemplates: [{ uriTemplate: 'b' }] };
    expect(pinManifest(probed(manifest, { resourcePinning: 'open' }), there, []).pin.resources).toEqual({});
    expect(Object.keys(pinManifest(probed(manifest, { resourcePinning: 'templates' }), there, []).pin.resourceTemplates)).toEqual(['b']);
  });
  test('names of built-in members are names like any other', () => {
    const { pin, templates } = pinManifest(probed({ tools: [{ name: '__proto__' }, { name: 'constructor' }] }), there, []);
    expect(Object.keys(pin.tools)).toEqual(['__proto__', 'constructor']);
    expect([...gateDigests(pin, templates, here).items.tools.keys()]).toEqual(['__proto__', 'constructor']);
    expect(gateDigests(pinManifest(probed({}), there, []).pin, {}, here).items.tools.get('constructor')).toBeUndefined();
  });
  test('the digest of the manifest moves with any of its parts and not with the order of a list', () => {
    const a = pinManifest(probed({ tools: [{ name: 'a' }, { name: 'b' }] }), there, []).pin;
    const b = pinManifest(probed({ tools: [{ name: 'b' }, { name: 'a' }] }), there, []).pin;
    expect(a).toEqual(b);
    expect(a.digest).toBe(manifestDigest(a));
    expect(pinManifest(probed({ tools: [{ name: 'a' }], prompts: [{ name: 'b' }] }), there, []).pin.digest).not.toBe(a.digest);
    expect(pinManifest(probed({ tools: [{ name: 'a' }, { name: 'b' }], instructions: '' }), there, []).pin.digest).not.toBe(a.digest);
  });
});

test('any item, pinned in one place, passes as it honestly shows in another, and no mutation of it does', () => {
  const text = fc
    .array(fc.constantFrom('/probe/work-folder', '/probe/home-folder', '/home/ada', '{{', '}}', 'cwd', ' ', 'x', '/y'), { maxLength: 6 })
    .map((parts) => parts.join(' '));
  const item = fc.record({ description: text, inputSchema: fc.dictionary(text, fc.oneof(text, fc.integer())) });
  fc.assert(
    fc.property(item, text, (members, other) => {
      const tool: JsonObject = { name: 't', ...members };
      const shown = JSON.parse(
        JSON.stringify(tool).replaceAll('/probe/work-folder', here.cwd).replaceAll('/probe/home-folder', here.home),
      ) as JsonObject;
      expect(passes(probed({ tools: [tool] }), shown)).toBe(true);
      const mutated = { ...shown, description: other };
      expect(passes(probed({ tools: [tool] }), mutated)).toBe(other === shown['description']);
    }),
    { numRuns: 500 },
  );
});
