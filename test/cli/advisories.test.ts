import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { machine } from '../support/cli.ts';
import { malware, startOsv } from '../support/osv.ts';

const notes = '@pinfold-fixture/notes';

test('an install of what is malicious stops, with the words of the advisory, and changes nothing', async () => {
  const osv = await startOsv();
  osv.about('npm', notes, malware('MAL-2026-1', 'npm', notes));
  const m = await machine({ env: osv.env });
  const before = m.files();
  const ran = await m.person([], 'install', '--no-probe', notes);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('MAL-2026-1: a reverse shell');
  expect(ran.stderr).toContain('blocked; nothing was changed');
  expect(m.files()).toEqual(before);
});

test('a weakness in something that it loads is said with its word, and stops nothing', async () => {
  const osv = await startOsv();
  const weakness = {
    ...malware('GHSA-aaaa-bbbb-cccc', 'npm', notes),
    database_specific: { severity: 'HIGH' },
    summary: 'runs what it reads',
  };
  osv.about('npm', notes, weakness);
  const m = await machine({ env: osv.env });
  const { code, stdout } = await m.run('info', '--json', '--no-probe', notes);
  const info = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(info.findings).toContainEqual(
    expect.objectContaining({ code: 'advisory-vulnerable', severity: 'warn', message: 'high: GHSA-aaaa-bbbb-cccc: runs what it reads' }),
  );
  expect(info.evidence).toContainEqual({
    source: 'advisories',
    outcome: 'verified',
    detail: expect.stringMatching(/^public advisories about (one package|\d+ packages), asked now: they speak of one of them$/),
  });
});

test('where a policy wants fresh advisories, nothing is approved without; what is known counts with its age', async () => {
  const m = await machine();
  m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, advisories: 'required', autoApprove: 'red' }));
  const ran = await m.run('install', '--yes', '--no-probe', notes);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('the user policy wants fresh advisories: public advisories could not be asked');
  const osv = await startOsv();
  const online = m.with((host) => ({ ...host, env: { ...host.env, ...osv.env } }));
  expect((await online.run('install', '--yes', '--no-probe', notes)).code).toBe(0);
});

test('a hit on an approved pin: refresh says it, status and audit show it, a person lets it pass, and a damaged file is mended by its own hint', async () => {
  const osv = await startOsv();
  const m = await machine({ env: osv.env });
  m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, autoApprove: 'red' }));
  expect((await m.run('install', '--yes', '--no-probe', notes)).code).toBe(0);
  const version = JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes.artifact.version as string;
  const hits = '.local/share/pinfold/hits/user/notes.json';
  expect(JSON.parse(m.read(hits)).hits).toMatchObject({ label: `pkg:npm/%40pinfold-fixture/notes@${version}`, hits: [] });

  osv.about('npm', notes, malware('MAL-2026-1', 'npm', notes));
  const refreshed = await m.run('advisories', 'refresh');
  expect(refreshed).toMatchObject({ code: 1, stderr: '' });
  expect(refreshed.stdout).toContain(`not started any more: MAL-2026-1 about ${notes}@${version}`);
  expect(JSON.parse(m.read(hits)).hits.hits).toMatchObject([{ id: 'MAL-2026-1', summary: 'a reverse shell' }]);
  expect((await m.run('status')).stdout).toContain('not started any more: notes (MAL-2026-1)');
  const audit = JSON.parse((await m.run('audit', '--json')).stdout);
  expect(audit.servers[0]).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ code: 'advisory-malicious' })]),
    remedy: 'pinfold update notes',
  });
  expect(audit.advisories).toMatchObject({ never: 0, why: null });

  const words = ['advisories', 'ignore', 'MAL-2026-1', `${notes}@${version}`, '--reason', 'reported as wrong', '--until'];
  expect(await m.run(...words, '2026-01-01')).toMatchObject({ code: 2 });
  const day = new Date(m.host.now() + 86_400_000).toISOString().slice(0, 10);
  expect(await m.run(...words, day)).toMatchObject({ code: 75 });
  expect(await m.person(['n'], ...words, day)).toMatchObject({ code: 1 });
  expect(JSON.parse(m.read(hits)).hits.hits).toMatchObject([{ overriddenUntil: null }]);
  expect(await m.person(['y'], ...words, day)).toMatchObject({ code: 0 });
  expect(JSON.parse(m.read(hits)).hits.hits).toMatchObject([{ overriddenUntil: `${day}T00:00:00Z` }]);
  expect((await m.run('status')).stdout).toContain('let pass: MAL-2026-1');
  const passed = JSON.parse((await m.run('audit', '--json', '--offline')).stdout);
  expect(passed.servers[0].findings.map(({ code }: { code: string }) => code)).toContain('advisory-overridden');

  m.write(hits, '{"seal":');
  expect((await m.run('advisories', 'refresh', '--offline')).code).toBe(0);
  expect(JSON.parse(m.read(hits)).hits.hits).toHaveLength(1);
});

test('a feed from its first record to the install that it stops', async () => {
  const m = await machine();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  m.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  m.write('key.pub', pem);
  for (const what of [
    `${notes}`,
    'pypi:acme-mcp@1.0',
    'https://mcp.acme.example/mcp',
    'io.github.acme/server',
    `sha512-${'A'.repeat(86)}==`,
  ]) {
    const made = await m.run('revoke', what, '--reason', 'sends mail to a stranger', '--out', 'feed');
    expect(made).toMatchObject({ code: 0, stderr: '' });
  }
  expect(await m.run('revoke', 'not a server', '--reason', 'x')).toMatchObject({ code: 2 });
  expect(JSON.parse((await m.run('revoke', 'x@1.0.0', '--reason', 'x', '--id', 'ACME-2026-1')).stdout)).toMatchObject({
    id: 'ACME-2026-1',
    affected: [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0'] }],
  });
  expect(await m.run('feed', 'build', 'feed', '--key', 'key.pem')).toMatchObject({ code: 2 });
  for (const version of [1, 2]) {
    const built = await m.run('feed', 'build', 'feed', '--name', 'acme', '--key', 'key.pem', '--json');
    expect(JSON.parse(built.stdout)).toMatchObject({ name: 'acme', version, records: 5 });
  }
  expect(await m.run('feed', 'build', 'feed', '--name', 'other', '--key', 'key.pem')).toMatchObject({ code: 1 });
  expect((await m.run('feed', 'verify', 'feed', '--name', 'acme', '--key', 'key.pub')).stdout).toContain('feed acme, version 2: genuine');
  expect(await m.run('feed', 'verify', 'feed', '--name', 'beta', '--key', 'key.pub')).toMatchObject({ code: 1 });

  const feed = { name: 'acme', url: `file://${m.home}/feed`, key: pem, required: true };
  m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, autoApprove: 'red', feeds: [feed] }));
  const stopped = await m.run('install', '--yes', '--no-probe', notes);
  expect(stopped.code).toBe(1);
  expect(stopped.stderr).toContain('sends mail to a stranger (feed acme)');

  m.write('feed/feed.json', '{}');
  const other = await m.run('install', '--yes', '--no-probe', '@pinfold-fixture/canary');
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('approves nothing without the feed acme');
});
