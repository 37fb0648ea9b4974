import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { startGuarded } from '../support/guarded.ts';
import { temporaryHome } from '../support/home.ts';
import { tool } from '../support/launch.ts';

const server = join(import.meta.dirname, '..', '..', 'fixtures', 'servers', 'gate-scripted.mjs');
/** What a cloned repository may call a file: an order to the terminal, and text that turns round. */
const hostile = 'a\u001b[2J\u202eb';
const controls = /[\p{Cc}\u202e]/u;

function inRepository(): Host {
  const home = temporaryHome();
  const cwd = join(home.home, hostile);
  mkdirSync(cwd);
  symlinkSync(process.execPath, join(cwd, hostile));
  return nodeHost({ env: home.env, cwd });
}

async function session(host: Host, tools: readonly object[], options: readonly string[]) {
  const script = join(host.places.home, 'script.json');
  writeFileSync(script, JSON.stringify({ initialize: { capabilities: {} }, 'tools/list': { tools } }));
  const run = startGuarded(host, ['run', ...options, '--', `./${hostile}`, server, script]);
  run.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const listed = await run.answer(1);
  run.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'late' } });
  const called = await run.answer(2);
  run.child.stdin.end();
  await run.ended();
  return { listed, called, stderr: run.stderr() };
}

describe('run -- <command> of a repository that chooses its names', () => {
  test.each([[[]], [['--pins', `${hostile}.json`]]])('%j: nothing of them drives the terminal, nor the client', async (options) => {
    const host = inRepository();
    await session(host, [tool('read')], options);
    const later = await session(host, [tool('read'), tool('late')], options);
    expect(later.listed).toMatchObject({ result: { tools: [tool('read')] } });
    expect(later.stderr).toContain('withheld');
    expect(later.stderr.replaceAll('\n', '')).not.toMatch(controls);
    expect(later.called.error?.message).toContain('pinfold approve');
    expect(JSON.stringify(later.called)).not.toMatch(/\\u001b|\u202e/);
  });
});
