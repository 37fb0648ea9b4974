import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { onTestFinished } from 'vitest';
import type { Machine } from './cli.ts';

/** The official client, over the entry that was written for Cursor, and what the guard told on stderr. */
export async function guardedClient(m: Machine, name: string): Promise<{ readonly sdk: Client; readonly stderr: () => string }> {
  const { command, args } = JSON.parse(m.read('.cursor/mcp.json')).mcpServers[name];
  const transport = new StdioClientTransport({ command, args, env: { ...m.host.env }, stderr: 'pipe' });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const sdk = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => sdk.close());
  await sdk.connect(transport);
  return { sdk, stderr: () => said };
}
