import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pinOf, withPin } from '../../src/lockfile/lock.ts';
import { printManifestFile, readableManifest } from '../../src/lockfile/manifest-file.ts';
import { parseLock } from '../../src/lockfile/parse.ts';
import { printLock } from '../../src/lockfile/print.ts';
import type { Pin } from '../../src/model/pin.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { listSchema } from '../../src/report/json/list.ts';
import { lockSignSchema, lockVerifySchema } from '../../src/report/json/lock.ts';
import { auditSchema, trustSchema } from '../../src/report/json/outcomes.ts';
import { verifySchema } from '../../src/report/json/verify.ts';
import { type Machine, machine } from '../support/cli.ts';
import { probedManifest, tool } from '../support/launch.ts';

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

/** Ada's lock with words that somebody saw, signed by her; Bob's clone of it, and her key in his policy. */
async function signedByAda(): Promise<{ readonly ada: Machine; readonly bob: Machine; readonly policy: object }> {
  const { ada, bob } = await adaAndBob();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const probed = probedManifest({ manifest: { tools: [tool('read')] } });
  const { pin: manifest } = pinManifest(probed, {}, []);
  const lock = parseLock(ada.read('work/.pinfold/lock.json'));
  const pin = { ...pinOf(lock, 'notes'), manifest, status: 'reviewed' } as Pin;
  ada.write('work/.pinfold/lock.json', printLock(withPin(lock, 'notes', pin)));
  ada.write('work/.pinfold/manifests/notes.json', printManifestFile(readableManifest(probed, manifest, {})));
  ada.write('ada.pem', privateKey);
  const signed = await ada.run('lock', 'sign', '--key', '../ada.pem', '--json');
  expect(signed).toMatchObject({ code: 0, stderr: '' });
  expect(lockSignSchema.parse(JSON.parse(signed.stdout))).toMatchObject({ pins: ['notes'], form: 'dsse' });
  cpSync(join(ada.home, 'work'), join(bob.home, 'clone'), { recursive: true });
  return { ada, bob, policy: { version: 1, lockSigners: [{ key: publicKey, reason: 'Ada looks after it' }] } };
}

test('a lock that Ada signed counts for Bob without a question, where his own policy names her', async () => {
  const { bob, policy } = await signedByAda();
  const trust = async () => listSchema.parse(JSON.parse((await bob.run('list', '--json')).stdout)).entries.map((entry) => entry.trust);
  bob.write('clone/.pinfold/policy.json', JSON.stringify(policy));
  expect((await bob.run('trust', '--yes')).code).toBe(75);
  expect((await bob.run('lock', 'verify')).code).toBe(1);
  expect(await trust()).toEqual(['untrusted']);
  expect(codes((await bob.run('audit', '--json')).stdout)).toContain('lock-untrusted');
  bob.write('.config/pinfold/policy.json', JSON.stringify(policy));
  const verified = await bob.run('lock', 'verify', '--json');
  expect(verified.code).toBe(0);
  expect(lockVerifySchema.parse(JSON.parse(verified.stdout))).toMatchObject({ outcome: 'verified', signatures: [{ form: 'dsse' }] });
  expect(codes((await bob.run('audit', '--json')).stdout)).not.toContain('lock-untrusted');
  expect(await trust()).toEqual(['trusted']);
  const trusted = await bob.run('trust', '--yes');
  expect(trusted.code).toBe(0);
  expect(trusted.stderr.replace(/\s+/g, ' ')).toMatch(
    /lock signature verified: lock\.json \(sha256-\S+\) is, byte for byte, signed with SHA256:/,
  );
  const { servers } = verifySchema.parse(JSON.parse((await bob.run('verify', '--scope', 'project', 'notes', '--json')).stdout));
  expect(servers[0]?.evidence[0]).toMatchObject({ source: 'lock-signature', outcome: 'verified' });
  bob.write('clone/.pinfold/lock.json', `${bob.read('clone/.pinfold/lock.json')} `);
  expect(await trust()).toEqual(['untrusted']);
  const said = (await bob.run('audit')).stdout.replace(/\s+/g, ' ');
  expect(said).toContain('its signature is invalid: it was made over other bytes');
  expect((await bob.run('trust', '--yes')).code).toBe(75);
});

test('a signed lock passes by no other rule: what policy denies, or wants a person to look at, is not signed away', async () => {
  const { bob, policy } = await signedByAda();
  const subject = 'pkg:npm/%40pinfold-fixture/notes';
  bob.write('.config/pinfold/policy.json', JSON.stringify({ ...policy, deny: [{ subject, reason: 'not here' }] }));
  expect((await bob.run('trust', '--yes')).code).toBe(1);
  bob.write('.config/pinfold/policy.json', JSON.stringify({ ...policy, noMatch: 'review' }));
  expect((await bob.run('trust', '--yes')).code).toBe(75);
  bob.write('.config/pinfold/policy.json', JSON.stringify(policy));
  bob.write(
    'clone/.cursor/mcp.json',
    JSON.stringify({ mcpServers: { other: { command: 'npx', args: ['-y', '@pinfold-fixture/slug@1.0.0'] } } }),
  );
  const entry = await bob.run('trust', '--yes');
  expect(entry).toMatchObject({ code: 75, stderr: expect.stringContaining('@pinfold-fixture/slug') });
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
