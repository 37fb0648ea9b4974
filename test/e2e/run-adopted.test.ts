import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { type Machine, machine } from '../support/cli.ts';
import { startGuarded } from '../support/guarded.ts';

const servers = join(import.meta.dirname, '..', '..', 'fixtures', 'servers');
const request = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params });
const initialize = request(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } });

/** A Cursor with one server, started by `node` from PATH out of a folder of the user's, adopted. */
async function adopted(args: readonly string[] = []): Promise<Machine> {
  const m = await machine();
  m.write('my/probe-base.mjs', readFileSync(join(servers, 'probe-base.mjs'), 'utf8'));
  copyFileSync(join(servers, 'probe-honest.mjs'), join(m.home, 'my', 'server.mjs'));
  m.write(
    '.cursor/mcp.json',
    JSON.stringify({ mcpServers: { own: { command: 'node', args: ['my/server.mjs', ...args], env: { KEY: 'canary-env' } } } }),
  );
  expect((await m.run('adopt', '--yes')).code).toBe(0);
  return m;
}

/** What Cursor would hand to the launcher, with its placeholders filled in. */
function entryArgs(m: Machine, filled: Readonly<Record<string, string>> = {}): readonly string[] {
  const { own } = JSON.parse(m.read('.cursor/mcp.json')).mcpServers;
  return own.args.map((word: string) => Object.entries(filled).reduce((text, [from, to]) => text.replaceAll(from, to), word));
}

function ticketFile(m: Machine): string {
  return join(m.host.places.data, 'tickets', 'user', 'own.json');
}

async function tools(m: Machine): Promise<readonly string[]> {
  const server = startGuarded(m.host, entryArgs(m));
  server.send(initialize);
  await server.answer(1);
  server.send(request(2, 'tools/list'));
  const { result } = await server.answer(2);
  server.child.stdin.end();
  await server.ended();
  return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
}

async function refusal(m: Machine, args: readonly string[]) {
  const server = startGuarded(m.host, args, { KEY: 'canary-env' });
  server.send(initialize);
  const { error } = await server.answer(1);
  const code = await server.ended();
  return { code, message: error?.message ?? '', all: server.stdout() + server.stderr() };
}

test('an adopted command runs as its client would start it, and its first words are pinned', async () => {
  const m = await adopted();
  expect(await tools(m)).toEqual(['echo', 'add']);
  // The bytes may change, the words may not.
  m.write('my/server.mjs', m.read('my/server.mjs').replace("name: 'add'", "name: 'canary_tool'"));
  expect(await tools(m)).toEqual(['echo']);
  const waiting = await m.person(['y'], 'approve', 'own');
  expect(waiting.stderr).toContain('canary_tool');
  expect(waiting.code).toBe(0);
  expect(await tools(m)).toEqual(['echo', 'canary_tool']);
});

test('what is known about it says that its bytes are not pinned', async () => {
  const m = await adopted();
  const audit = await m.run('audit');
  expect(audit.stdout).toContain('bytes not pinned: files of this machine, which may change at any');
  expect(audit.stdout).toContain('was adopted without review');
  expect((await m.run('list')).stdout).toContain('bytes not pinned: local-files');
  const update = await m.run('update', 'own');
  expect(update).toMatchObject({ code: 2, stderr: expect.stringContaining('no bytes that could be updated') });
  expect((await m.run('diff', 'own')).stderr).toContain('no bytes that could be compared');
  expect((await m.run('store', 'prune')).code).toBe(0);
  expect((await m.run('store', 'verify')).code).toBe(0);
  rmSync(ticketFile(m));
  expect((await m.run('audit')).stdout).toContain('hint: pinfold trust --scope user');
  const trusted = await m.person(['y'], 'trust', '--scope', 'user');
  expect(trusted.stderr).toContain('starts `node my/server.mjs`');
  expect(trusted.stderr).toContain('bytes not pinned');
  expect(await tools(m)).toEqual(['echo', 'add']);
  expect((await m.run('remove', 'own')).code).toBe(0);
});

