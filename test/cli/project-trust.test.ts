import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSchema } from '../../src/report/json/list.ts';
import { auditSchema, trustSchema } from '../../src/report/json/outcomes.ts';
import { type Machine, machine } from '../support/cli.ts';

const cursor = 'clone/.cursor/mcp.json';
const brought = {
  command: 'node',
  args: ['./tools/server.mjs', '--token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
  env: { WOOL: 'canary-value' },
};

/** A machine with a clone in it whose own files bring a server for Cursor. */
async function withClone(entry: object = brought): Promise<Machine> {
  const m = await machine({ cwd: 'clone' });
  mkdirSync(join(m.home, 'clone', '.git'));
  m.write(cursor, JSON.stringify({ mcpServers: { shear: entry } }));
  return m;
}

async function trustOf(m: Machine, ...argv: readonly string[]): Promise<Readonly<Record<string, string | null>>> {
  const { entries } = listSchema.parse(JSON.parse((await m.run('list', '--json', ...argv)).stdout));
  return Object.fromEntries(entries.map(({ name, trust }) => [name, trust]));
}

async function codesOf(m: Machine, name: string): Promise<readonly string[]> {
  const { servers } = auditSchema.parse(JSON.parse((await m.run('audit', '--json')).stdout));
  return servers.filter((server) => server.name === name).flatMap(({ findings }) => findings.map(({ code }) => code));
}

describe('what a clone brings is untrusted until a person trusts it', () => {
  test('list and audit say so; trust shows it, asks, and then it counts', async () => {
    const m = await withClone();
    m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { mine: { command: 'shed' } } }));
    expect(await trustOf(m)).toEqual({ mine: null, shear: 'untrusted' });
    expect(await codesOf(m, 'shear')).toContain('entry-untrusted');
    expect(await codesOf(m, 'mine')).not.toContain('entry-untrusted');
    const listed = (await m.run('list')).stdout;
    expect(listed).toContain('shear  untrusted');
    expect(listed).toContain('1 entry came with this project and nobody here answered for: pinfold trust');
    const before = m.files();
    expect((await m.run('trust')).code).toBe(75);
    expect((await m.run('trust', '--yes')).code).toBe(75);
    expect((await m.person(['n'], 'trust')).code).toBe(1);
    expect(m.files()).toEqual(before);
    const ran = await m.person(['y'], 'trust');
    expect(ran).toMatchObject({ code: 0, asked: ['let these entries count on this machine? [y/N] '] });
    expect(m.normal(ran.stderr + ran.stdout)).toMatchInlineSnapshot(`
      "files in /home/me/clone bring 1 server that no pin answers for
        shear  cursor, .cursor/mcp.json
          starts \`node ./tools/server.mjs --token filled-in\`
          hands on WOOL
          policy here: review

      trusted on this machine, for exactly these entries: cursor:shear
      "
    `);
    expect(await trustOf(m)).toEqual({ mine: null, shear: 'trusted' });
    expect(await codesOf(m, 'shear')).not.toContain('entry-untrusted');
  });

  test('for exactly this entry: another command, variable or place asks again, a switch does not', async () => {
    const m = await withClone();
    await m.person(['y'], 'trust');
    const now = (entry: object) => m.write(cursor, JSON.stringify({ mcpServers: { shear: entry } }));
    for (const changed of [
      { ...brought, command: 'deno' },
      { ...brought, env: { WOOL: 'other' } },
      { ...brought, env: { ...brought.env, NODE_OPTIONS: '-r ./x.js' } },
    ]) {
      now(changed);
      expect(await trustOf(m), JSON.stringify(changed)).toEqual({ shear: 'untrusted' });
    }
    now(brought);
    expect(await trustOf(m)).toEqual({ shear: 'trusted' });
    m.write(cursor, JSON.stringify({ mcpServers: { shear: brought, other: brought } }));
    expect(await trustOf(m)).toEqual({ shear: 'trusted', other: 'untrusted' });
    m.write('clone/.mcp.json', JSON.stringify({ mcpServers: { shear: brought } }));
    expect((await trustOf(m, '--client', 'claude-code'))['shear']).toBe('untrusted');
  });

  test('however the folder is named: through a link it is the same project', async () => {
    const m = await withClone();
    await m.person(['y'], 'trust');
    symlinkSync(join(m.home, 'clone'), join(m.home, 'other-name'));
    expect(await trustOf(m, '--project', join(m.home, 'other-name'))).toEqual({ shear: 'trusted' });
  });

  test('a copy of the trusted project somewhere else is untrusted', async () => {
    const m = await withClone();
    await m.person(['y'], 'trust');
    m.write('elsewhere/.cursor/mcp.json', m.read(cursor));
    expect(await trustOf(m, '--project', join(m.home, 'elsewhere'))).toEqual({ shear: 'untrusted' });
  });

  test('an entry that pinfold itself was told to write is trusted', async () => {
    const m = await machine({ cwd: 'clone' });
    mkdirSync(join(m.home, 'clone', '.git'));
    await m.person(['y'], 'install', '--scope', 'project', '--client', 'cursor', '--no-probe', '@pinfold-fixture/notes@1.0.0');
    expect(await trustOf(m)).toEqual({ notes: 'trusted' });
  });

  test('a guarded entry whose variable loads code into the guard is untrusted, and trust asks about it', async () => {
    const m = await machine({ cwd: 'clone' });
    mkdirSync(join(m.home, 'clone', '.git'));
    await m.person(['y'], 'install', '--scope', 'project', '--client', 'cursor', '--no-probe', '@pinfold-fixture/notes@1.0.0');
    const document = JSON.parse(m.read(cursor));
    m.write(cursor, JSON.stringify({ mcpServers: { notes: { ...document.mcpServers.notes, env: { NODE_OPTIONS: '-r ./evil.js' } } } }));
    expect(await trustOf(m)).toEqual({ notes: 'untrusted' });
    const ran = await m.person(['n'], 'trust');
    expect(ran.stderr).toContain('hands on NODE_OPTIONS');
  });

  test('a damaged record trusts nothing, and says how to go on', async () => {
    const m = await withClone();
    await m.person(['y'], 'trust');
    for (const text of ['', '{}', '{"version":1,"key":"00","entries":{}}']) {
      m.write('.local/share/pinfold/trusted-entries.json', text);
      expect(await trustOf(m), text).toEqual({ shear: 'untrusted' });
      const ran = await m.person(['y'], 'trust');
      expect(ran.code, text).toBe(3);
      expect(ran.stderr, text).toContain('remove that file, then run `pinfold trust`');
    }
  });

  test('policy has its say: what it denies is not trusted, and nobody is asked', async () => {
    const m = await withClone({ command: 'uvx', args: ['mcp-server-fetch'] });
    m.write('.config/pinfold/policy.json', '{"version":1,"deny":[{"subject":"pkg:pypi/mcp-server-fetch","reason":"not here"}]}');
    const ran = await m.person([], 'trust');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('not here');
    expect(await trustOf(m)).toEqual({ shear: 'untrusted' });
  });

  test('neither the record nor what is printed holds a value', async () => {
    const m = await withClone();
    const ran = await m.person(['y'], 'trust');
    const json = await m.run('audit', '--json');
    const record = m.read('.local/share/pinfold/trusted-entries.json');
    for (const text of [ran.stderr, ran.stdout, json.stdout, (await m.run('audit')).stdout]) expect(text).not.toMatch(/canary|ghp_/);
    expect(record).not.toMatch(/canary|ghp_|shear|cursor/);
  });

  test('nothing to trust is said, with exit 3; --json names what counts', async () => {
    const m = await machine({ cwd: 'clone' });
    mkdirSync(join(m.home, 'clone', '.git'));
    const ran = await m.run('trust');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('no entry of this project waits to be trusted');
    m.write(cursor, JSON.stringify({ mcpServers: { shear: brought } }));
    const trusted = trustSchema.parse(JSON.parse((await m.person(['y'], 'trust', '--json')).stdout));
    expect(trusted).toMatchObject({ lockDigest: null, pins: [], entries: ['cursor:shear'] });
  });
});

test('what watch stopped is shown as that by list and audit, with the way to decide', async () => {
  const m = await machine();
  m.write('.cursor/mcp.json', '{"mcpServers":{}}');
  m.write('.codex/config.toml', '');
  await m.run('watch', '--once');
  m.write('.cursor/mcp.json', '{"mcpServers":{"evil":{"command":"evil"}}}');
  m.write('.codex/config.toml', '[mcp_servers.bad]\ncommand = "bad"\n');
  await m.run('watch', '--once');
  const { entries } = listSchema.parse(JSON.parse((await m.run('list', '--json')).stdout));
  expect(entries.map(({ name, quarantined }) => [name, quarantined])).toEqual([
    ['evil', true],
    ['bad', true],
  ]);
  for (const name of ['evil', 'bad']) expect(await codesOf(m, name)).toEqual(['entry-quarantined']);
  expect((await m.run('audit')).stdout).toContain('hint: pinfold review evil');
  expect((await m.run('list')).stdout).toContain('2 entries kept from starting until you decide: pinfold review');
});
