import { describe, expect, test } from 'vitest';
import { parseClosureFile, printClosureFile } from '../../src/lockfile/closure-file.ts';
import { parseManifestFile, printManifestFile, readableManifest } from '../../src/lockfile/manifest-file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest, ProbedManifest } from '../../src/model/manifest.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { closureOf, digestOf, samplePackage } from './sample.ts';

const surroundings = { home: '/home/somebody', cwd: '/home/somebody/work' };

const manifest: Manifest = {
  serverInfo: { name: 'files', version: '1.0.0' },
  instructions: 'Works in /home/somebody/work. {{cwd}} is not mine.',
  capabilities: {},
  tools: [
    { name: 'write', description: 'writes below /home/somebody/work', 'x-unknown': [1, null] },
    { name: 'read', description: 'reads', stamp: 'now' },
    { name: '{{home}}', description: 'a hostile name' },
  ],
  prompts: [],
  resources: [{ uri: 'file:///home/somebody/work/a', name: 'a' }],
  resourceTemplates: [],
  eras: ['initialize'],
};

function probed(more: Partial<ProbedManifest> = {}): ProbedManifest {
  return { manifest, agentRequests: [], volatile: { 'tools/read': ['/stamp'] }, resourcePinning: 'exact', differences: [], ...more };
}

const { pin } = pinManifest(probed(), surroundings, []);
const text = printManifestFile(readableManifest({ manifest }, pin, surroundings));

describe('the readable manifest', () => {
  test('shows every pinned word in template form, sorted by name', () => {
    expect(text).not.toContain('/home/somebody');
    expect(text).toContain('writes below {{cwd}}');
    expect(text).not.toContain('"stamp": "now"');
    const names = parseManifestFile(text, 'files', pin).tools.map((tool) => tool['name']);
    expect(names).toEqual(['read', 'write', '{{{{home}}']);
  });

  test('is read back to the same text', () => {
    expect(printManifestFile(parseManifestFile(text, 'files', pin))).toBe(text);
  });

  test('leaves out what is not pinned', () => {
    const open = pinManifest(probed({ resourcePinning: 'open' }), surroundings, []).pin;
    expect(readableManifest({ manifest }, open, surroundings).resources).toEqual([]);
  });

  test('volatile instructions are not in it, and it still belongs to its pin', () => {
    const loose = pinManifest(probed({ volatile: { instructions: [''] } }), surroundings, []).pin;
    const printed = printManifestFile(readableManifest({ manifest }, loose, surroundings));
    expect(parseManifestFile(printed, 'files', loose).instructions).toBeNull();
  });

  test('a manifest that was not pinned is not printed under a pin', () => {
    const other = { ...manifest, tools: [{ ...(manifest.tools[0] as JsonObject), description: 'other words' }] };
    expect(() => readableManifest({ manifest: other }, pin, surroundings)).toThrow(TypeError);
  });

  test.each([
    ['a changed word', 'writes below', 'Writes below'],
    ['a changed unknown member', '"x-unknown"', '"y-unknown"'],
    ['changed instructions', 'Works in', 'Work in'],
    ['another digest', pin.digest, digestOf('x')],
    ['an item too many', '"tools": [', '"tools": [{"name":"evil"},'],
    ['an item twice', '"tools": [', '"tools": [{"name":"read"},'],
    ['an item without a name', '"name": "read"', '"title": "read"'],
    ['an item that is gone', /"resources": \[.*?\n {2}\]/s, '"resources": []'],
    ['instructions that are gone', /"instructions": ".*"/, '"instructions": null'],
    ['an unknown member of the file', '"prompts"', '"more": 1, "prompts"'],
  ])('%s is lock-invalid', (_, from, to) => {
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    expect(() => parseManifestFile(edited, 'files', pin)).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
  });
});

describe('effective digests', () => {
  const formed = { name: 'read', description: 'reads', execution: { taskSupport: 'forbidden' }, inputSchema: { required: ['b', 'a'] } };
  const withForms = { ...manifest, tools: [formed, { name: 'write', description: 'writes' }] };
  const { pin: formedPin } = pinManifest(probed({ manifest: withForms, volatile: {} }), surroundings, []);
  const printed = printManifestFile(readableManifest({ manifest: withForms }, formedPin, surroundings));

  test('are pinned where the item has another form, and nowhere else', () => {
    expect(Object.keys(formedPin.effective ?? {})).toEqual(['tools/read']);
    expect(pin.effective).toBeUndefined();
    expect(parseManifestFile(printed, 'files', formedPin).tools).toHaveLength(2);
  });

  test.each([
    ['of other words than the manifest shows', { 'tools/read': digestOf('evil') }],
    ['of an item that has none', { ...formedPin.effective, 'tools/write': digestOf('evil') }],
    ['of no item', { ...formedPin.effective, 'tools/evil': digestOf('evil') }],
    ['of none', {}],
  ])('%s: lock-invalid', (_, effective) => {
    expect(() => parseManifestFile(printed, 'files', { ...formedPin, effective })).toThrow(
      expect.objectContaining({ code: 'lock-invalid' }),
    );
  });

  test('a lock from before there were any is read as it was', () => {
    const { effective: _, ...older } = formedPin;
    expect(parseManifestFile(printed, 'files', older).tools).toHaveLength(2);
  });
});

describe('the closure file', () => {
  const closure = closureOf([
    samplePackage('b', { optional: true, os: ['!win32'] }),
    samplePackage('a'),
    samplePackage('c', { integrity: null, bundledIn: 'node_modules/a' }),
  ]);
  const printed = printClosureFile(closure);

  test('is read back as it was', () => {
    expect(parseClosureFile(printed, 'files', closure.digest)).toEqual(closure);
  });

  test.each([
    ['another version', '"version": "1.0.0"', '"version": "1.0.1"'],
    ['a condition taken away', '"!win32"', '"!linux"'],
    ['a path out of the tree', '"path": "node_modules/a"', '"path": "../a"'],
    ['an unknown member', '"optional": true', '"optional": true, "x": 1'],
  ])('%s is lock-invalid', (_, from, to) => {
    const edited = printed.replace(from, to);
    expect(edited).not.toBe(printed);
    expect(() => parseClosureFile(edited, 'files', closure.digest)).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
  });

  test('a whole closure of another pin is lock-invalid', () => {
    expect(() => parseClosureFile(printed, 'files', digestOf('other'))).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
  });

  test('a newer one says to upgrade', () => {
    expect(() => parseClosureFile('{"version":2}', 'files', closure.digest)).toThrow(expect.objectContaining({ code: 'lock-too-new' }));
  });
});
