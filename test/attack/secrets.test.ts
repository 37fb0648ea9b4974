import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Files, Host } from '../../src/host/host.ts';
import type { KeychainPort } from '../../src/host/keychain.ts';
import { nodeKeychain } from '../../src/host/node-keychain.ts';
import { parseLock } from '../../src/lockfile/parse.ts';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { limits } from '../../src/model/limits.ts';
import type { CommandPin } from '../../src/model/pin.ts';
import { moveSecrets } from '../../src/operations/secrets-move.ts';
import { readSecrets, settleSecrets } from '../../src/store/secrets.ts';
import { readTicket } from '../../src/store/ticket.ts';
import { recover } from '../../src/store/transaction.ts';
import { type Machine, machine } from '../support/cli.ts';
import { startGuarded } from '../support/guarded.ts';
import { memoryKeychain, noKeychain } from '../support/keychain.ts';
import { changing, killedBefore, nobody } from '../support/killed.ts';

const servers = join(import.meta.dirname, '..', '..', 'fixtures', 'servers');
const canary = 'fake-canary-91ac37e05d';
const config = `{ "mcpServers": { "own": { "command": "node", "args": ["my/server.mjs"], "env": { "OWN_TOKEN": "${canary}" } } } } // mine\n`;
const place = { name: 'own', scope: 'user', project: null } as const;

const withWord = config.replace('"my/server.mjs"', `"my/server.mjs", "--api-key=${canary}"`);

