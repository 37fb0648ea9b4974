import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/model/outcome.ts';
import { describeSandboxed } from '../support/contained.ts';
import { type Machine, machine, write } from '../support/guarantee.ts';
import { lies } from '../support/registry.ts';

let box: Machine;

beforeAll(async () => {
  box = await machine();
  publish('twice', `serve({ info: { name: 'twice', version: '1' }, tools: [one, one] });`);
  publish('dies', `console.error('cannot find my database'); process.exit(3);`);
  const scrambled = Array.from({ length: 30 }, (_, at) => `const _0x${(at + 4096).toString(16)} = ${at};`).join('\n');
  publish('opaque', `${scrambled}\nserve({ info: { name: 'opaque', version: '1' }, tools: [one] });`);
  publish('fine', `serve({ info: { name: 'fine', version: '1' }, tools: [one] });`);
});

afterAll(() => box.close());

function publish(name: string, body: string): void {
  const packageName = `@pinfold-fixture/${name}`;
  const dependencies = { '@pinfold-fixture/mini-mcp': '^1.0.0' };
  const server = `#!/usr/bin/env node\nimport { serve } from '@pinfold-fixture/mini-mcp';\nconst one = { name: 'one', description: 'One.', inputSchema: { type: 'object' }, run: () => '' };\n${body}\n`;
  const manifest = { name: packageName, version: '1.0.0', type: 'module', bin: { [name]: 'index.js' }, dependencies };
  box.registry.publish(packageName, '1.0.0', { 'package.json': JSON.stringify(manifest), 'index.js': server });
}

/** The card, and the document of the same. */
async function look(name: string, options: readonly string[] = [], env: Record<string, string> = {}) {
  const args = ['info', ...options, `@pinfold-fixture/${name}@1.0.0`];
  const card = (await box.pinfold([...args, '--full'], { env })).stdout.replaceAll(/\s+/g, ' ');
  const document = JSON.parse((await box.pinfold([...args, '--json'], { env })).stdout);
  const outcome = (source: string): Outcome | undefined =>
    document.evidence.find((one: { source: string }) => one.source === source)?.outcome;
  return { card, document, outcome };
}

describeSandboxed('G8: what could not be seen is said, in words that differ', () => {
  test('a probe that ran, that was not asked for, that had no sandbox, that failed, that gave what cannot be pinned: five cards', async () => {
    const looks = {
      ran: await look('fine'),
      notAsked: await look('fine', ['--no-probe']),
      noSandbox: await look('fine', [], { PATH: '/nonexistent' }),
      failed: await look('dies'),
      invalid: await look('twice'),
    };
    expect(Object.values(looks).map(({ outcome }) => outcome('probe'))).toEqual([
      'verified',
      'unavailable',
      'unavailable',
      'unavailable',
      'invalid',
    ]);
    const absences = Object.values(looks).map(({ document }) => document.manifest.probeAbsence?.why ?? null);
    expect(absences).toEqual([null, 'not-asked', 'no-sandbox', 'failed', 'failed']);
    const findings = Object.values(looks).map(({ document }) =>
      document.findings
        .filter(({ code }: { code: string }) => /^probe-|^listing-invalid/.test(code))
        .map(({ message }: { message: string }) => message),
    );
    expect(findings[0]).toEqual([]);
    const sentences = findings.slice(1).map((messages) => messages.join(' '));
    // Three reasons for not knowing, and one for knowing something bad: no two read the same, none is empty after the colon.
    expect(new Set(sentences).size).toBe(4);
    for (const sentence of sentences) expect(sentence).toMatch(/\w{3,}$|[.)`]$/);
    expect(looks.failed.card).toContain('cannot find my database');
    expect(looks.noSandbox.card).toMatch(/bwrap|bubblewrap/);
    for (const { card, document } of [looks.notAsked, looks.noSandbox, looks.failed]) {
      expect(card).not.toMatch(/showed them in the sandbox|started in the sandbox/);
      expect(document.manifest.probed).toBeNull();
      expect(document.decision.verdict).not.toBe('allow');
    }
    expect(looks.invalid.document.decision.verdict).toBe('block');
  });

  test('the four outcomes are four words on the card', async () => {
    const words: readonly Outcome[] = ['verified', 'absent', 'unavailable', 'invalid'];
    const { card } = await import('../../src/report/card.ts');
    const { styleFor } = await import('../../src/report/style.ts');
    const { info } = await import('../../src/operations/info.ts');
    const { parseReference } = await import('../../src/sources/reference.ts');
    const reference = parseReference(['@pinfold-fixture/fine@1.0.0'], null);
    const { disclosure } = await info({ reference, typed: 'fine', probe: 'none' }, box.host(), () => undefined);
    const evidence = words.map((outcome) => ({ source: `source-${outcome}`, outcome, detail: 'what was compared' }));
    const text = card({ ...disclosure, evidence }, { full: true, clientCommand: ['x'] }, styleFor(false, 200));
    for (const word of words) expect(text).toMatch(new RegExp(`^\\s+${word}\\b.*\\(source-${word}\\)`, 'm'));
  });

  test('code that cannot be read makes "cannot tell" of every "not seen", on the card and in the document', async () => {
    const { card, document } = await look('opaque', ['--no-probe']);
    const verdicts = new Map<string, string>(
      document.capabilities.map((one: { class: string; verdict: string }) => [one.class, one.verdict]),
    );
    expect(verdicts.size).toBe(16);
    // Whether a script runs at install is decided by package.json, whatever the code is like.
    expect([...verdicts].filter(([, verdict]) => verdict === 'not-seen')).toEqual([['exec.install', 'not-seen']]);
    expect(verdicts.get('net.connect')).toBe('cannot-tell');
    expect(card).toContain('cannot tell');
    const { document: readable } = await look('fine', ['--no-probe']);
    expect(readable.capabilities).toContainEqual(expect.objectContaining({ class: 'net.connect', verdict: 'not-seen' }));
  });

  test('every card says what nobody could check', async () => {
    for (const { card, document } of [await look('fine'), await look('opaque', ['--no-probe'])]) {
      expect(document.notVerifiable.length).toBeGreaterThan(1);
      for (const text of document.notVerifiable) expect(card).toContain(`cannot tell ${text}`);
      expect(card).toContain('who published it');
    }
  });
});

describe('G8: a registry that leaves things out', () => {
  test.each<[string, Parameters<Machine['registry']['lie']>[1]]>([
    ['no strong hash', lies.dist({ integrity: undefined })],
    ['a SHA-1 and nothing else', lies.dist({ integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })],
  ])('%s: unavailable, never verified and never called absent', async (_, lie) => {
    box.registry.lie('@pinfold-fixture/fine', lie);
    const said = await box.pinfold(['info', '--no-probe', '--json', '@pinfold-fixture/fine@1.0.0'], {
      env: { npm_config_cache: join(box.home, `cold-${_.length}`) },
    });
    box.registry.honest();
    // Without any hash there may be nothing to hold the bytes to: then it is refused.
    if (said.code !== 0) return expect(said).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('hint: ') });
    const document = JSON.parse(said.stdout);
    expect(document.evidence).toContainEqual(expect.objectContaining({ source: 'npm-integrity', outcome: 'unavailable' }));
    expect(document.findings).toContainEqual(expect.objectContaining({ code: 'dependency-without-integrity' }));
  });

  test('a mirror that keeps no times, maintainers and scripts is believed in nothing that it does not say', async () => {
    box.registry.lie('@pinfold-fixture/fine', {
      packument: ({ time: _time, ...rest }) => lies.stripped().packument?.({ ...rest, time: undefined }),
    });
    const said = await box.pinfold(['info', '--no-probe', '--json', '@pinfold-fixture/fine@1.0.0'], {
      env: { npm_config_cache: join(box.home, 'cold-mirror') },
    });
    box.registry.honest();
    expect(said.code).toBe(0);
    const { evidence, notVerifiable } = JSON.parse(said.stdout);
    for (const [source, what] of [
      ['npm-signature', 'signatures'],
      ['npm-provenance', 'attestations'],
    ]) {
      const detail = expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+ serves no ${what}$`));
      expect(evidence).toContainEqual({ source, outcome: 'unavailable', detail });
    }
    expect(notVerifiable.join(' ')).toContain('who published it');
  });
});

