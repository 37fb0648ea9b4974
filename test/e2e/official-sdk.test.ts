import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { build } from 'esbuild';
import { parse } from 'jsonc-parser';
import { expect, onTestFinished, test } from 'vitest';
import { machine } from '../support/cli.ts';

/** The server of the official SDK as one file, as many packages ship theirs. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '..', '..', 'fixtures', 'servers', 'sdk-notes.mjs')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outputFiles[0]?.text ?? '';
}

test('a server of the official SDK, installed and started through the entry that was written, works for the official client', async () => {
  const { run, write, read, host, registry } = await machine();
  registry.publish('@pinfold-fixture/sdk-notes', '1.0.0', {
    'package.json': JSON.stringify({ name: '@pinfold-fixture/sdk-notes', version: '1.0.0', type: 'module', bin: 'server.js' }),
    'server.js': await bundled(),
  });
  write('.config/pinfold/policy.json', JSON.stringify({ version: 1, noMatch: 'allow', autoApprove: 'red' }));
  const installed = await run('install', '@pinfold-fixture/sdk-notes', '--yes');
  expect(installed.stderr).not.toContain('error:');
  expect(installed.code).toBe(0);

  const { command, args } = parse(read('.cursor/mcp.json')).mcpServers['sdk-notes'];
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  await client.connect(new StdioClientTransport({ command, args, env: { ...host.env }, stderr: 'ignore' }));

  expect(client.getInstructions()).toBe('Ask before you write.');
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(['add', 'fail']);
  const sum = await client.callTool({ name: 'add', arguments: { a: 40, b: 2 } });
  expect(sum.content).toEqual([{ type: 'text', text: '42' }]);
  const failed = await client.callTool({ name: 'fail', arguments: {} });
  expect(failed).toMatchObject({ isError: true });
  const greeting = await client.getPrompt({ name: 'greet', arguments: { who: 'Ada' } });
  expect(JSON.stringify(greeting.messages)).toContain('Hello, Ada');
  const note = await client.readResource({ uri: 'note://7' });
  expect(JSON.stringify(note.contents)).toContain('the note at note://7');
  await expect(client.callTool({ name: 'Add', arguments: {} })).rejects.toThrow(/pinfold approve sdk-notes/);
  await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow(/withheld|not approved|pinfold approve/);
});