async function adopted(keychain: KeychainPort = noKeychain, cwd = '', text = config): Promise<Machine> {
  const m = (await machine({ cwd })).with((host) => ({ ...host, keychain }));
  m.write('my/probe-base.mjs', readFileSync(join(servers, 'probe-base.mjs'), 'utf8'));
  const honest = readFileSync(join(servers, 'probe-honest.mjs'), 'utf8');
  for (const name of ['server', 'evil']) {
    m.write(
      `my/${name}.mjs`,
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.SEEN, JSON.stringify(process.env));\n${honest}`,
    );
  }
  m.write('.cursor/mcp.json', text.replaceAll('my/', `${m.home}/my/`));
  expect((await m.run('adopt', '--yes', '--scope', 'user')).code).toBe(0);
  return m;
}

/** The environment that the server was started with. */
async function seen(m: Machine, args: readonly string[], env: Record<string, string> = {}): Promise<Record<string, string>> {
  const file = join(m.home, 'seen.json');
  rmSync(file, { force: true });
  const server = startGuarded(m.host, args, { ...env, SEEN: file });
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  server.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  await server.answer(1);
  server.child.stdin.end();
  await server.ended();
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

function holders(home: string, text: string): readonly string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(home, path)).isFile() && readFileSync(join(home, path)).includes(text))
    .sort();
}

/** A host that tells before each step that changes anything on disk or in the keychain, in a process of its own. */
function observedBefore(tell: () => void): (host: Host) => Host {
  return (host) => {
    const files = { ...host.files, locked: <T>(_: string, action: () => Promise<T>) => action() } as Record<string, unknown>;
    for (const name of changing) {
      const action = host.files[name] as (...args: readonly unknown[]) => Promise<unknown>;
      files[name] = (...args: readonly unknown[]) => {
        tell();
        return action(...args);
      };
    }
    const ask: KeychainPort['ask'] = (requests) => {
      tell();
      return host.keychain.ask(requests);
    };
    return { ...host, files: files as unknown as Files, keychain: { module: null, ask }, processes: { ...host.processes, pid: nobody } };
  };
}

test('kill -9 before any step of a move: the value is in the file or in the keychain, whole, and the next command puts everything right', async () => {
  const keychain = memoryKeychain();
  const m = await adopted(keychain, '', withWord);
  const before = m.read('.cursor/mcp.json');
  const saved = `${m.home}-saved`;
  // The copy of the launcher stays what it is.
  const filter = (path: string) => !path.includes('/launcher') && !path.includes('/npm-cache');
  cpSync(m.home, saved, { recursive: true, filter });
  const request = { names: [], clients: null, scope: null, project: null, variables: [], inFile: false, dryRun: false };
  let finished = false;
  let deaths = 0;
  try {
    for (let step = 0; !finished; step += 1) {
      cpSync(saved, m.home, { recursive: true });
      keychain.items.clear();
      const dying = killedBefore(step, m.host);
      const ended = await Promise.race([moveSecrets(request, dying.host), dying.died]);
      finished = ended !== 'died';
      deaths += finished ? 0 : 1;
      await recover(m.host);
      const now = m.read('.cursor/mcp.json');
      if (now !== before)
        expect([...keychain.items.values()], `step ${step}`).toEqual(expect.arrayContaining([canary, `--api-key=${canary}`]));
      // The commands that follow read every client; after some of the deaths is enough.
      if (step % 6 !== 0 && !finished) continue;
      expect((await m.run('secrets', 'move', 'own')).code, `step ${step}`).toBe(0);
      expect(holders(m.home, canary), `step ${step}`).toEqual([]);
      const later = { ...m.host, now: () => m.host.now() + limits.transactionMaxMs + 1_000 };
      await settleSecrets(place, later);
      expect(keychain.items.size, `step ${step}: nothing is left over`).toBe(3);
      expect((await m.run('release', '--yes', 'own')).code, `step ${step}`).toBe(0);
      expect(m.read('.cursor/mcp.json'), `step ${step}`).toBe(withWord.replaceAll('my/', `${m.home}/my/`));
      for (const folder of ['adopted', 'secrets', 'transactions'])
        rmSync(join(m.host.places.data, folder), { recursive: true, force: true });
    }
  } finally {
    rmSync(saved, { recursive: true, force: true });
  }
  expect(deaths).toBeGreaterThan(12);
}, 60_000);

test('another server under the same name is not given what was kept for the first, whoever trusts it', async () => {
  const m = await adopted();
  await m.run('secrets', 'move', 'own');
  expect((await seen(m, ['run', 'own']))['OWN_TOKEN']).toBe(canary);
  const lock = parseLock(m.read('.config/pinfold/lock.json'));
  const pin = lock.pins['own'] as CommandPin;
  const launch = { ...pin.launch, args: pin.launch.args.map((word) => word.replace('server.mjs', 'evil.mjs')) };
  const swapped: CommandPin = { ...pin, launch, launchDigest: launchDigest(launch) };
  m.write('.config/pinfold/lock.json', printLock({ ...lock, pins: { own: swapped } }));
  const trusted = await m.person(['y'], 'trust', '--scope', 'user');
  expect(trusted.code).toBe(0);
  expect((await seen(m, ['run', 'own']))['OWN_TOKEN']).toBeUndefined();
  expect((await m.run('secrets', 'list')).stdout).toContain('not handed out');
});

test("a project's lock gets nothing of what is kept for a server of the user, and cannot name it", async () => {
  const m = await adopted(noKeychain, 'repo');
  await m.run('secrets', 'move', 'own');
  m.write('repo/.git/HEAD', '');
  cpSync(m.host.places.config, join(m.home, 'repo', '.pinfold'), { recursive: true });
  rmSync(join(m.home, 'repo', '.pinfold', 'policy.json'), { force: true });
  expect((await m.person(['y'], 'trust')).code).toBe(0);
  expect((await seen(m, ['run', '--scope', 'project', 'own']))['OWN_TOKEN']).toBeUndefined();
  const ticketFolder = join(m.host.places.data, 'tickets');
  const [project = ''] = readdirSync(ticketFolder).filter((name) => name !== 'user');
  // A ticket of the user's server, copied over the project's.
  cpSync(join(ticketFolder, 'user', 'own.json'), join(ticketFolder, project, 'own.json'));
  const server = startGuarded(m.host, ['run', '--scope', 'project', 'own'], { SEEN: join(m.home, 'stolen.json') });
  server.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  expect(await server.answer(1)).toMatchObject({ error: { message: expect.stringContaining('ticket') } });
  await server.ended();
});

test('no variable of an entry makes the launcher look for secrets elsewhere', async () => {
  const m = await adopted();
  await m.run('secrets', 'move', 'own');
  const elsewhere = join(m.home, 'elsewhere');
  cpSync(m.host.places.data, join(elsewhere, 'pinfold'), { recursive: true });
  const record = join(elsewhere, 'pinfold', 'secrets', 'user', 'own.json');
  m.write('elsewhere/pinfold/secrets/user/own.json', readFileSync(record, 'utf8').replaceAll(canary, 'fake-of-the-attacker'));
  const { command } = JSON.parse(m.read('.cursor/mcp.json').replace('// mine', '')).mcpServers.own as { command: string };
  const wished = {
    XDG_DATA_HOME: elsewhere,
    PINFOLD_DATA: elsewhere,
    PINFOLD_SECRETS: elsewhere,
    HOME: elsewhere,
    OWN_TOKEN: 'fake-of-the-client',
  };
  const file = join(m.home, 'seen.json');
  const { stderr } = spawnSync(command, ['run', 'own'], {
    env: { ...m.host.env, ...wished, SEEN: file },
    cwd: m.home,
    input: '',
    encoding: 'utf8',
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ OWN_TOKEN: canary });
  expect(stderr).toContain('uses the OWN_TOKEN that is kept for it');
  expect(stderr).not.toContain('fake-');
});

test('no value stands in an argument or a variable of the process that asks the keychain', async () => {
  const m = await machine();
  const started: string[] = [];
  const processes: Host['processes'] = {
    ...m.host.processes,
    spawn: (command, args, options) => {
      started.push(JSON.stringify([command, args, options]));
      return m.host.processes.spawn(command, args, options);
    },
  };
  const module = join(import.meta.dirname, '..', '..', 'fixtures', 'keyring', 'working.cjs');
  const env = { ...m.host.env, SOME_TOKEN: canary, NODE_OPTIONS: '--require=/tmp/evil.cjs', LD_PRELOAD: '/tmp/evil.so' };
  const port = nodeKeychain(m.host.machine, env, processes, { module });
  expect(await port.ask([{ kind: 'set', account: 'a', value: canary }])).toEqual({ state: 'done', values: [null] });
  expect(started).toHaveLength(1);
  for (const word of [canary, 'NODE_OPTIONS', 'LD_PRELOAD']) expect(started[0]).not.toContain(word);
});

/** Copies of a machine as a process leaves it that is killed before a step, from the first on that asks the keychain. */
function deathsOf(m: Machine, keychain: ReturnType<typeof memoryKeychain>) {
  const filter = (path: string) => !/\/(?:launcher|npm-cache|cache)/.test(path.slice(m.home.length));
  const deaths: { readonly home: string; readonly items: ReadonlyMap<string, string> }[] = [];
  onTestFinished(() => {
    for (const { home } of deaths) rmSync(home, { recursive: true, force: true });
  });
  // What a process leaves that is killed before a step is what was there before it.
  const dying = observedBefore(() => {
    if (keychain.asked === 0) return;
    const home = `${m.home}-${deaths.length}`;
    cpSync(m.home, home, { recursive: true, filter });
    deaths.push({ home, items: new Map(keychain.items) });
  });
  return { deaths, dying, filter };
}

test('kill -9 before any step of an install that keeps a secret: no entry, or one whose secret is there; never the value in a file', async () => {
  const keychain = memoryKeychain();
  const m = (await machine()).with((host) => ({ ...host, keychain }));
  const { deaths, dying, filter } = deathsOf(m, keychain);
  const notes = { name: 'notes', scope: 'user', project: null } as const;
  const words = ['install', '--no-probe', '@pinfold-fixture/notes@1.0.0', '--env', `NOTES_TOKEN=${canary}`];
  expect((await m.with(dying).person(['y'], ...words)).code).toBe(0);
  let [without, whole] = [0, 0];
  for (const [step, { home, items }] of deaths.entries()) {
    for (const name of readdirSync(m.home)) if (filter(`${m.home}/${name}`)) rmSync(join(m.home, name), { recursive: true, force: true });
    cpSync(home, m.home, { recursive: true });
    keychain.items.clear();
    for (const [account, value] of items) keychain.items.set(account, value);
    await recover(m.host);
    expect(holders(m.home, canary), `step ${step}`).toEqual([]);
    const isThere = existsSync(join(m.home, '.cursor/mcp.json')) && m.read('.cursor/mcp.json').includes('"notes"');
    const ticket = await readTicket('notes', 'user', null, m.host);
    expect(ticket?.kept?.names ?? null, `step ${step}`).toEqual(isThere ? ['NOTES_TOKEN'] : null);
    if (ticket?.kept !== undefined)
      expect(await readSecrets(notes, ticket.kept.purpose, ['env NOTES_TOKEN'], m.host), `step ${step}`).toEqual({
        'env NOTES_TOKEN': canary,
      });
    await settleSecrets(notes, { ...m.host, now: () => m.host.now() + limits.transactionMaxMs + 1_000 });
    expect(keychain.items.size, `step ${step}: nothing is left over`).toBe(isThere ? 1 : 0);
    if (isThere) whole += 1;
    else without += 1;
  }
  expect(without).toBeGreaterThan(5);
  expect(whole).toBeGreaterThan(0);
});

test('kill -9 before any step of an install that replaces an entry: its secret is in the file or in the keychain, whole, and `release` gives it back', async () => {
  const keychain = memoryKeychain();
  const m = (await machine()).with((host) => ({ ...host, keychain }));
  const before = `{ "mcpServers": { "notes": { "command": "npx", "args": ["-y", "@pinfold-fixture/notes"], "env": { "NOTES_TOKEN": "${canary}" } } } } // mine\n`;
  m.write('.cursor/mcp.json', before);
  const { deaths, dying, filter } = deathsOf(m, keychain);
  expect((await m.with(dying).person(['y'], 'install', '--no-probe', '@pinfold-fixture/notes@1.0.0')).code).toBe(0);
  let [untouched, whole] = [0, 0];
  for (const [step, { home, items }] of deaths.entries()) {
    for (const name of readdirSync(m.home)) if (filter(`${m.home}/${name}`)) rmSync(join(m.home, name), { recursive: true, force: true });
    cpSync(home, m.home, { recursive: true });
    keychain.items.clear();
    for (const [account, value] of items) keychain.items.set(account, value);
    await recover(m.host);
    const ticket = await readTicket('notes', 'user', null, m.host);
    if (m.read('.cursor/mcp.json') === before) {
      untouched += 1;
      expect(ticket, `step ${step}`).toBe(null);
      continue;
    }
    whole += 1;
    expect(holders(m.home, canary), `step ${step}`).toEqual([]);
    expect(ticket?.kept?.names, `step ${step}`).toEqual(['NOTES_TOKEN']);
    expect((await m.run('release', '--yes', 'notes')).code, `step ${step}`).toBe(0);
    expect(m.read('.cursor/mcp.json'), `step ${step}`).toBe(before);
  }
  expect(untouched).toBeGreaterThan(5);
  expect(whole).toBeGreaterThan(0);
});

