import { expect, test } from 'vitest';
import { parseManifestFile, printManifestFile, readableManifest } from '../../src/lockfile/manifest-file.ts';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { expandViews, type ViewCapability } from '../../src/model/views.ts';
import { approvedWords } from '../../src/operations/approved-words.ts';
import { samplePin } from '../lockfile/sample.ts';
import { probedManifest, tool } from '../support/launch.ts';

const none = { prompts: [], resources: [], resourceTemplates: [], instructions: null };
const [echo, plain, ask] = [tool('echo', { description: 'in a root' }), tool('echo'), tool('ask')];
const others = [
  { with: [] as ViewCapability[], tools: [plain], ...none },
  { with: ['roots'] as ViewCapability[], tools: [echo], ...none },
];
const own = { tools: [plain], prompts: [], resources: [], resourceTemplates: [], instructions: [] };
const probed = probedManifest({ manifest: { tools: [echo, ask] }, probed: { views: { by: ['roots', 'sampling'], others, own } } });
const manifest = pinManifest(probed, {}, []).pin;
const before = readableManifest(probed, manifest, {});

function approved(template: JsonObject, clients: readonly (readonly ViewCapability[])[]) {
  const item = { kind: 'tools', name: String(template['name']), digest: digestValue(template), template, pinned: null, clients } as const;
  const after = approvedWords(samplePin({ manifest }), before, [{ ...item, firstSeen: '2026-01-01T00:00:00Z' }]);
  // What is written is what the lock would be read with.
  expect(parseManifestFile(printManifestFile(after.readable), 'notes', after.pin).digest).toBe(after.pin.digest);
  return Object.fromEntries([...expandViews(after.pin)].map(([key, view]) => [key, view.tools]));
}

const [inRoot, inPlain, asks] = [digestValue(echo), digestValue(plain), digestValue(ask)];
const extra = tool('extra');

test('what was withheld from some clients is approved for those', () => {
  expect(approved(extra, [[]])).toEqual({
    '': { echo: inPlain, extra: digestValue(extra) },
    roots: { echo: inRoot },
    'roots,sampling': { ask: asks, echo: inRoot },
  });
});

test('for the clients of the main view the others keep what they had', () => {
  expect(approved(tool('echo', { description: 'new' }), [['roots', 'sampling']])).toEqual({
    '': { echo: inPlain },
    roots: { echo: inRoot },
    'roots,sampling': { ask: asks, echo: digestValue(tool('echo', { description: 'new' })) },
  });
});

test('a combination that was never seen begins with what all views have', () => {
  expect(approved(extra, [['sampling'], ['roots']])).toEqual({
    '': { echo: inPlain },
    roots: { echo: inRoot, extra: digestValue(extra) },
    'roots,sampling': { ask: asks, echo: inRoot },
    sampling: { extra: digestValue(extra) },
  });
});