describe('what the entry hands on', () => {
  const args = ['--root=${workspaceFolder}', '--token', 'canary-argument', '${workspaceFolder}'];

  test('reaches the server as the client filled it in', async () => {
    const m = await adopted(args);
    expect(entryArgs(m)).toEqual(['run', 'own', '--', '--root=${workspaceFolder}', 'canary-argument', '${workspaceFolder}']);
    const seen = join(m.home, 'seen.json');
    const program = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.argv.slice(2)));`;
    m.write('my/server.mjs', program);
    await startGuarded(m.host, entryArgs(m, { '${workspaceFolder}': '/a b/c' })).ended();
    expect(JSON.parse(m.read('seen.json'))).toEqual(['--root=/a b/c', '--token', 'canary-argument', '/a b/c']);
  });

  test.each<[string, readonly string[]]>([
    ['another option instead of the pinned one', ['run', 'own', '--', '--eval=canary-code', 'x', '/w']],
    ['an option instead of a folder', ['run', 'own', '--', '--root=/w', 'x', '--import=canary-code']],
    ['one value more', ['run', 'own', '--', '--root=/w', 'x', '/w', 'canary-code']],
    ['another -- and a value more', ['run', 'own', '--', '--root=/w', 'x', '/w', '--', 'canary-code']],
    ['one value less', ['run', 'own', '--', '--root=/w', 'canary-code']],
    ['none', ['run', 'own']],
  ])('is refused: %s', async (_, given) => {
    const m = await adopted(args);
    const seen = join(m.home, 'ran');
    m.write('my/server.mjs', `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(seen)}, '');`);
    const { code, message, all } = await refusal(m, given);
    expect(code).toBe(78);
    expect(message).toContain('the entry of `own` does not start what was approved');
    expect(all).not.toContain('canary');
    expect(readdirSync(m.home)).not.toContain('ran');
    expect(readFileSync(join(m.host.places.data, 'ledger.jsonl'), 'utf8')).not.toContain('canary');
  });
});

describe('a changed command does not start', () => {
  test('in the lock', async () => {
    const m = await adopted();
    const lock = join(m.host.places.config, 'lock.json');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace('my/server.mjs', 'my/canary.mjs'));
    expect((await refusal(m, entryArgs(m))).code).toBe(75);
  });

  test('in the ticket, resealed: a command where a tree was pinned, or members that do not belong together', async () => {
    const m = await adopted();
    const { ticket } = JSON.parse(readFileSync(ticketFile(m), 'utf8'));
    const tree = { path: m.home, index: '/x', indexDigest: ticket.pinDigest, contentDigest: ticket.pinDigest };
    for (const body of [
      { ...ticket, tree },
      { ...ticket, launch: { ...ticket.launch, cwd: '/' } },
      { ...ticket, launch: { ...ticket.launch, entry: 'x' } },
    ]) {
      writeFileSync(ticketFile(m), JSON.stringify({ seal: digestValue(body as JsonValue), ticket: body }));
      expect((await refusal(m, entryArgs(m))).code).toBe(65);
    }
  });

  test('in the ticket, without its seal', async () => {
    const m = await adopted();
    writeFileSync(ticketFile(m), readFileSync(ticketFile(m), 'utf8').replace('my/server.mjs', 'my/canary.mjs'));
    expect((await refusal(m, entryArgs(m))).code).toBe(65);
  });
});

test('adopting starts nothing of what it adopts', async () => {
  const m = await machine();
  const canary = join(m.home, 'canary');
  const touch = (text: string) => ({
    command: process.execPath,
    args: ['-e', `require('fs').writeFileSync(${JSON.stringify(canary)}, ${JSON.stringify(text)})`],
  });
  const mcpServers = {
    script: touch('a'),
    line: { command: 'sh', args: ['-c', `touch ${canary}`] },
    pkg: { command: 'npx', args: ['@pinfold-fixture/canary'] },
  };
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers }));
  await m.run('adopt', '--yes', '--no-probe');
  expect(readdirSync(m.home)).not.toContain('canary');
  expect(spawnSync(process.execPath, [...touch('b').args]).status).toBe(0);
  expect(readdirSync(m.home)).toContain('canary');
});
