import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifySchema } from '../../src/report/json/verify.ts';
import { type Machine, machine } from '../support/cli.ts';
import { lies } from '../support/registry-lies.mjs';

/** A machine with `notes` pinned at 1.0.0 in Cursor. */
async function pinned(): Promise<Machine> {
  const m = await machine();
  await m.person(['y'], 'install', '--no-probe', '@pinfold-fixture/notes@1.0.0', '--', '/srv/notes');
  return m;
}

/** The outcome of each source. */
async function outcomes(m: Machine, ...argv: readonly string[]) {
  const ran = await m.run('verify', ...argv, '--json');
  const { servers } = verifySchema.parse(JSON.parse(ran.stdout));
  const [first] = servers;
  return {
    code: ran.code,
    ...Object.fromEntries(first?.evidence.map(({ source, outcome }) => [source, outcome]) ?? []),
    findings: first?.findings.map(({ code }) => code),
  };
}

describe('a pinned server', () => {
  test('a line for each thing that was compared', async () => {
    const m = await pinned();
    const before = m.files();
    const ran = await m.run('verify', 'notes');
    expect(ran.code).toBe(0);
    const said = m.normal(ran.stdout).replace(/\s+\(\S+,\s+\d{4}-\d\d-\d\d\)/, ' (<who>, <day>)');
    expect(said).toMatchInlineSnapshot(`
      "pkg:npm/%40pinfold-fixture/notes@1.0.0  pinned as user:notes
        verified     approval        the pin is the one that was approved here (<who>, <day>)
        verified     tree            every file on disk has the approved hash
        verified     closure         3 packages, each pinned by its hash; the list has
                                     the approved digest
        verified     artifact        the registry still serves the approved hash
        unavailable  npm-signature   registry serves no signatures
        unavailable  npm-provenance  registry serves no attestations
        unavailable  registry-entry  the MCP registry is not asked:
                                     PINFOLD_REGISTRY_URL says off
        unavailable  advisories      public advisories could not be asked (not asked:
                                     PINFOLD_OSV_URL says off), and nothing is known
                                     from before
        unavailable  continuity      nothing says who published or built it, then or
                                     now
      "
    `);
    // That every byte was hashed just now is remembered, and nothing else.
    const changed = Object.entries(m.files()).filter(([path, text]) => before[path] !== text);
    expect(changed.map(([path]) => path)).toEqual([expect.stringMatching(/\.index\.json\.checked$/)]);
  });

  test('one other byte on disk', async () => {
    const m = await pinned();
    const trees = join(m.host.places.data, 'trees');
    const [tree = ''] = readdirSync(trees).filter((name) => !name.includes('.'));
    const file = join(trees, tree, 'node_modules/@pinfold-fixture/notes/package.json');
    chmodSync(file, 0o644);
    writeFileSync(file, '{}');
    expect(await outcomes(m, 'notes')).toMatchObject({ code: 1, approval: 'verified', tree: 'invalid', closure: 'verified' });
  });

  test('a lock that somebody edited', async () => {
    const m = await pinned();
    const path = '.config/pinfold/lock.json';
    m.write(path, m.read(path).replace('"mode": "block"', '"mode": "observe"'));
    expect(await outcomes(m, 'notes')).toMatchObject({ code: 1, approval: 'invalid', tree: 'verified' });
  });

  test('the same version with other bytes at the registry', async () => {
    const m = await pinned();
    m.registry.lie('@pinfold-fixture/notes', lies.wrongIntegrity());
    expect(await outcomes(m, 'notes')).toMatchObject({ code: 1, tree: 'verified', artifact: 'invalid', findings: ['version-republished'] });
  });

  test('a refresh of the trust root needs the network, and says so', async () => {
    const m = await pinned();
    const ran = await m.run('verify', 'notes', '--refresh', '--offline');
    expect([ran.code, ran.stdout]).toEqual([3, '']);
    expect(ran.stderr).toContain('this needs the network');
  });

  test('without a network: what is here is verified, the rest could not be checked, and that is not wrong', async () => {
    const m = await pinned();
    expect(await outcomes(m, 'notes', '--offline')).toMatchObject({
      code: 0,
      approval: 'verified',
      tree: 'verified',
      closure: 'verified',
      artifact: 'unavailable',
      continuity: 'unavailable',
    });
  });

  test('a registry that fails is told apart from one that has nothing', async () => {
    const m = await pinned();
    m.registry.lie('@pinfold-fixture/notes', lies.status(500));
    expect(await outcomes(m, 'notes')).toMatchObject({ code: 0, tree: 'verified', artifact: 'unavailable' });
  });
});

test('everything that is pinned: a line each, a block for what is wrong', async () => {
  const m = await pinned();
  await m.person(['y'], 'install', '--no-probe', '--name', 'other', '@pinfold-fixture/notes@1.0.0');
  const path = '.config/pinfold/lock.json';
  const sound = await m.run('verify', '--all');
  expect(sound.code).toBe(0);
  expect(sound.stdout).toMatch(/^ok {2}user:notes: .*\n(.*\n)*ok {2}user:other: .*\n(.*\n)*2 servers, nothing wrong\n$/);
  m.write(path, m.read(path).replace('"mode": "block"', '"mode": "observe"'));
  const ran = await m.run('verify', '--all');
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('invalid      approval');
  expect(ran.stdout).toContain('1 of 2 servers wrong');
});

test('a reference that nobody pinned: its bytes, and who stands behind it; nothing is kept', async () => {
  const m = await machine();
  const before = m.files();
  expect(await outcomes(m, '@pinfold-fixture/notes@1.0.0')).toMatchObject({ code: 0, artifact: 'verified', closure: 'verified' });
  expect(m.files()).toEqual(before);
});

test('nothing to verify, and questions that make no sense', async () => {
  const m = await machine();
  expect((await m.run('verify', '--all')).code).toBe(4);
  const both = await m.run('verify', 'notes', '--all');
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('hint: pinfold verify --all');
  expect((await m.run('verify')).stderr).toContain('hint: pinfold verify --all');
  expect((await m.run('verify', 'no-such-package-here@1.0.0')).code).toBe(3);
});
