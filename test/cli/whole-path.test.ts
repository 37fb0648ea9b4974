import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installSchema } from '../../src/report/json/outcomes.ts';
import { type Machine, machine } from '../support/cli.ts';
import { describeSandboxed } from '../support/contained.ts';

/** Starts what a client's entry names, lists the tools, and ends the session. */
async function session(m: Machine, name: string): Promise<{ readonly tools: readonly string[]; readonly stderr: string }> {
  const { mcpServers } = JSON.parse(m.read('.cursor/mcp.json')) as { mcpServers: Record<string, { command: string; args: string[] }> };
  const entry = mcpServers[name];
  if (entry === undefined) throw new Error(`no entry ${name}`);
  const child = spawn(entry.command, entry.args, { cwd: m.home, env: m.host.env, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'test', version: '1' };
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } });
  let tools: readonly string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { id?: number; result?: { tools?: { name: string }[] } };
    if (message.id === 1) {
      send({ method: 'notifications/initialized' });
      send({ id: 2, method: 'tools/list', params: {} });
    }
    if (message.id !== 2) continue;
    tools = message.result?.tools?.map((tool) => tool.name) ?? [];
    break;
  }
  const ended = once(child, 'close');
  child.stdin.end();
  await ended;
  return { tools, stderr };
}

describeSandboxed('the whole path', () => {
  test('install in the sandbox, run, a rug-pull that is stopped, audit, approve, run again', async () => {
    const m = await machine();
    const folder = join(m.home, 'state');
    mkdirSync(folder);
    const installed = await m.person(['y'], 'install', '@pinfold-fixture/rugpull', '--', folder);
    expect(installed.code).toBe(0);
    expect(installed.stderr).toContain('tools: 1, as it showed them when it was started');
    expect(installed.stderr).toContain('its words are pinned as they were shown in the sandbox');

    expect((await session(m, 'rugpull')).tools).toEqual(['get_weather']);
    const second = await session(m, 'rugpull');
    expect(second.tools).toEqual([]);
    expect(second.stderr).toContain('pinfold approve rugpull');
    expect(second.stderr).toContain('the package has not changed; its words have');

    const audited = await m.run('audit');
    expect(audited.stdout.replace(/\s+/g, ' ')).toContain('the package has not changed; its words have: tools/get_weather');
    expect(audited.stdout).toContain('words-withheld');
    expect((await m.run('review')).stdout).toContain('the package has not changed; its words have: `rugpull`');
    expect(audited.stdout).toContain('hint: pinfold approve rugpull');
    const before = m.files();
    const refused = await m.person([''], 'approve', 'rugpull');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('~/.ssh/id_ed25519');
    expect(refused.stderr).toContain('upload_file (new)');
    expect(refused.stderr).toContain('the package has not changed; its words have');
    expect(m.files()).toEqual(before);
    expect((await m.run('approve', 'rugpull')).code).toBe(75);

    const answer = refused.asked[0]?.includes('type the name') === true ? 'rugpull' : 'y';
    expect((await m.person([answer], 'approve', 'rugpull')).code).toBe(0);
    expect((await session(m, 'rugpull')).tools).toEqual(['get_weather', 'upload_file']);
    expect((await m.run('approve', 'rugpull')).stdout).toContain('nothing of `rugpull` waits');
  });

  test.each([
    ['exits at once', 'process.exit(3)', 'probe-failed', 0],
    ['prints a banner and nothing else', 'console.log("Welcome!"); setTimeout(() => process.exit(), 100)', 'probe-failed', 0],
    ['lists a name twice', listing('{ name: "a", inputSchema: {} }, { name: "a", inputSchema: {} }'), 'listing-invalid', 1],
    ['hides characters', listing('{ name: "a", description: "hi\\u200bdden", inputSchema: {} }'), 'hidden-characters', 1],
  ])('a server that %s is told on the card in words', async (_, code, finding, exitCode) => {
    const m = await machine();
    m.registry.publish('odd', '1.0.0', {
      'package.json': JSON.stringify({ name: 'odd', version: '1.0.0', bin: { odd: 'index.js' } }),
      'index.js': `#!/usr/bin/env node\n${code}\n`,
    });
    const ran = await m.run('info', 'odd');
    expect(ran.code, ran.stderr).toBe(exitCode);
    expect(ran.stdout).toContain(`(${finding})`);
    if (exitCode === 1) expect((await m.person([], 'install', 'odd')).code).toBe(1);
  });
});

function listing(tools: string): string {
  return `let text = '';
process.stdin.on('data', (chunk) => {
  text += chunk;
  for (let at = text.indexOf('\\n'); at >= 0; at = text.indexOf('\\n')) {
    const message = JSON.parse(text.slice(0, at));
    text = text.slice(at + 1);
    const answer = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    if (message.method === 'initialize') answer({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'odd', version: '1' } });
    else if (message.method === 'tools/list') answer({ tools: [${tools}] });
    else if (message.id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'no' } }));
  }
});`;
}

describe('without a sandbox', () => {
  const notes = ['@pinfold-fixture/notes@1.0.0', '--', '/srv/notes'];

  test('the card says that nothing was started, and why', async () => {
    const m = await machine({ env: { PATH: '/nonexistent' } });
    const ran = await m.run('info', ...notes);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('it was not started');
    expect(ran.stdout).toMatch(/review +not started before approval: [^\n]*bubblewrap/);
  });

  test('first use is the default and marked so; --hold forwards nothing until it is approved', async () => {
    const m = await machine({ env: { PATH: '/nonexistent' } });
    const first = await m.person(['y'], 'install', '--json', ...notes);
    expect(installSchema.parse(JSON.parse(first.stdout)).status).toBe('first-use');
    expect((await session(m, 'notes')).tools).toEqual(['list_notes', 'read_note', 'search_notes']);
    expect((await m.run('audit')).stdout).toContain('pin-first-use');
    expect((await m.run('remove', 'notes')).code).toBe(0);
    const folder = join(m.home, 'notes');
    mkdirSync(folder);
    const held = await m.person(['y'], 'install', '--hold', '--json', '@pinfold-fixture/notes@1.0.0', '--', folder);
    expect(installSchema.parse(JSON.parse(held.stdout)).status).toBe('reviewed');
    expect(held.stderr).toContain('nothing reaches the model until you approve it');
    expect((await session(m, 'notes')).tools).toEqual([]);
    const shown = await m.person(['n'], 'approve', 'notes');
    const answer = shown.asked[0]?.includes('type the name') === true ? 'notes' : 'y';
    expect((await m.person([answer], 'approve', 'notes')).code).toBe(0);
    expect((await session(m, 'notes')).tools).toEqual(['list_notes', 'read_note', 'search_notes']);
  });

  test('--probe-unsandboxed takes a yes of its own, and none where nobody can be asked', async () => {
    const m = await machine({ env: { PATH: '/nonexistent' } });
    const before = m.files();
    const refused = await m.person(['n'], 'info', '--probe-unsandboxed', ...notes);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.asked).toMatchInlineSnapshot(`
      [
        "start @pinfold-fixture/notes now, outside any sandbox, with your rights on this machine? [y/N] ",
      ]
    `);
    expect((await m.run('info', '--probe-unsandboxed', ...notes)).code).toBe(75);
    expect(m.files()).toEqual(before);
    const ran = await m.person(['y', 'n'], 'install', '--probe-unsandboxed', '@pinfold-fixture/notes@1.0.0', '--', m.home);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('outside any sandbox');
    expect(ran.stderr).toContain('list_notes');
  });
});
