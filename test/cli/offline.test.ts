import { expect, test } from 'vitest';
import { machine } from '../support/cli.ts';

test('--offline: what needs the network says so and stops, and no registry is asked', async () => {
  const m = await machine();
  const ran = await m.run('info', '@pinfold-fixture/notes', '--offline');
  expect(ran).toMatchObject({ code: 3, stdout: '' });
  expect(ran.stderr).toMatch(/^error: .*\n +why: --offline was given\n +hint: run the same command without --offline\n$/);
  expect(m.registry.requests).toEqual([]);
});

test('--offline: what looks at this machine only works', async () => {
  const m = await machine();
  m.write('.cursor/mcp.json', '{"mcpServers":{"x":{"command":"npx","args":["-y","x"]}}}');
  expect((await m.run('list', '--offline')).code).toBe(0);
  expect((await m.run('audit', '--offline')).stdout).toContain('entry-unguarded');
  expect((await m.run('store', 'verify', '--offline')).code).toBe(0);
  expect(m.registry.requests).toEqual([]);
});
