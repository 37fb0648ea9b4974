import { describe, expect, test } from 'vitest';
import { diffServers, type ServerSide } from '../../../src/analysis/diff/server.ts';
import { digestBytes } from '../../../src/model/digest.ts';
import type { StaticItem, StaticManifest } from '../../../src/model/manifest.ts';
import { diffText } from '../../../src/report/diff.ts';
import { diffDocument, diffSchema } from '../../../src/report/json/diff.ts';
import { styleFor } from '../../../src/report/style.ts';
import { manifestOf } from '../../checks/input.ts';

function item(name: string, parts: Partial<StaticItem> = {}): StaticItem {
  return {
    name,
    title: null,
    description: 'Does it',
    parameters: [],
    annotations: null,
    where: 'a.js:1',
    through: null,
    confidence: 'literal',
    ...parts,
  };
}

function code(...tools: readonly StaticItem[]): StaticManifest {
  return { tools, prompts: [], resources: [], instructions: null, gaps: [] };
}

function side(parts: Partial<ServerSide> = {}): ServerSide {
  return {
    label: 'a@1.0.0',
    capabilities: { ruleset: 'r', classes: [] },
    words: null,
    code: code(),
    closure: { digest: digestBytes(''), packages: [] },
    installScripts: [],
    environment: [],
    bins: ['a'],
    arguments: [],
    dependencies: [],
    owners: null,
    evidence: [],
    builder: null,
    ...parts,
  };
}

describe('words that nobody saw running on both sides', () => {
  test('are compared as the code names them, and said to be', () => {
    const diff = diffServers(
      side({ code: code(item('read')) }),
      side({ code: code(item('read', { description: 'Does it twice' }), item('send')) }),
    );
    expect(diff).toMatchObject({ wordsFrom: 'code', gain: 'amber', words: { tools: { added: ['send'], changed: [{ name: 'read' }] } } });
    expect(diffText(diff, { full: false }, styleFor(false, 80))).toContain('as its code names it');
    expect(diffSchema.parse(diffDocument(diff)).tools?.added).toEqual(['send']);
  });

  test('what could be read on one side only is no change', () => {
    const known = item('read', { annotations: { readOnlyHint: true }, parameters: [{ name: 'p', description: 'where' }] });
    const diff = diffServers(side({ code: code(known) }), side({ code: code(item('read', { description: null })) }));
    expect(diff).toMatchObject({ wordsFrom: 'code', gain: 'none', words: { tools: { changed: [] } } });
  });

  test('one seen side is not compared with code that the other only names', () => {
    const words = manifestOf({ tools: [{ name: 'read', description: 'Other' }] });
    expect(diffServers(side({ words, code: code(item('read')) }), side({ code: code(item('read')) }))).toMatchObject({
      wordsFrom: 'code',
      gain: 'none',
    });
    expect(diffServers(side({ words }), side({ words }))).toMatchObject({ wordsFrom: 'running', gain: 'none' });
    expect(diffServers(side({ words }), side())).toMatchObject({ wordsFrom: null, words: null });
  });
});

describe('what stands behind it, and what it brings', () => {
  const signed = { source: 'npm-signature', detail: '' } as const;
  test.each([
    ['verified', 'absent', 'amber'],
    ['verified', 'invalid', 'red'],
    ['verified', 'unavailable', 'none'],
    ['absent', 'verified', 'none'],
  ] as const)('a signature %s, then %s', (before, after, gain) => {
    const diff = diffServers(side({ evidence: [{ ...signed, outcome: before }] }), side({ evidence: [{ ...signed, outcome: after }] }));
    expect(diff).toMatchObject({ gain, trust: { evidence: [{ source: 'npm-signature', before, after }] } });
    expect(diffText(diff, { full: false }, styleFor(false, 80))).toContain(`npm-signature: ${before} → ${after}`);
  });

  test('whether it was started is no trust; owners that are not known are not compared', () => {
    const probed = [{ source: 'probe', outcome: 'verified', detail: '' }] as const;
    expect(diffServers(side({ evidence: probed, owners: ['me'] }), side())).toMatchObject({
      gain: 'none',
      trust: { owners: null, evidence: [] },
    });
  });

  test('owners, programs, dependencies and variables that came or went', () => {
    const diff = diffServers(
      side({ owners: ['me'], dependencies: ['left'], environment: ['OLD'] }),
      side({ owners: ['you'], dependencies: ['right'], bins: ['a', 'b'], environment: ['NEW'] }),
    );
    expect(diff.gain).toBe('amber');
    expect(diffText(diff, { full: false }, styleFor(false, 80))).toMatchInlineSnapshot(`
      "a@1.0.0 → a@1.0.0
        amber gain, look at it: other trust

      who stands behind it
        + 1 owner: you
        - 1 owner: me

      what it is made of
        + 1 program: b
        + 1 declared dependency: right
        - 1 declared dependency: left

      what it says
        not compared: neither side shows any

      what it asks for
        + 1 variable: NEW
        - 1 variable: OLD"
    `);
  });
});

test('schemas are told in sentences, hints by what they promise, another spelling in one line', () => {
  const tool = (name: string, schema: object, hints: object) =>
    ({ name, inputSchema: { type: 'object', ...schema }, annotations: hints }) as never;
  const before = manifestOf({
    tools: [
      tool(
        'send',
        { properties: { to: { type: 'string', maxLength: 20 }, how: { enum: ['a', 'b'] } }, required: ['to'] },
        { readOnlyHint: true },
      ),
      tool('same', { $schema: 'http://json-schema.org/draft-07/schema#' }, {}),
    ],
  });
  const after = manifestOf({
    tools: [
      tool(
        'send',
        { properties: { to: { type: 'string' }, how: { enum: ['b', 'c'] }, bcc: { type: 'string', description: 'A\u200bB' } } },
        { readOnlyHint: false },
      ),
      tool('same', {}, {}),
    ],
  });
  const diff = diffServers(side({ words: before }), side({ words: after, label: 'a@2.0.0' }));
  expect(diff.gain).toBe('red');
  expect(diffText(diff, { full: false }, styleFor(false, 80))).toMatchInlineSnapshot(`
    "a@1.0.0 → a@2.0.0
      red gain, serious: 1 changed

    who stands behind it
      owners: cannot tell, the registry does not name them for both

    what it says
      ~ tool send
          ~ annotations/readOnlyHint: true → false (promises less care than before)
          + \`to\` maxLength 20 → none
          + \`how\` also takes "c"; no longer "a"
          + parameter \`bcc\` (string): A<U+200B>B
          + \`to\` may be left out now
        1 tool with a schema that is written differently and means the same"
  `);
  expect(diffDocument(diff).tools?.changed[1]?.schema.length).toBe(4);
});
