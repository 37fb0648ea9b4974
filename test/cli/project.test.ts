import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSchema } from '../../src/report/json/list.ts';
import { auditSchema, trustSchema } from '../../src/report/json/outcomes.ts';
import { type Machine, machine } from '../support/cli.ts';

const install = ['install', '--scope', 'project', '--client', 'cursor', '--no-probe', '@pinfold-fixture/notes@1.0.0', '--', './notes'];

/** Ada's machine, where `notes` was installed into a project, and Bob's, with a clone of it. */
async function adaAndBob(): Promise<{ readonly ada: Machine; readonly bob: Machine }> {
  const ada = await machine({ cwd: 'work' });
  mkdirSync(join(ada.home, 'work', '.git'));
  const installed = await ada.person(['y'], ...install);
  expect(installed.code).toBe(0);
  const bob = await machine({ cwd: 'clone', registry: ada.registry });
  cpSync(join(ada.home, 'work'), join(bob.home, 'clone'), { recursive: true });
  return { ada, bob };
}

function codes(stdout: string): readonly string[] {
  const { servers, findings } = auditSchema.parse(JSON.parse(stdout));
  return [...findings, ...servers.flatMap((server) => server.findings)].map(({ code }) => code);
}

test('a project install names no path of its author, in the lock or in the entry', async () => {
  const { ada } = await adaAndBob();
  const own = readdirSync(join(ada.home, 'work'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  expect(own.sort()).toEqual(['.cursor/mcp.json', '.pinfold/closures/notes.json', '.pinfold/lock.json']);
  for (const path of own) expect(ada.read(join('work', path))).not.toContain(ada.home);
  expect(JSON.parse(ada.read('work/.cursor/mcp.json'))).toEqual({
    mcpServers: { notes: { command: 'pinfold', args: ['run', '--scope', 'project', 'notes'] } },
  });
  expect((await ada.run('audit')).code).toBe(0);
});

test('the lock of a clone is inert until trust, which shows it, asks, and fetches what it names', async () => {
  const { bob } = await adaAndBob();
  const before = bob.files();
  expect(codes((await bob.run('audit', '--json')).stdout)).toEqual(expect.arrayContaining(['lock-untrusted', 'tree-missing']));
  const nobody = await bob.run('trust');
  expect(nobody.code).toBe(75);
  expect(nobody.stderr).toContain(' hint: pinfold trust');
  expect((await bob.person(['n'], 'trust')).code).toBe(1);
  expect(bob.files()).toEqual(before);
  const ran = await bob.person(['y'], 'trust');
  expect(ran.code).toBe(0);
  expect(bob.normal(ran.stderr)).toMatchInlineSnapshot(`
    "the lock in /home/me/clone pins 1 server
      notes  pkg:npm/%40pinfold-fixture/notes@1.0.0
        no words pinned
        approved by root, first-use; policy here: review

    "
  `);
  expect(codes((await bob.run('audit', '--json')).stdout)).not.toEqual(expect.arrayContaining(['lock-untrusted']));
  expect(readdirSync(join(bob.home, '.local/share/pinfold/tickets'))).toHaveLength(1);
  expect(trustSchema.parse(JSON.parse((await bob.person(['y'], 'trust', '--json')).stdout)).pins).toEqual(['notes']);
});

test('a guarded entry of a clone is untrusted as long as its lock is, and trust asks about the lock alone', async () => {
  const { bob } = await adaAndBob();
  const trust = async () => listSchema.parse(JSON.parse((await bob.run('list', '--json')).stdout)).entries.map((entry) => entry.trust);
  expect(await trust()).toEqual(['untrusted']);
  const ran = await bob.person(['y'], 'trust');
  expect(ran.asked).toEqual(['let this lock count on this machine? [y/N] ']);
  expect(await trust()).toEqual(['trusted']);
});

test('trust is for exactly these bytes: one space more in the lock and it asks again', async () => {
  const { bob } = await adaAndBob();
  await bob.person(['y'], 'trust');
  bob.write('clone/.pinfold/lock.json', bob.read('clone/.pinfold/lock.json').replace('"version": 1', '"version":  1'));
  expect(codes((await bob.run('audit', '--json')).stdout)).toContain('lock-untrusted');
});

test.each([
  ['a package that is not the one the lock names', (text: string) => text.replace('"1.0.0"', '"1.1.0"')],
  ['a closure with another hash', (text: string) => text.replace(/sha512-..../, 'sha512-AAAA')],
])('trust refuses %s, and nothing is fetched or changed', async (_, damage) => {
  const { bob } = await adaAndBob();
  const path = 'clone/.pinfold/closures/notes.json';
  bob.write(path, damage(bob.read(path)));
  const before = bob.files();
  const ran = await bob.person([], 'trust');
  expect(ran).toMatchObject({ code: 3, asked: [] });
  expect(bob.files()).toEqual(before);
});

test('a registry that serves Bob other bytes than Ada got stops trust, and leaves no tree', async () => {
  const { ada, bob } = await adaAndBob();
  const { lies } = await import('../support/registry.ts');
  ada.registry.lie('@pinfold-fixture/slug', lies.changedBytes());
  const ran = await bob.person(['y'], 'trust');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('is not the one that was announced');
  expect(existsSync(join(bob.home, '.local/share/pinfold/tickets'))).toBe(false);
  expect(Object.keys(bob.files()).filter((path) => path.includes('/trees/'))).toEqual([]);
});

test("Bob's own policy counts for a lock that Ada approved; the project's own policy approves nothing", async () => {
  const { bob } = await adaAndBob();
  bob.write('clone/.pinfold/policy.json', JSON.stringify({ version: 1, autoApprove: 'red' }));
  expect((await bob.run('trust', '--yes')).code).toBe(75);
  const deny = { version: 1, deny: [{ subject: 'pkg:npm/%40pinfold-fixture/notes', reason: 'not here' }] };
  bob.write('.config/pinfold/policy.json', JSON.stringify(deny));
  const ran = await bob.person([], 'trust');
  expect(ran).toMatchObject({ code: 1, asked: [] });
  expect(ran.stderr).toContain('not here');
});

test('without a terminal in a project, the hint keeps the scope', async () => {
  const { ada } = await adaAndBob();
  const ran = await ada.run('update', '--scope', 'project', '--no-probe', 'notes');
  expect(ran.code).toBe(75);
  expect(ran.stderr).toContain(' hint: pinfold update --scope project --no-probe notes\n');
  expect((await ada.person(['notes'], 'update', '--scope', 'project', '--no-probe', 'notes')).code).toBe(0);
  expect((await ada.run('update', '--scope', 'project', '--rollback', 'notes')).code).toBe(0);
  expect((await ada.run('remove', '--scope', 'project', 'notes')).code).toBe(0);
  expect(existsSync(join(ada.home, 'work/.cursor/mcp.json'))).toBe(false);
});
