import { describe, expect, test } from 'vitest';
import { riskOf, toolRisksOf } from '../../src/analysis/tool-risk.ts';
import type { Disclosure } from '../../src/model/disclosure.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { nearest } from '../../src/model/nearest.ts';
import { variablesByUse } from '../../src/report/asks.ts';
import { scopesIn } from '../../src/report/capability-words.ts';
import { card } from '../../src/report/card.ts';
import { width } from '../../src/report/layout.ts';
import { styleFor } from '../../src/report/style.ts';
import { disclosureSaying } from './sample.ts';

function tools(count: number, annotations: JsonObject | undefined): Partial<Disclosure> {
  const { probed } = disclosureSaying('x');
  if (probed === null) throw new Error('the sample is probed');
  const listed = Array.from({ length: count }, (_, at) => ({
    name: `tool_${at}`,
    description: 'Does it',
    ...(annotations === undefined ? {} : { annotations }),
  }));
  return { probed: { ...probed, manifest: { ...probed.manifest, tools: listed } } };
}

function shown(parts: Partial<Disclosure>, columns = 80, full = false): string {
  return card(disclosureSaying('a-word', parts), { full, clientCommand: ['pinfold', 'run', 'x'] }, styleFor(false, columns));
}

function capabilityBlock(text: string): string {
  return text.slice(text.indexOf('what it can do'), text.indexOf('what it asks for'));
}

describe('the card', () => {
  test.each([60, 80, 120])('at %i columns no line is wider, whatever others wrote; one screen', (columns) => {
    const long = 'w'.repeat(300);
    const text = card(
      disclosureSaying(`${long} ${long}`, tools(200, { readOnlyHint: true })),
      { full: false, clientCommand: ['x'] },
      styleFor(false, columns),
    );
    const capabilities = capabilityBlock(text).split('\n');
    expect(capabilities.length).toBeGreaterThan(2);
    for (const line of capabilities) expect(width(line)).toBeLessThanOrEqual(Math.max(60, Math.min(columns, 100)));
    expect(shown(tools(40, undefined), columns).split('\n').length).toBeLessThanOrEqual(columns === 60 ? 50 : 45);
  });

  test('the first lines say what it is, what policy says, and what blocks it', () => {
    const lines = shown({}).split('\n');
    expect(lines[0]).toBe('a-word a-word  needs a person');
    expect(lines.slice(1, 7).join('\n')).toContain('not an MCP server: no tool, prompt or resource');
    expect(lines.slice(1, 7).join('\n')).toContain('blocking: manifest-confusion');
    expect(lines.join('\n')).toContain('what it can do');
  });

  test('each source that could not be asked is named, without its particulars', () => {
    const unavailable = (source: string, detail: string) => ({ source, outcome: 'unavailable', detail }) as const;
    const evidence = [
      unavailable('npm-signature', 'mirror.example serves no signatures'),
      unavailable('npm-provenance', 'mirror.example serves no attestations'),
      unavailable('registry-entry', 'cannot ask https://registry.example/v0.1/servers/x: the name of its host cannot be looked up'),
      unavailable('advisories', 'public advisories could not be asked (cannot ask https://osv.example/v1), and nothing is known'),
    ];
    expect(shown({ evidence })).toContain(
      [
        '  unavailable  mirror.example serves no signatures, no attestations; cannot ask',
        '               registry.example; public advisories could not be asked',
      ].join('\n'),
    );
    expect(shown({ evidence }, 80, true)).toContain('nothing is known (advisories)');
  });

  test('at most seven capabilities, most serious first; the others in one line', () => {
    const block = capabilityBlock(shown({}));
    const marks = block.split('\n').flatMap((line) => /^ {2}([!*]) /.exec(line)?.[1] ?? []);
    expect(marks.length).toBeLessThanOrEqual(7);
    expect(marks.join('')).toMatch(/^!+\**$/);
    expect(block).toContain('also: ');
    expect(block).toContain('usual SDK plumbing');
    expect(block).toContain('because a-word');
  });
});

describe('tools by risk', () => {
  test.each<[JsonObject | null, string]>([
    [null, 'undeclared'],
    [{}, 'undeclared'],
    [{ title: 'T' }, 'undeclared'],
    [{ readOnlyHint: true }, 'read-only'],
    [{ readOnlyHint: true, destructiveHint: true }, 'read-only'],
    [{ readOnlyHint: true, openWorldHint: true }, 'open-world'],
    [{ destructiveHint: true, openWorldHint: true }, 'destructive'],
    [{ destructiveHint: false }, 'writes'],
    [{ readOnlyHint: 'true' }, 'undeclared'],
  ])('%j is %s', (hints, risk) => expect(riskOf(hints)).toBe(risk));

  test('what is promised and not borne out by the code is told, of the whole server', () => {
    const text = shown(tools(12, { readOnlyHint: true, openWorldHint: false }));
    expect(text).toMatch(/all 12 say read-only; the server's code .*runs other programs/);
    expect(text).toContain('all 12 say closed world');
  });

  test('code that cannot change anything contradicts nobody, and nor does the usual plumbing', () => {
    const sample = disclosureSaying('x', tools(3, { readOnlyHint: true }));
    const capabilities = sample.capabilities.capabilities.map((one) => ({ ...one, reach: 'baseline' as const }));
    expect(toolRisksOf({ ...sample, capabilities: { ...sample.capabilities, capabilities } }).contradictions).toEqual([]);
    expect(toolRisksOf(sample).contradictions.map(({ says }) => says)).toEqual(['read-only']);
  });
});

test('scopes fit one line, "any" said once, the rest counted', () => {
  expect(scopesIn(['*'], 20)).toBe('any');
  expect(scopesIn(['*', 'git', 'ip'], 40)).toBe('any (git, ip)');
  expect(scopesIn(['a.example', 'b.example', 'c.example'], 16)).toBe('a.example, +2');
  expect(scopesIn(['w'.repeat(60)], 20)).toHaveLength(20);
  expect(scopesIn([], 20)).toBe('');
});

test('variables: what sounds secret, what bears the name of the package, the rest', () => {
  expect(variablesByUse(['CI', 'NOTES_API_KEY', 'NOTES_FOLDER', 'OTHER_TOKEN'], '@me/notes-mcp')).toEqual({
    secrets: ['NOTES_API_KEY', 'OTHER_TOKEN'],
    settings: ['NOTES_FOLDER'],
    others: ['CI'],
  });
});

test('the nearest word', () => {
  expect(nearest('exec.span', ['exec.install', 'exec.spawn', 'fs.read'])).toBe('exec.spawn');
  expect(nearest('', ['a', 'bcd'])).toBe('a');
});
