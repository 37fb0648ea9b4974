import { describe, expect, test } from 'vitest';
import { parseManifestFile, printManifestFile, readableManifest } from '../../src/lockfile/manifest-file.ts';
import { parseLock } from '../../src/lockfile/parse.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { digestValue } from '../../src/model/digest.ts';
import { manifestDigest } from '../../src/model/item-digest.ts';
import type { ManifestPin } from '../../src/model/manifest.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { gateViews } from '../../src/model/view-digest.ts';
import { expandViews, type ProbedViews } from '../../src/model/views.ts';
import { probedManifest, tool } from '../support/launch.ts';
import { samplePin } from './sample.ts';

const none = { prompts: [], resources: [], resourceTemplates: [], instructions: null };
const [plain, rooted, ask] = [tool('echo'), tool('echo', { description: 'in {{cwd}}' }), tool('ask')];
const formed = tool('ask', { execution: { taskSupport: 'forbidden' } });
const views: ProbedViews = {
  by: ['roots', 'sampling'],
  others: [
    { with: [], tools: [plain], ...none },
    { with: ['roots'], tools: [rooted], ...none, instructions: 'For clients with roots.' },
    { with: ['sampling'], tools: [formed, plain], ...none },
  ],
  own: { tools: [plain], prompts: [], resources: [], resourceTemplates: [], instructions: [] },
};
const probed = probedManifest({ manifest: { tools: [{ ...rooted, description: 'in /probe/work' }, ask] }, probed: { views } });
const surroundings = { cwd: '/probe/work' };
const { pin, templates } = pinManifest(probed, surroundings, []);
const text = printManifestFile(readableManifest(probed, pin, surroundings));
const lockOf = (manifest: ManifestPin) => printLock({ version: 1, pins: { files: samplePin({ manifest }) } });

describe('views in a lock', () => {
  test("are differences from the pin's own words, by the capabilities that matter", () => {
    expect(pin.views).toEqual({
      by: ['roots', 'sampling'],
      others: [
        { with: [], tools: { ask: null, echo: digestValue(plain) } },
        { with: ['roots'], tools: { ask: null }, instructions: digestValue('For clients with roots.') },
        { with: ['sampling'], tools: { ask: digestValue(formed), echo: digestValue(plain) } },
      ],
      effective: { [digestValue(formed)]: digestValue(ask) },
    });
    expect(pin.digest).not.toBe(manifestDigest({ ...pin, views: undefined as never }));
  });

  test('a pin without any has the digest that it always had', () => {
    const one = pinManifest(probedManifest({ manifest: { tools: [plain] } }), {}, []).pin;
    expect(Object.keys(one)).not.toContain('views');
    const { tools, prompts, resources, resourceTemplates, instructions } = one;
    expect(one.digest).toBe(digestValue({ tools, prompts, resources, resourceTemplates, instructions }));
  });

  test('the readable manifest holds the texts of all of them, each once, and is read back', () => {
    expect(JSON.parse(text)).toMatchObject({
      tools: [ask, rooted],
      views: { instructions: ['For clients with roots.'], tools: [formed, plain] },
    });
    expect(printManifestFile(parseManifestFile(text, 'files', pin))).toBe(text);
  });

  test.each([
    ['a changed word of another view', 'what echo does', 'what echo did'],
    [
      'a text of another view that is gone',
      /"views": \{.*\}(?=\n\})/s,
      '"views": {"instructions": ["For clients with roots."], "prompts": [], "resourceTemplates": [], "resources": [], "tools": []}',
    ],
    ['no views at all', /,\n {2}"views": \{.*\}(?=\n\})/s, ''],
    ['other instructions', 'For clients with roots.', 'For clients with root.'],
    ['an unknown member', '"instructions": [', '"more": [], "instructions": ['],
  ])('%s is lock-invalid', (_, from, to) => {
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    expect(() => parseManifestFile(edited, 'files', pin)).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
  });

  test('a lock with views is read back to the same bytes', () => {
    expect(printLock(parseLock(lockOf(pin)))).toBe(lockOf(pin));
  });

  const [bare, roots, sampling] = pin.views?.others ?? [];
  test.each([
    ['a view that nobody approved', [bare, roots, { with: ['sampling'], tools: {} }]],
    ['two views for the same clients', [bare, bare, roots, sampling]],
    ['a view for the clients that the pin itself is for', [{ with: ['roots', 'sampling'] }, bare, roots, sampling]],
    ['a capability that does not matter', [{ with: ['tasks'] }, bare, roots, sampling]],
    ['one that is not known', [{ with: ['root'] }, bare, roots, sampling]],
    ['capabilities in another order', [bare, { with: ['sampling', 'roots'] }]],
    ['a digest that is none', [bare, roots, { with: ['sampling'], tools: { ask: 'x' } }]],
  ])('%s is lock-invalid', (_, others) => {
    const edited = { ...pin, views: { ...pin.views, others } } as unknown as ManifestPin;
    const sealed = _ === 'a view that nobody approved' ? edited : { ...edited, digest: manifestDigest(edited) };
    expect(() => parseLock(lockOf(sealed))).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
  });

  test('the gate fills each view, and knows the forms of its items', () => {
    const filled = gateViews(pin, templates, { cwd: '/real' });
    expect([...(filled?.views.keys() ?? [])].sort()).toEqual(['', 'roots', 'roots,sampling', 'sampling']);
    const echo = (key: string) => filled?.views.get(key)?.items.tools.get('echo')?.digest;
    expect(echo('roots')).toBe(digestValue({ ...rooted, description: 'in /real' }));
    expect(echo('')).toBe(digestValue(plain));
    expect(filled?.views.get('sampling')?.items.tools.get('ask')?.effective).toBe(digestValue(ask));
    expect(filled?.common.items.tools.size).toBe(0);
    expect(filled?.views.get('roots')?.instructions?.digest).toBe(digestValue('For clients with roots.'));
  });

  test('names that are members of every object are names like others', () => {
    const named = ['__proto__', 'constructor'].map((name) => tool(name));
    const others = [{ with: [], tools: named, ...none }];
    const odd = pinManifest(
      probedManifest({ manifest: { tools: [ask] }, probed: { views: { ...views, by: ['roots'], others } } }),
      {},
      [],
    ).pin;
    const bareView = expandViews(odd).get('');
    expect(Object.entries(bareView?.tools ?? {})).toEqual(named.map((item) => [item['name'], digestValue(item)]));
    expect(expandViews(odd).get('roots')?.tools).toEqual({ ask: digestValue(ask) });
    expect(printLock(parseLock(lockOf(odd)))).toBe(lockOf(odd));
  });
});
