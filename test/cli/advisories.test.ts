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
