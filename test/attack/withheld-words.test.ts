import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { digestValue } from '../../src/model/digest.ts';
import { planBlocked } from '../../src/store/blocked.ts';
import { readPending } from '../../src/store/pending.ts';
import { transact } from '../../src/store/transaction.ts';
import { program } from '../support/guarded.ts';
import { temporaryHost } from '../support/home.ts';
import { type Approval, approve, tool } from '../support/launch.ts';

const place = { name: 'sample', scope: 'user', project: null } as const;

async function scripted(answers: Record<string, unknown>, approval: Partial<Approval>): Promise<Host> {
  const host = temporaryHost();
  const script = join(host.places.home, 'script.json');
  writeFileSync(script, JSON.stringify(answers));
  await approve({ name: 'sample', server: 'gate-scripted.mjs', args: [script], ...approval }, host);
  return host;
}

/** All that a client gets for these requests, one after the other. */
function heard(host: Host, requests: readonly (readonly [string, object])[]): { readonly stdout: string; readonly stderr: string } {
  const lines = requests.map(([method, params], id) =>
    JSON.stringify({ jsonrpc: '2.0', ...(method.startsWith('notifications/') ? {} : { id }), method, params }),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'run', 'sample'], {
    cwd: host.places.cwd,
    env: { ...host.env },
    encoding: 'utf8',
    input: `${lines.join('\n')}\n`,
  });
  return { stdout, stderr };
}

test('not one word of what was withheld reaches the client: not in lists, errors, logs, completions or the handshake', async () => {
  const canary = 'XCANARYX';
  const changed = (name: string) => ({ ...tool(name), title: canary, description: canary, _meta: { [canary]: canary } });
  const host = await scripted(
    {
      initialize: {
        protocolVersion: '2025-11-25',
        serverInfo: { name: 's', version: '1' },
        capabilities: { tools: {}, prompts: {}, resources: {}, logging: {} },
        instructions: canary,
      },
      'tools/list': { tools: [tool('fine'), changed('read'), changed(`new-${canary}`)] },
      'prompts/list': { prompts: [{ name: `ask-${canary}`, description: canary }] },
      'resources/list': { resources: [{ uri: `x://${canary}`, name: canary }] },
      'resources/templates/list': { resourceTemplates: [{ uriTemplate: `x://${canary}/{a}`, name: canary }] },
    },
    { manifest: { tools: [tool('fine'), tool('read')], instructions: 'be kind' } },
  );
  const { stdout, stderr } = heard(host, [
    ['initialize', {}],
    ['notifications/initialized', {}],
    ['tools/list', {}],
    ['prompts/list', {}],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['tools/call', { name: 'read', arguments: {} }],
    ['tools/call', { name: 'fine', arguments: {} }],
    ['prompts/get', { name: 'ask' }],
    ['resources/read', { uri: 'x://a' }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'ask' }, argument: { name: 'a', value: '' } }],
  ]);
  expect(stdout).not.toContain(canary);
  expect(stdout).toContain('"fine"');
  const told = stdout.split('\n').filter((line) => line.includes('notifications/message'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('pinfold review --web');
  expect(told[0]).not.toMatch(/https?:|token/);
  // The person hears the names at the terminal of the client; what they say waits for the review.
  expect(stderr).toContain('withheld: tools read (changed since it was approved)');
  expect((await readPending(place, host)).items.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['instructions', 'tools', 'prompts', 'resources', 'resourceTemplates']),
  );
});

test('a first launch does not learn what was blocked for ever', async () => {
  const evil = tool('evil');
  const host = await scripted({ 'tools/list': { tools: [tool('fine'), evil] } }, { manifest: null, pin: { status: 'first-use' } });
  const blocked = { kind: 'tools', name: 'evil', digest: digestValue(evil), at: '2026-01-01T00:00:00.000Z' } as const;
  await transact([await planBlocked(place, [blocked], host)], host);
  const requests = [
    ['initialize', {}],
    ['tools/list', {}],
  ] as const;
  const { stdout } = heard(host, requests);
  expect(stdout).not.toContain('evil');
  expect(stdout).toContain('what fine does');
  // It was not learned either: without the block it waits for somebody, like any word that came later.
  await transact([await planBlocked(place, [], host)], host);
  expect(heard(host, requests).stdout).not.toContain('evil');
});
