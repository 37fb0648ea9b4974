import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseLock } from '../../src/lockfile/parse.ts';
import type { TreePin } from '../../src/model/pin.ts';
import { listSchema } from '../../src/report/json/list.ts';
import { statusSchema } from '../../src/report/json/log.ts';
import { auditSchema } from '../../src/report/json/outcomes.ts';
import { sandboxAllowSchema, sandboxShowSchema } from '../../src/report/json/sandbox.ts';
import { type Machine, machine } from '../support/cli.ts';
import { describeSandboxed } from '../support/contained.ts';
import { playedProgram, type WindowsMachine } from '../support/on-windows.ts';

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

  test('proposes the port that its code listens on, through its files; one that belongs to others is named and left out', async () => {
    const m = await machine();
    m.registry.publish('listening', '1.0.0', {
      'package.json': JSON.stringify({ name: 'listening', version: '1.0.0', bin: 'index.js', type: 'module' }),
      'index.js':
        "import http from 'node:http'; import { ports } from './ports.js'; http.createServer().listen(ports.own); http.createServer().listen(ports.other);\n",
      'ports.js': 'export const ports = { own: process.env.PORT || 4123, other: 5432 };\n',
    });
    const { stderr } = await m.person(['y'], 'install', 'listening@1.0.0', '--no-probe', '--sandbox');
    const card = stderr.replace(/\s+/g, ' ');
    expect(card).toContain('listens 4123: programs of this machine reach it there, and no other program gets the port while it runs');
    expect(card).toContain('named in its code and left out: port 5432');
    const lock = parseLock(m.read('.config/pinfold/lock.json'));
    expect((lock.pins['listening'] as TreePin).sandbox?.listen).toEqual([4123]);
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
    const twice = await m.run(...quick, '--mask', 'GITHUB_TOKEN=api.github.com', '--mask', 'GITHUB_TOKEN=gist.github.com');
    expect(twice.stderr).toContain('--mask GITHUB_TOKEN is given twice');
  });

  test('a mask that makes no sense is told before anything is downloaded', async () => {
    const m = await machine();
    const before = m.registry.requests.length;
    for (const mask of ['MY_OWN_TOKEN', 'GITHUB_TOKEN=', 'not a name=api.github.com', 'GITHUB_TOKEN=*.github.com'])
      expect((await m.run(...quick, '--mask', mask)).code).toBe(2);
    const listed = await m.run('install', 'io.github.pinfold-fixture/notes', '--mask', 'MY_OWN_TOKEN');
    expect(listed).toMatchObject({ code: 2, stderr: expect.stringContaining('nobody knows where `MY_OWN_TOKEN` belongs') });
    expect(m.registry.requests.slice(before)).toEqual([]);
    await m.run(...quick, '--mask', 'GITHUB_TOKEN');
    expect(m.registry.requests.length).toBeGreaterThan(before);
  });

  test('a port more: a person says yes, and `list`, `audit` and `status` show the profile', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--mask', 'GITHUB_TOKEN=api.github.com');
    const ran = await m.person(['y'], 'sandbox', 'allow', 'notes', 'listen', '8080');
    expect(ran.stderr).toContain('+ be reached by programs of this machine on port 8080');
    expect(pin(m).sandbox?.listen).toEqual([8080]);
    for (const port of ['0', '65536', '80a', '-1', ''])
      expect((await m.run('sandbox', 'allow', 'notes', 'listen', '--', port)).code).toBe(2);
    expect(await m.person([], 'sandbox', 'allow', 'notes', 'listen', '8080')).toMatchObject({ code: 0, asked: [] });
    const shown = 'sandbox: api.github.com:443, listens on 8080, 1 key masked';
    // A table has 80 columns; the document is whole.
    expect((await m.run('list')).stdout).toContain('sandbox: api.github.com:443, listens on 8080');
    expect((await m.run('audit')).stdout.replace(/\s+/g, ' ')).toContain(shown);
    const status = await m.run('status');
    expect(status.stdout).toContain(', sandbox');
    expect(status.stdout.replace(/\s+/g, ' ')).toContain('notes: api.github.com:443, listens on 8080, 1 key masked');
    const profile = { hosts: ['api.github.com:443'], read: [], write: [], listen: [8080], mask: { GITHUB_TOKEN: ['api.github.com:443'] } };
    const read = async (command: string) => JSON.parse((await m.run(command, '--json')).stdout) as Record<string, unknown>;
    expect(listSchema.parse(await read('list')).entries[0]?.sandbox).toEqual(profile);
    expect(auditSchema.parse(await read('audit')).servers[0]?.sandbox).toEqual(profile);
    expect(statusSchema.parse(await read('status'))).toMatchObject({
      servers: [{ sandbox: profile }],
      sandbox: { servers: 1, unavailable: null },
    });
  });

  test('where nothing is contained, `status` says all the same that there is no sandbox here', async () => {
    const m = withoutSandbox(await machine());
    await m.person(['y'], ...quick);
    const said = (await m.run('status')).stdout.replace(/\s+/g, ' ');
    expect(said).toContain('sandbox: there is none on this machine (bubblewrap (bwrap) is not installed), so nothing is probed');
    expect(said).toContain('hint: ');
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

  test('on Windows the card and `sandbox show` say what its sandbox does not keep from a server', async () => {
    const m = await machine();
    await m.person(['y'], ...quick, '--sandbox');
    const gap = 'on Windows it also reads and changes what every account of this machine may, and it can listen on any port';
    const text = ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`.replace(/\s+/g, ' ');
    expect(text(await m.run('sandbox', 'show', 'notes'))).not.toContain(gap);
    const windows = (is: Partial<WindowsMachine>) =>
      m.with((host) => {
        const installation = join(host.places.home, 'installed');
        const here = { ...host.machine, platform: 'win32' as const, installation };
        playedProgram(join(installation, 'dist'), here, is);
        const worker = join(installation, 'dist', 'analysis-worker.mjs');
        if (!existsSync(worker)) symlinkSync(join(host.machine.installation, 'dist', 'analysis-worker.mjs'), worker);
        return { ...host, machine: here };
      });
    const ready = windows({});
    expect(text(await ready.run('sandbox', 'show', 'notes'))).toContain(gap);
    expect(sandboxShowSchema.parse(JSON.parse((await ready.run('sandbox', 'show', 'notes', '--json')).stdout)).gap).toBe(gap);
    expect(text(await ready.person(['n'], ...quick, '--name', 'other', '--sandbox'))).toContain(gap);
    const bare = windows({ provisioned: false });
    for (const shown of [text(await bare.run('sandbox', 'show', 'notes')), text(await bare.run('status'))])
      expect([shown.includes('not set up on this machine'), shown.includes('.exe" install'), shown.includes(gap)]).toEqual([
        true,
        true,
        false,
      ]);
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
    expect(sandboxShowSchema.parse(JSON.parse(shown.stdout)).profile).toEqual({ ...pin(m).sandbox, listen: [] });
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
