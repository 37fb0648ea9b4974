import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { parseLock } from '../../src/lockfile/parse.ts';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { openWords } from '../../src/model/filled.ts';
import type { CommandPin, TreePin } from '../../src/model/pin.ts';
import { withKeptSecrets } from '../../src/operations/kept-variables.ts';
import { secretsListSchema } from '../../src/report/json/secrets.ts';
import { readTicket } from '../../src/store/ticket.ts';
import { holders, type Machine, machine } from '../support/cli.ts';
import { startGuarded } from '../support/guarded.ts';
import { type MemoryKeychain, memoryKeychain } from '../support/keychain.ts';

const servers = join(import.meta.dirname, '..', '..', 'fixtures', 'servers');
/** Obviously made up; looked for in every file and every output. */
const [key, token, password, other] = ['fake-key-4b1d2f9c77', 'fake-token-0c5e8a31d2', 'fake-pass-7d21b6e904', 'fake-other-77c9f2d1b4'];
const words = [
  'my/server.mjs',
  `--api-key=${key}`,
  '--token',
  token,
  '--level=debug',
  `postgres://me:${password}@db.example/x`,
  '${env:SPACE}',
];
const config = `{
    // mine
    "mcpServers": {
        "own": {
            "command": "node", // as I like it
            "args": [
                ${words.map((word) => JSON.stringify(word)).join(',\n                ')}
            ],
            "env": { "LOG_LEVEL": "debug" },
            "timeout": 5
        }
    }
}
`;
const marked = ['--api-key=pinfold:kept', 'pinfold:kept', 'postgres://pinfold:kept@db.example/x', '${env:SPACE}'];

interface Adopted extends Machine {
  readonly keychain: MemoryKeychain;
}

async function adopted(): Promise<Adopted> {
  const keychain = memoryKeychain();
  const m = (await machine({ clients: ['cursor', 'claude-desktop'] })).with((host) => ({ ...host, keychain }));
  m.write('.cursor/mcp.json', config);
  expect((await m.run('adopt', '--yes', 'own')).code).toBe(0);
  return { ...m, keychain };
}

function handedOn(m: Machine): readonly string[] {
  const { args } = JSON.parse(m.read('.cursor/mcp.json').replace(/\/\/ .*$/gm, '')).mcpServers.own as { readonly args: readonly string[] };
  return args.slice(args.indexOf('--') + 1);
}

/** What the words of the entry are at a launch. */
async function launched(m: Machine, values: readonly string[], host: Host = m.host): Promise<readonly string[]> {
  const ticket = await readTicket('own', 'user', null, host);
  if (ticket === null || !('args' in ticket.launch)) throw new Error('no ticket');
  const place = { name: 'own', scope: 'user', project: null } as const;
  return (await withKeptSecrets({ place, kept: ticket.kept, open: openWords(ticket.launch), values }, host)).values;
}

