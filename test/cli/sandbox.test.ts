import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseLock } from '../../src/lockfile/parse.ts';
import type { TreePin } from '../../src/model/pin.ts';
import { sandboxAllowSchema, sandboxShowSchema } from '../../src/report/json/sandbox.ts';
import { type Machine, machine } from '../support/cli.ts';
import { describeSandboxed } from '../support/contained.ts';

const notes = '@pinfold-fixture/notes@1.0.0';
const quick = ['install', notes, '--no-probe'] as const;

function pin(m: Machine): TreePin {
  return parseLock(m.read('.config/pinfold/lock.json')).pins['notes'] as TreePin;
}

/** The same machine without bubblewrap. */
function withoutSandbox(m: Machine): Machine {
  return m.with((host) => ({
    ...host,
    processes: { ...host.processes, which: async (command) => (command === 'bwrap' ? null : host.processes.which(command)) },
  }));
}

describeSandboxed('install --sandbox', () => {
  test('shows the profile that it proposes, and pins it with the yes', async () => {
    const m = await machine();
    m.write('notes/a.md', 'a');
    const ran = await m.person(['y'], ...quick, '--sandbox', '--', join(m.home, 'notes'));
    const { stderr } = ran;
    const from = stderr.indexOf('what its sandbox lets it do');
    expect(m.normal(stderr.slice(from, stderr.indexOf('what will change')))).toMatchInlineSnapshot(`
      "what its sandbox lets it do
        connects to  nothing: it has no network
        reads        ~/notes
        changes      nothing: what it writes elsewhere is in memory, and gone with it

      "
    `);
    expect(pin(m).sandbox).toMatchInlineSnapshot(`
      {
        "hosts": [],
        "mask": {},
        "read": [
          "{{home}}/notes",
        ],
        "write": [],
      }
    `);
  });

  test('without it, nothing about a sandbox is pinned', async () => {
    const m = await machine();
    await m.person(['y'], ...quick);
    expect(m.read('.config/pinfold/lock.json')).not.toContain('sandbox');
    expect((await m.run('sandbox', 'show', 'notes')).stdout).toContain('it runs with your rights');
    expect((await m.run('sandbox', 'allow', 'notes', 'net', 'api.example.com')).code).toBe(2);
  });

  test('binds a key to a host with its port, and says what it does not know', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--mask', 'GITHUB_TOKEN=api.github.com');
    expect(pin(m).sandbox).toMatchObject({ hosts: ['api.github.com:443'], mask: { GITHUB_TOKEN: ['api.github.com:443'] } });
    const unknown = await m.run(...quick, '--mask', 'MY_OWN_TOKEN');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('nobody knows where `MY_OWN_TOKEN` belongs');
    expect((await m.run(...quick, '--mask', 'GITHUB_TOKEN=*.github.com')).code).toBe(2);
  });

  test('an update and another install keep the sandbox', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--mask', 'GITHUB_TOKEN=api.github.com');
    const before = pin(m).sandbox;
    const updated = await m.person(['y'], 'update', 'notes@1.1.0', '--no-probe');
    expect(updated.code).toBe(0);
    expect(pin(m)).toMatchObject({ artifact: { version: '1.1.0' }, sandbox: before });
    const again = await m.person(['y'], ...quick);
    expect(again.stderr).toContain('as it is pinned now');
    expect(pin(m)).toMatchObject({ artifact: { version: '1.0.0' }, sandbox: before });
  });

  test('where there is no sandbox, the card, `sandbox show` and `status` say so', async () => {
    const m = withoutSandbox(await machine());
    const ran = await m.person(['y'], ...quick, '--sandbox');
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain(
      'there is no sandbox on this machine (bubblewrap (bwrap) is not installed): it will not be started here',
    );
    expect((await m.run('sandbox', 'show', 'notes')).stdout.replace(/\s+/g, ' ')).toContain('bubblewrap (bwrap) is not installed');
    expect((await m.run('status')).stdout.replace(/\s+/g, ' ')).toContain('sandbox: 1 server cannot be started');
  });

  test('a policy that requires it: install proposes it unasked, and what has none does not start', async () => {
    const m = await machine();
    await m.person(['y'], ...quick);
    m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, sandbox: 'required' }));
    const { clearLaunch, launchTicket } = await import('../../src/operations/launch-checks.ts');
    const place = { name: 'notes', scope: 'user', project: null } as const;
    await expect(clearLaunch(await launchTicket(place, m.host), place, m.host)).rejects.toMatchObject({
      code: 'policy-denied',
      hint: 'pinfold install --sandbox --name notes @pinfold-fixture/notes',
    });
    await m.person(['y'], ...quick);
    expect(pin(m).sandbox).toBeDefined();
    await expect(clearLaunch(await launchTicket(place, m.host), place, m.host)).resolves.toBeDefined();
  });
});

