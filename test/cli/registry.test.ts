import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { infoSchema } from '../../src/report/json/info.ts';
import { verifySchema } from '../../src/report/json/verify.ts';
import { machine } from '../support/cli.ts';
import { playRegistry, registryRecord } from '../support/playing.ts';
import { remoteServer } from '../support/remote-server.ts';

const name = 'io.github.pinfold-fixture/notes';
const npm = (version: string) => ({ registryType: 'npm', identifier: '@pinfold-fixture/notes', version });

describe('a name of the MCP registry', () => {
  test('is looked at, and installed, as the package that its newest version lists', async () => {
    const records = [
      registryRecord(name, '1.0.0', { packages: [npm('1.0.0')] }),
      registryRecord(name, '1.1.0', { packages: [npm('1.1.0')] }, { isLatest: true }),
      registryRecord(name, '2.0.0', { packages: [npm('2.0.0')] }, { status: 'deleted' }),
    ];
    const m = await machine({ env: (await playRegistry(records)).env });
    const looked = await m.run('info', '--no-probe', '--json', name);
    const { artifact, evidence, reference } = infoSchema.parse(JSON.parse(looked.stdout));
    expect([reference, artifact.version]).toEqual([name, '1.1.0']);
    expect(evidence.filter(({ source }) => source.startsWith('registry-'))).toEqual([
      {
        source: 'registry-entry',
        outcome: 'verified',
        detail: `claimed at publish: ${name} 1.1.0, published 2026-01-02, active; it lists exactly this`,
      },
      { source: 'registry-ownership', outcome: 'verified', detail: `re-verified now: mcpName in its package.json is ${name}` },
      { source: 'registry-namespace', outcome: 'unavailable', detail: 'nothing names a repository of pinfold-fixture' },
    ]);
    const installed = await m.person(['y'], 'install', '--no-probe', `${name}@1.0.0`);
    expect(installed.code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toContain('"notes"');
    const verified = await m.run('verify', name, '--json');
    expect(verifySchema.parse(JSON.parse(verified.stdout)).servers[0]?.label).toBe('pkg:npm/%40pinfold-fixture/notes@1.1.0');
  });

  test('that is not the one which the package carries blocks it', async () => {
    const squat = 'io.github.mallory/notes';
    const m = await machine({
      env: (await playRegistry([registryRecord(squat, '1.0.0', { packages: [npm('1.0.0')] }, { isLatest: true })])).env,
    });
    const ran = await m.run('info', '--no-probe', squat);
    expect(ran.code).toBe(1);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain(`its own bytes say so: mcpName in its package.json is ${name}`);
    expect((await m.run('verify', squat)).code).toBe(1);
  });

  test('that lists several servers asks which, with commands that work', async () => {
    const both = registryRecord(name, '1.0.0', { packages: [npm('1.0.0'), npm('1.1.0')] });
    const m = await machine({ env: (await playRegistry([both])).env });
    const ran = await m.run('info', '--no-probe', name);
    expect(ran.code).toBe(2);
    const hint = /hint: pinfold (.*)/.exec(ran.stderr)?.[1] ?? '';
    expect((await m.run(...hint.split(' '), '--no-probe')).code).toBe(0);
  });

  test('that cannot be asked about is not taken for another kind of name', async () => {
    const m = await machine();
    const ran = await m.run('info', name);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('PINFOLD_REGISTRY_URL says off');
  });
});

describe('a pin that goes by a name of the registry', () => {
  const record = (over: object = {}, official: object = {}) =>
    registryRecord(name, '1.0.0', { packages: [npm('1.0.0')], ...over }, { isLatest: true, ...official });

  /** A machine with `notes` pinned under its name; what the registry says afterwards is in the list. */
  async function pinned() {
    const records = [record()];
    const m = await machine({ env: (await playRegistry(records)).env });
    expect((await m.person(['y'], 'install', '--no-probe', `${name}@1.0.0`)).code).toBe(0);
    const verify = async () => {
      const { servers } = verifySchema.parse(JSON.parse((await m.run('verify', 'notes', '--json')).stdout));
      const [server] = servers;
      return {
        lines: server?.evidence
          .filter(({ source }) => source.startsWith('registry-'))
          .map(({ outcome, detail }) => `${outcome}: ${detail}`),
        findings: server?.findings.map(({ code }) => code),
      };
    };
    const now = (...next: ReturnType<typeof registryRecord>[]) => records.splice(0, records.length, ...next);
    return { m, verify, now };
  }

  test('is held against it again: its own kept bytes, and what the registry says today', async () => {
    const { verify, now } = await pinned();
    const ownership = `verified: re-verified now: mcpName in its package.json is ${name}`;
    expect(await verify()).toEqual({
      lines: [
        `verified: claimed at publish: ${name} 1.0.0, published 2026-01-02, active; it lists exactly this`,
        ownership,
        'unavailable: nothing names a repository of pinfold-fixture',
      ],
      findings: [],
    });
    now(record({}, { status: 'deprecated' }));
    expect((await verify()).findings).toEqual(['registry-entry-deprecated']);
    now(record({}, { status: 'deleted', statusMessage: 'malware' }));
    expect((await verify()).findings).toEqual(['revoked']);
    now(record({}, { isLatest: false }), registryRecord(name, 'nightly', {}, { isLatest: true }));
    expect((await verify()).findings).toEqual(['registry-latest-odd']);
    // Somebody took the name over, and lists a package of their own under it.
    now(record({ packages: [{ registryType: 'npm', identifier: 'mallory', version: '1.0.0' }] }));
    expect(await verify()).toEqual({
      lines: [`absent: ${name} does not list npm:@pinfold-fixture/notes`],
      findings: ['registry-ownership-unproven'],
    });
    now();
    expect(await verify()).toEqual({ lines: [`absent: it was approved as ${name}, which the registry does not list`], findings: [] });
  });

  test('where the registry does not answer, `audit` says whom it could not ask in lines that fit the terminal', async () => {
    const { m } = await pinned();
    const cut = m.with((host) => ({ ...host, env: { ...host.env, PINFOLD_REGISTRY_URL: 'http://127.0.0.1:9/' } }));
    const { stdout } = await cut.run('audit');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(m.normal(stdout)).toMatchInlineSnapshot(`
      "warn    notes  pkg:npm/%40pinfold-fixture/notes@1.0.0  cursor
        warn    notes: its words were pinned from its first real launch, not reviewed
                before (pin-first-use)

      advisories: never asked about 1 server (not asked now: not asked:
                  PINFOLD_OSV_URL says off)
      MCP registry: not asked now: cannot ask 127.0.0.1:9: it broke the connection

      1 entry of 1 server, 1 guarded; findings: 1 warn
      "
    `);
  });

  test('is not started any more once the registry took it out, offline too, until it is back or a person lets it pass', async () => {
    const { m, now } = await pinned();
    now(record({}, { status: 'deprecated', statusMessage: 'use notes2' }));
    const told = JSON.parse((await m.run('audit', '--json')).stdout);
    expect(told.servers[0].findings).toContainEqual(
      expect.objectContaining({ code: 'registry-entry-deprecated', severity: 'warn', message: expect.stringContaining('use notes2') }),
    );
    expect(told.summary.findings.block).toBe(0);
    now(record({}, { status: 'deleted', statusMessage: 'sends mail to a stranger' }));
    const refreshed = await m.run('advisories', 'refresh');
    expect(refreshed.code).toBe(1);
    expect(refreshed.stdout.replace(/\s+/g, ' ')).toContain(`not started any more: REGISTRY-deleted about ${name}@1.0.0`);
    expect(refreshed.stdout).toContain('asked the MCP registry about 1 name');
    expect((await m.run('status')).stdout).toContain('not started any more: notes (REGISTRY-deleted)');
    const known = JSON.parse((await m.run('audit', '--json', '--offline')).stdout);
    expect(known.servers[0].findings).toContainEqual(expect.objectContaining({ code: 'revoked', severity: 'block' }));
    expect(known.advisories.registry).toContain('offline');
    const install = await m.run('install', '--yes', '--no-probe', '@pinfold-fixture/notes@1.0.0');
    expect(install.stderr.replace(/\s+/g, ' ')).toContain('sends mail to a stranger; by its name in the registry (the MCP registry)');
    const day = new Date(m.host.now() + 86_400_000).toISOString().slice(0, 10);
    const words = ['advisories', 'ignore', 'REGISTRY-deleted', `${name}@1.0.0`, '--reason', 'moved house', '--until', day];
    expect((await m.person(['y'], ...words)).code).toBe(0);
    expect((await m.run('advisories', 'refresh')).code).toBe(0);
  });

  test('is not stopped by a name that its own bytes do not carry, whatever its lock says', async () => {
    const { m, now } = await pinned();
    const thief = 'io.github.mallory/notes';
    m.write('.config/pinfold/lock.json', m.read('.config/pinfold/lock.json').replace(`"${name}"`, `"${thief}"`));
    now(registryRecord(thief, '1.0.0', { packages: [npm('1.0.0')] }, { status: 'deleted', statusMessage: 'malware' }));
    expect((await m.run('advisories', 'refresh')).code).toBe(0);
    const { servers } = JSON.parse((await m.run('audit', '--json')).stdout);
    const codes = servers[0].findings.map(({ code }: { code: string }) => code);
    expect(codes).toContain('registry-entry-deleted');
    expect(codes).not.toContain('revoked');
  });

  test('proves nothing by bytes that are not the approved ones', async () => {
    const { m, verify } = await pinned();
    const file = Object.keys(m.files()).find((path) => path.endsWith('node_modules/@pinfold-fixture/notes/package.json')) ?? '';
    chmodSync(join(m.home, file), 0o644);
    m.write(file, m.read(file).replace('"description"', '"description_"'));
    expect((await verify()).lines?.[1]).toBe('unavailable: mcpName in its package.json was not read');
  });

  test('and cannot be asked about without a network', async () => {
    const { m } = await pinned();
    const ran = await m.run('verify', 'notes', '--offline', '--json');
    const { servers } = verifySchema.parse(JSON.parse(ran.stdout));
    expect(servers[0]?.evidence.find(({ source }) => source === 'registry-entry')?.outcome).toBe('unavailable');
    expect(ran.code).toBe(0);
  });
});

describe('a name of the registry beside a pin', () => {
  test('compares and updates it, to what is listed today and to no other package', async () => {
    const records = [registryRecord(name, '1.0.0', { packages: [npm('1.0.0')] }, { isLatest: true })];
    const m = await machine({ env: (await playRegistry(records)).env });
    expect((await m.run('update', '--no-probe', name)).stderr).toContain(`nothing that is pinned goes by ${name}`);
    await m.person(['y'], 'install', '--no-probe', `${name}@1.0.0`);
    const mallory = { packages: [{ registryType: 'npm', identifier: 'mallory', version: '9.0.0' }] };
    records.push(registryRecord(name, '9.0.0', mallory));
    const before = m.files();
    const taken = await m.run('update', '--no-probe', name);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain('pinned is npm:@pinfold-fixture/notes, listed is npm:mallory');
    expect(m.files()).toEqual(before);
    records.splice(1, 1, registryRecord(name, '1.1.0', { packages: [npm('1.1.0')] }));
    const compared = await m.run('diff', '--no-probe', '--json', `${name}@1.0.0`, name);
    expect(JSON.parse(compared.stdout)).toMatchObject({ from: '@pinfold-fixture/notes@1.0.0', to: '@pinfold-fixture/notes@1.1.0' });
    const updated = await m.person(['y'], 'update', '--no-probe', name);
    expect(updated.stdout).toContain('1.1.0');
    expect((await m.run('update', name, '--rollback')).stdout).toContain('1.0.0');
  });
});

describe('a remote server that was named by the registry', () => {
  const remoteRecord = (url: string, more: object = {}) =>
    registryRecord(name, '1.0.0', { remotes: [{ type: 'streamable-http', url }], ...more }, { isLatest: true });
  const registryLines = async (m: Awaited<ReturnType<typeof machine>>, pin: string) => {
    const { servers } = verifySchema.parse(JSON.parse((await m.run('verify', pin, '--json')).stdout));
    return servers[0]?.evidence
      .filter(({ source }) => source.startsWith('registry-'))
      .map(({ outcome, detail }) => `${outcome}: ${detail}`);
  };
  const pinned = (m: Awaited<ReturnType<typeof machine>>) => JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes;

  test('keeps the name in its pin, also when it is installed again by its address, and is found by it', async () => {
    const server = await remoteServer({ setUp: () => undefined });
    const records = [remoteRecord(server.url)];
    const m = await machine({ env: (await playRegistry(records)).env });
    expect((await m.person(['y'], 'install', '--no-probe', '--name', 'notes', name)).code).toBe(0);
    expect(pinned(m).registryNames).toEqual([name]);
    expect((await registryLines(m, 'notes'))?.[0]).toContain('it lists exactly this');
    records.splice(0, 1, remoteRecord('https://mcp.evil.example/mcp'));
    expect(await registryLines(m, 'notes')).toEqual([`absent: ${name} does not list ${server.url}; it lists https://mcp.evil.example/mcp`]);
    const again = await m.person(['y'], 'install', '--no-probe', server.url);
    expect([again.code, pinned(m).registryNames]).toEqual([0, [name]]);
    expect((await m.run('update', name)).stderr).toContain('`notes` is a remote server, which has no versions');
  });

  test('where the name leads to several, the hint keeps the name', async () => {
    const server = await remoteServer({ setUp: () => undefined });
    const both = remoteRecord(server.url, { packages: [npm('1.0.0')] });
    const m = await machine({ env: (await playRegistry([both])).env });
    const ran = await m.run('install', '--no-probe', name);
    expect(ran.stderr).toContain(`say which: npm:@pinfold-fixture/notes@1.0.0, ${server.url}`);
    expect((await m.person(['y'], 'install', '--no-probe', '--name', 'notes', '--listed-as', name, server.url)).code).toBe(0);
    expect(pinned(m).registryNames).toEqual([name]);
    const unattended = await m.run('install', '--no-probe', '--name', 'other', '--listed-as', name, 'npm:@pinfold-fixture/notes@1.0.0');
    expect(unattended.stderr).toContain(`--listed-as ${name} @pinfold-fixture/notes@1.0.0`);
    expect((await m.run('info', '--listed-as', name, name)).code).toBe(2);
  });
});