describe('G8: hosted servers are never called clean', () => {
  test('audit says of each that nobody approved it, in text and document, whatever policy allows', async () => {
    const servers = {
      'hosted-http': { url: 'https://mcp.example/v1' },
      'hosted-sse': { url: 'https://sse.example/sse', headers: { Authorization: 'x' } },
      unknown: { command: '/opt/thing', args: ['serve'] },
      nothing: {},
    };
    write(join(box.home, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: servers }));
    write(
      join(box.config, 'policy.json'),
      JSON.stringify({ version: 1, autoApprove: 'red', noMatch: 'allow', allow: [{ subject: 'https://mcp.example', reason: 'ours' }] }),
    );
    const text = (await box.pinfold(['audit'])).stdout;
    const document = JSON.parse((await box.pinfold(['audit', '--json'])).stdout);
    for (const name of Object.keys(servers)) {
      const audited = document.servers.find((one: { name: string }) => one.name === name);
      expect(audited.pin, name).toBeNull();
      expect(audited.findings.length, name).toBeGreaterThan(0);
      expect(text).not.toMatch(new RegExp(`^ok\\s+${name}`, 'm'));
      expect(text).toMatch(new RegExp(`^(review|warn|block)\\s+${name}`, 'm'));
    }
    expect(document.summary).toMatchObject({ entries: 4, guarded: 0 });
    for (const name of ['hosted-http', 'hosted-sse']) {
      const { findings } = document.servers.find((one: { name: string }) => one.name === name);
      expect(findings.map(({ code }: { code: string }) => code)).toContain('entry-unguarded');
    }
  });

  test('a machine with nothing on it is not a clean one', async () => {
    write(join(box.home, '.cursor', 'mcp.json'), '{"mcpServers": {}}');
    expect(await box.pinfold(['audit'])).toMatchObject({ code: 4, stdout: expect.stringContaining('nothing to audit') });
  });

  test('a config that cannot be read is a problem that is printed, not an absence of servers', async () => {
    write(join(box.home, '.cursor', 'mcp.json'), '{"mcpServers": {');
    for (const args of [['audit'], ['list']]) expect((await box.pinfold(args)).stdout).toMatch(/mcp\.json/);
    expect(await box.pinfold(['audit'])).toMatchObject({ code: 3 });
  });
});