describe('secrets move', () => {
  test('takes secret words out of the entry and of everything that pinfold keeps; list names them; release brings the bytes back', async () => {
    const m = await adopted();
    const before = (await m.run('audit')).stdout.replace(/\s+/g, ' ');
    expect(before).toContain('argument-2 (--api-key), argument-4 (--token), argument-6');
    expect((await m.run('secrets', 'move', '--dry-run', 'own')).stdout).toContain('3 values would be moved');
    expect(m.keychain.asked).toBe(0);
    const ran = await m.run('secrets', 'move', 'own');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/own\s+cursor\s+moved\s+argument-2, argument-4, argument-6/);
    for (const secret of [key, token, password]) expect(holders(m, secret)).toEqual([]);
    expect(handedOn(m)).toEqual(marked);
    expect(await launched(m, marked.with(3, '/w'))).toEqual([words[1], token, words[5], '/w']);
    const list = await m.run('secrets', 'list');
    expect(list.stdout).toMatch(/own\s+argument-2 \(--api-key\)\s+keychain/);
    expect(secretsListSchema.parse(JSON.parse((await m.run('secrets', 'list', '--json')).stdout)).secrets).toMatchObject([
      { name: 'argument-2', option: '--api-key', used: true },
      { name: 'argument-4', option: '--token' },
      { name: 'argument-6', option: null },
    ]);
    const after = (await m.run('audit')).stdout;
    expect(after).not.toMatch(/argument-|entry-drifted/);
    const again = await m.run('secrets', 'move', 'own');
    expect(again.stdout).toContain('no plaintext secrets were moved');
    for (const { stdout, stderr } of [ran, list, again]) expect(stdout + stderr).not.toMatch(/fake-/);
    expect((await m.run('release', '--yes', 'own')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config);
    expect(m.keychain.items.size).toBe(0);
  });

  test('set gives a word another value, from the part alone or from the whole; release puts in what counts then', async () => {
    const m = await adopted();
    expect((await m.piped(other, 'secrets', 'set', 'own', 'argument-2')).code).toBe(2); // the entry still holds it
    await m.run('secrets', 'move', 'own');
    expect((await m.piped(`${other}\n`, 'secrets', 'set', 'own', 'argument-2')).code).toBe(0);
    expect((await m.piped(`postgres://me:${other}@db.example/x\n`, 'secrets', 'set', 'own', 'argument-6')).code).toBe(0);
    for (const [name, value] of [
      ['argument-1', other],
      ['argument-9', other],
      ['argument-4', '--eval=evil'],
    ] as const)
      expect((await m.piped(value, 'secrets', 'set', 'own', name)).code, name).toBe(2);
    expect(await launched(m, marked)).toEqual([`--api-key=${other}`, token, `postgres://me:${other}@db.example/x`, '${env:SPACE}']);
    expect((await m.run('release', '--yes', 'own')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config.replace(key ?? '', other ?? '').replace(password ?? '', other ?? ''));
  });

  test('different words of two clients are never merged, and an entry that hands on all of its own goes on doing so', async () => {
    const m = await adopted();
    const own = [words[1], other, words[5], '/w'];
    const { command } = JSON.parse(m.read('.cursor/mcp.json').replace(/\/\/ .*$/gm, '')).mcpServers.own;
    const file = '.config/Claude/claude_desktop_config.json';
    const second = JSON.stringify({ mcpServers: { own: { command, args: ['run', 'own', '--', ...own] } } });
    m.write(file, second);
    const ran = await m.run('secrets', 'move', '--client', 'cursor', 'own');
    expect(ran.code).toBe(3);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('hold different values');
    expect(handedOn(m)).toEqual(['--api-key=pinfold:kept', token, 'postgres://pinfold:kept@db.example/x', '${env:SPACE}']);
    expect(m.read(file)).toBe(second);
    expect(
      await launched(
        m,
        own.map((value) => value ?? ''),
      ),
    ).toEqual(own);
  });
});

describe('what a mark gets', () => {
  test('nothing under other words of the command line, whoever trusts the lock that has them', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    const lock = parseLock(m.read('.config/pinfold/lock.json'));
    const pin = lock.pins['own'] as CommandPin;
    const launch = { ...pin.launch, args: pin.launch.args.map((word) => word.replace('--api-key', '--send-to-me-key')) };
    m.write('.config/pinfold/lock.json', printLock({ ...lock, pins: { own: { ...pin, launch, launchDigest: launchDigest(launch) } } }));
    expect((await m.person(['y'], 'trust', '--scope', 'user')).code).toBe(0);
    const asked = marked.map((word) => word.replace('--api-key', '--send-to-me-key'));
    await expect(launched(m, asked)).rejects.toMatchObject({ code: 'secret-missing' });
    expect((await m.run('secrets', 'list')).stdout).toContain('not handed out');
  });

  test('nothing where nothing is kept, and never the mark itself; a word that only contains one stays what it is', async () => {
    const m = await adopted();
    await expect(launched(m, marked)).rejects.toMatchObject({ code: 'secret-missing' });
    await m.run('secrets', 'move', 'own');
    const values = ['--api-key=pinfold:kept,', 'x pinfold:kept', 'postgres://pinfold:kept@db.example/x', '/w'];
    expect(await launched(m, values)).toEqual([values[0], values[1], words[5], '/w']);
    m.keychain.items.clear();
    await expect(launched(m, marked)).rejects.toMatchObject({
      code: 'secret-missing',
      hint: expect.stringContaining('pinfold secrets set own argument-2'),
    });
  });

  test('the server is started with the words, and no record of the launch holds them', async () => {
    const m = await adopted();
    m.write('my/probe-base.mjs', readFileSync(join(servers, 'probe-base.mjs'), 'utf8'));
    const honest = readFileSync(join(servers, 'probe-honest.mjs'), 'utf8');
    m.write(
      'my/server.mjs',
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('seen.json', JSON.stringify(process.argv));\n${honest}`,
    );
    m.keychain.broken = 'none';
    const start = async () => {
      const server = startGuarded(m.host, ['run', 'own', '--', ...marked.with(3, '/w')]);
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
      server.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      await server.answer(1);
      server.child.stdin.end();
      return { server, code: await server.ended() };
    };
    // An entry with marks before anything is kept: no server is started with a mark for a key.
    expect((await start()).code).toBe(78);
    expect(existsSync(join(m.home, 'seen.json'))).toBe(false);
    await m.run('secrets', 'move', 'own');
    const { server, code } = await start();
    expect(code).toBe(0);
    expect(JSON.parse(m.read('seen.json')).slice(2)).toEqual([...words.slice(1, -1), '/w']);
    expect(server.stdout() + server.stderr()).not.toMatch(/fake-/);
    expect(holders(m, key ?? '')).toEqual(['.local/share/pinfold/secrets/user/own.json', 'seen.json']);
  });
});

test('an entry whose record is lost comes back with its words, or stays: never with marks', async () => {
  const m = await adopted();
  await m.run('secrets', 'move', 'own');
  const guarded = m.read('.cursor/mcp.json');
  rmSync(join(m.host.places.data, 'adopted'), { recursive: true });
  m.keychain.broken = 'failed';
  await m.run('release', '--yes', 'own');
  expect(m.read('.cursor/mcp.json')).toBe(guarded);
  m.keychain.broken = null;
  expect((await m.run('release', '--yes', 'own')).code).toBe(0);
  expect(JSON.parse(m.read('.cursor/mcp.json').replace(/\/\/ .*$/gm, '')).mcpServers.own).toMatchObject({ command: 'node', args: words });
});

test('install pins no secret argument: the lock, the entry, the card and the hint have a mark or an example', async () => {
  const keychain = memoryKeychain();
  const m = (await machine()).with((host) => ({ ...host, keychain }));
  const install = [
    'install',
    '--no-probe',
    '@pinfold-fixture/notes@1.0.0',
    '--',
    '/srv/notes',
    '--api-key',
    key ?? '',
    `--url=https://me:${password}@a.example/`,
  ];
  const refused = await m.run(...install);
  expect(refused.code).toBe(75);
  expect(refused.stdout + refused.stderr).not.toMatch(/fake-/);
  const ran = await m.person(['y'], ...install);
  expect(ran.code).toBe(0);
  expect(ran.stdout + ran.stderr).not.toMatch(/fake-/);
  expect(ran.stdout).toContain('kept argument-3, argument-4 in the keychain');
  for (const secret of [key, password]) expect(holders(m, secret ?? '')).toEqual([]);
  expect(JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes.launch.args).toEqual([
    '/srv/notes',
    '--api-key',
    '{{client}}',
    '--url=https://{{client}}@a.example/',
  ]);
  const { args } = JSON.parse(m.read('.cursor/mcp.json')).mcpServers.notes;
  expect(args).toEqual(['run', 'notes', '--', 'pinfold:kept', '--url=https://pinfold:kept@a.example/']);
  const ticket = await readTicket('notes', 'user', null, m.host);
  if (ticket === null || !('args' in ticket.launch)) throw new Error('no ticket');
  const place = { name: 'notes', scope: 'user', project: null } as const;
  const launch = { place, kept: ticket.kept, open: openWords(ticket.launch), values: args.slice(3) };
  expect((await withKeptSecrets(launch, m.host)).values).toEqual([key, `--url=https://me:${password}@a.example/`]);
  // An entry that lost its marks: the command that mends it says where the secrets go.
  const mended = m.read('.cursor/mcp.json');
  m.write('.cursor/mcp.json', mended.replace(/"pinfold:kept",?/, ''));
  expect((await m.run('audit')).stdout.replace(/\s+/g, ' ')).toContain(
    `@pinfold-fixture/notes@1.0.0 -- /srv/notes --api-key '<value>' '--url=https://`,
  );
  m.write('.cursor/mcp.json', mended);
  // The same package with another option in that place, approved by somebody: it gets no key that was given to this one.
  const lock = parseLock(m.read('.config/pinfold/lock.json'));
  const pin = lock.pins['notes'] as TreePin;
  const swapped = { ...pin.launch, args: pin.launch.args.map((word) => word.replace('--api-key', '--upload-with-name')) };
  const pins = { notes: { ...pin, launch: swapped, launchDigest: launchDigest(swapped) } };
  m.write('.config/pinfold/lock.json', printLock({ ...lock, pins }));
  expect((await m.person(['y'], 'trust', '--scope', 'user')).code).toBe(0);
  const after = (await readTicket('notes', 'user', null, m.host)) ?? ticket;
  await expect(withKeptSecrets({ ...launch, kept: after.kept }, m.host)).rejects.toMatchObject({ code: 'secret-missing' });
  await m.run('remove', '--yes', 'notes');
  expect(keychain.items.size).toBe(0);
  expect(existsSync(join(m.host.places.data, 'secrets', 'user', 'notes.json'))).toBe(false);
});