test.each([
  ['another program in its place', { command: 'node', args: ['evil.js'] }],
  ['the same package', { command: 'npx', args: ['-y', '@pinfold-fixture/notes'] }],
])('a stranger who rewrites an entry gives the server no key of his with the next install: %s', async (_, launch) => {
  const keychain = memoryKeychain();
  const m = (await machine()).with((host) => ({ ...host, keychain }));
  const install = ['install', '--no-probe', '@pinfold-fixture/notes@1.0.0'];
  expect((await m.person(['y'], ...install, '--env', `NOTES_TOKEN=${canary}`)).code).toBe(0);
  const foreign = 'fake-of-the-attacker-7c2d';
  const written = { mcpServers: { notes: { ...launch, env: { NOTES_TOKEN: foreign } } } };
  m.write('.cursor/mcp.json', JSON.stringify(written));
  const ran = await m.person(['y'], ...install);
  expect(ran.code).toBe(0);
  expect(ran.stderr.replace(/\s+/g, ' ')).toContain(
    'NOTES_TOKEN stays in clear: the server is pinned already, and who wrote this entry is not known',
  );
  const ticket = await readTicket('notes', 'user', null, m.host);
  const purpose = ticket?.kept?.purpose ?? 'sha256-';
  expect(await readSecrets({ name: 'notes', scope: 'user', project: null }, purpose, ['env NOTES_TOKEN'], m.host)).toEqual({
    'env NOTES_TOKEN': canary,
  });
  // What was no entry of his never comes back as one.
  await m.run('release', '--yes', 'notes');
  expect(m.read('.cursor/mcp.json')).toContain('run');
  expect(m.read('.cursor/mcp.json')).not.toMatch(/evil\.js|npx/);
});
