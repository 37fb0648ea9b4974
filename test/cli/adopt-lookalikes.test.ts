import { expect, test } from 'vitest';
import { adoptSchema } from '../../src/report/json/adopt.ts';
import { type Machine, machine } from '../support/cli.ts';

async function entries(...names: readonly string[]): Promise<Machine> {
  const m = await machine();
  for (const name of names)
    m.registry.publish(name, '1.0.0', {
      'package.json': JSON.stringify({ name, version: '1.0.0', bin: 'index.js' }),
      'index.js': '#!/usr/bin/env node\n',
    });
  const servers = Object.fromEntries(names.map((name) => [name, { command: 'npx', args: ['-y', `${name}@1.0.0`] }]));
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: servers }));
  return m;
}

test('adopt says whom a package may be taken for before it asks', async () => {
  const m = await entries('firecrwal-mcp', 'nothing-like-it');
  const ran = await m.person(['n'], 'adopt', '--no-probe');
  const text = m.normal(ran.stderr);
  expect(text).toContain('may be taken for something else');
  expect(text).toContain('pkg:npm/firecrwal-mcp@1.0.0: did you mean firecrawl-mcp?');
  expect(text).not.toMatch(/nothing-like-it@1\.0\.0: did you mean/);
});

test('the document names it, and what is answered for already is not doubted', async () => {
  const m = await entries('firecrwal-mcp');
  m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, allow: [{ subject: 'pkg:npm/firecrwal-mcp', reason: 'ours' }] }));
  const known = adoptSchema.parse(JSON.parse((await m.run('adopt', '--no-probe', '--yes', '--json')).stdout));
  expect(known.entries).toMatchObject([{ how: 'bytes', resembles: [] }]);
  const other = await entries('firecrwal-mcp');
  const doubted = adoptSchema.parse(JSON.parse((await other.run('adopt', '--no-probe', '--yes', '--json')).stdout));
  expect(doubted.entries).toMatchObject([{ how: 'bytes', resembles: ['firecrawl-mcp'] }]);
});
