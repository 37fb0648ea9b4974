import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Disclosure } from '../../src/model/disclosure.ts';
import { type Finding, type FindingCode, finding, findingCodes } from '../../src/model/finding.ts';
import { card } from '../../src/report/card.ts';
import { hangWithin, rowsOf, width } from '../../src/report/layout.ts';
import { screenRows, usualRows } from '../../src/report/room.ts';
import { styleFor } from '../../src/report/style.ts';
import { disclosureSaying } from './sample.ts';

function shown(disclosure: Disclosure, { full = false, columns = 80 } = {}): string {
  return card(disclosure, { full, clientCommand: ['pinfold', 'run', 'x'] }, styleFor(false, columns));
}

function named(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}

/** As much of everything as an attacker may want to put between a person and a finding. */
function flooded(amount: { tools: number; variables: number; hosts: number }, findings: readonly Finding[], word = 'a-word'): Disclosure {
  const sample = disclosureSaying(word);
  const { probed, capabilities, launch } = sample;
  if (probed === null) throw new Error('the sample is probed');
  const hints = [
    { destructiveHint: true },
    { readOnlyHint: true },
    { destructiveHint: false },
    { readOnlyHint: true, openWorldHint: true },
    {},
  ];
  const tools = named('tool_', amount.tools).map((name, at) => ({ name, description: word, annotations: hints[at % hints.length] ?? {} }));
  const hosts = named('host-', amount.hosts).map((name) => `${name}.example.com`);
  const variables = named('VARIABLE_', amount.variables);
  return {
    ...sample,
    findings,
    probed: { ...probed, manifest: { ...probed.manifest, tools } },
    capabilities: {
      ...capabilities,
      capabilities: capabilities.capabilities.map((one) => ({ ...one, scopes: hosts })),
      environment: [...variables, ...variables.map((name) => `${name}_TOKEN`)],
    },
    credentials: variables.map((name, at) => ({
      variable: `${name}_TOKEN`,
      hosts: hosts.slice(at),
      level: 'followed',
      through: null,
      where: 'a.js:1',
    })),
    notVerifiable: named('cannot tell about ', 50),
    launch: { ...launch, envNames: variables },
  };
}

const serious: readonly Finding[] = [
  finding('lookalike-strong', 'x', { target: 'stripe', ours: 'new', theirs: 'old', how: 'a slip' }),
  finding('manifest-confusion', 'x', { field: 'bin', registry: 'a', tarball: 'b' }),
  finding('text-signal-high', 'tools/evil', { rule: 'hides-from-user', before: '', span: 'do not tell', after: '' }),
  finding('tool-not-in-code', 'tools/hidden'),
];

describe('a card is one screen', () => {
  test('500 tools, 200 variables, 300 hosts and 100 findings push no serious line off it', () => {
    const low = named('tools/', 96).map((subject, at) =>
      finding(at % 2 === 0 ? 'text-signal-low' : 'tool-not-shown', subject, { names: 'n'.repeat(150) }),
    );
    const text = shown(flooded({ tools: 500, variables: 200, hosts: 300 }, [...low, ...serious]));
    expect(rowsOf(text, 80)).toBeLessThanOrEqual(screenRows);
    for (const { code } of serious) expect(text).toContain(code);
    expect(text).toContain('did you mean stripe');
    expect(text).toContain('tools/evil');
    expect(text).toContain('48 × text-signal-low');
    for (const title of ['what it can do', 'what it asks for', 'tools: 500', 'pinfold run x', 'decision  needs a person'])
      expect(text).toContain(title);
  });

  test('many serious ones of one code do not hide that of another', () => {
    const many = named('tools/', 300).map((subject) => finding('text-signal-high', subject, { span: subject }));
    const text = shown(flooded({ tools: 9, variables: 2, hosts: 2 }, [...many, finding('tool-not-in-code', 'tools/hidden')]));
    expect(rowsOf(text, 80)).toBeLessThanOrEqual(screenRows);
    expect(text).toMatch(/… and 29\d more like this: text-signal-high|300 × text-signal-high/);
    expect(text).toContain('tools/hidden: the running server shows it');
  });

  test('whatever is in it: the bound holds, and every code that blocks or needs a person is named', () => {
    const codes = Object.keys(findingCodes) as FindingCode[];
    const anyFinding = fc.record({
      code: fc.constantFrom(...codes),
      severity: fc.constantFrom('block' as const, 'review' as const, 'warn' as const, 'info' as const),
      subject: fc.constantFrom('a-word@a-word', 'tools/a', `tools/${'n'.repeat(200)}`),
      args: fc.constantFrom({}, { detail: 'w '.repeat(200), span: 'w '.repeat(80), target: 'x'.repeat(300), names: 'y, '.repeat(90) }),
    });
    const amounts = fc.record({ tools: fc.nat(40), variables: fc.nat(40), hosts: fc.nat(40) });
    const words = fc.constantFrom('a-word', 'w'.repeat(60), 'two words '.repeat(12));
    fc.assert(
      fc.property(amounts, fc.array(anyFinding, { maxLength: 60 }), words, (amount, findings, word) => {
        const text = shown(flooded(amount, findings, word));
        expect(rowsOf(text, 80)).toBeLessThanOrEqual(screenRows);
        for (const { code, severity } of findings) if (severity === 'block' || severity === 'review') expect(text).toContain(code);
      }),
      { numRuns: 60 },
    );
  });

  test('with little to tell it leaves room for what install says after it', () => {
    expect(rowsOf(shown(disclosureSaying('x')), 80)).toBeLessThanOrEqual(screenRows);
    const { capabilities } = disclosureSaying('x').capabilities;
    const few = capabilities.map((one, at) => ({ ...one, verdict: at < 4 ? ('seen' as const) : ('not-seen' as const) }));
    const usual = disclosureSaying('x', { findings: [], capabilities: { ...disclosureSaying('x').capabilities, capabilities: few } });
    expect(rowsOf(shown(usual), 80)).toBeLessThanOrEqual(usualRows);
  });

  test('a command is never cut, however long; --full cuts nothing', () => {
    const args = named('--argument=', 60);
    const { launch } = disclosureSaying('x');
    const text = shown({ ...disclosureSaying('x'), launch: { ...launch, args } });
    for (const arg of args) expect(text).toContain(arg);
    const whole = shown(flooded({ tools: 50, variables: 20, hosts: 30 }, serious), { full: true });
    for (const name of [...named('tool_', 50), ...named('VARIABLE_', 20), ...named('host-', 30)]) expect(whole).toContain(name);
  });
});

test('a text in so many rows: cut with an ellipsis, what must be read stands after it', () => {
  expect(hangWithin('  ', 'one two three four five six', 22, { rows: 1, tail: ' (code)' })).toBe('  one two thre… (code)');
  expect(hangWithin('  ', 'one two', 22, { rows: 1, tail: ' (code)' })).toBe('  one two (code)');
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 1, max: 4 }), (text, rows) => {
      const lines = hangWithin('  start  ', text.replaceAll('\n', ' '), 60, { rows, tail: ' (code)' }).split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(60);
      expect(lines.join('')).toContain('(code)');
    }),
  );
});