describeSandboxed('sandbox allow', () => {
  test('a person adds a host and a folder; what was pinned besides stays', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--sandbox');
    const before = pin(m);
    const net = await m.person(['y'], 'sandbox', 'allow', 'notes', 'net', 'API.example.com', '--json');
    expect(sandboxAllowSchema.parse(JSON.parse(net.stdout))).toMatchObject({ changed: true, profile: { hosts: ['api.example.com'] } });
    const write = await m.person(['y'], 'sandbox', 'allow', 'notes', 'write', '~/notes');
    expect(write.stderr).toContain('+ read and change ~/notes');
    expect(pin(m)).toMatchObject({
      ...before,
      approval: expect.anything(),
      sandbox: { hosts: ['api.example.com'], write: ['{{home}}/notes'] },
    });
    const shown = await m.run('sandbox', 'show', 'notes', '--json');
    expect(sandboxShowSchema.parse(JSON.parse(shown.stdout)).profile).toEqual(pin(m).sandbox);
    expect(await m.person([], 'sandbox', 'allow', 'notes', 'net', 'api.example.com')).toMatchObject({ code: 0, asked: [] });
  });

  test('nobody at a terminal, and no policy: nothing is allowed', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--sandbox');
    m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, autoApprove: 'red' }));
    const before = m.read('.config/pinfold/lock.json');
    const ran = await m.run('sandbox', 'allow', 'notes', 'net', 'evil.example');
    expect(ran.code).toBe(75);
    expect(ran.stderr).toContain('hint: pinfold sandbox allow notes net evil.example');
    expect((await m.person(['n'], 'sandbox', 'allow', 'notes', 'net', 'evil.example')).code).toBe(1);
    expect(m.read('.config/pinfold/lock.json')).toBe(before);
  });

  test('keys take the name, and what pinfold keeps is never opened', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--sandbox');
    expect((await m.person(['y'], 'sandbox', 'allow', 'notes', 'read', '~/.ssh')).code).toBe(1);
    expect((await m.person(['notes'], 'sandbox', 'allow', 'notes', 'read', '~/.ssh')).code).toBe(0);
    for (const path of ['~/.config/pinfold', '~/.local/share/pinfold/tickets', '/', '~/a*'])
      expect((await m.run('sandbox', 'allow', 'notes', 'write', path)).code).toBe(2);
    expect((await m.run('sandbox', 'allow', 'notes', 'net', '*')).code).toBe(2);
  });

  test('what a first launch showed counts for the new pin too', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--sandbox');
    const { firstUseFile, readFirstUse, recordFirstUse } = await import('../../src/store/first-use.ts');
    const { pinDigest } = await import('../../src/lockfile/pin-digest.ts');
    const file = () => firstUseFile({ name: 'notes', scope: 'user', project: null }, pinDigest(pin(m)), m.host);
    const seen = { items: { 'tools/a': { digest: null, template: null } }, complete: ['tools'] as const, eras: [], agentSurface: [] };
    await recordFirstUse(file(), seen, m.host);
    await m.person(['y'], 'sandbox', 'allow', 'notes', 'net', 'api.example.com');
    expect(existsSync(file().path)).toBe(true);
    expect(await readFirstUse(file(), m.host)).toMatchObject(seen);
  });
});
