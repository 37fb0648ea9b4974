import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installSchema } from '../../src/report/json/outcomes.ts';
import { readSecrets } from '../../src/store/secrets.ts';
import { readTicket } from '../../src/store/ticket.ts';
import { type Machine, machine } from '../support/cli.ts';
import { type MemoryKeychain, memoryKeychain } from '../support/keychain.ts';

/** Obviously made up; looked for in every file and every output. */
const canary = 'fake-canary-0d3b71c5e2';
const other = 'fake-other-6e1f90ab34';
const quick = ['install', '@pinfold-fixture/notes@1.0.0', '--no-probe', '--env', `NOTES_TOKEN=${canary}`] as const;
const record = '.local/share/pinfold/secrets/user/notes.json';

async function withKeychain(options = {}): Promise<Machine & { readonly keychain: MemoryKeychain }> {
  const keychain = memoryKeychain();
  return { ...(await machine(options)).with((host) => ({ ...host, keychain })), keychain };
}

function holders(m: Machine, text: string): readonly string[] {
  return readdirSync(m.home, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(m.home, path)).isFile() && readFileSync(join(m.home, path)).includes(text))
    .sort();
}

function entry(m: Machine, file = '.cursor/mcp.json'): { readonly env?: Record<string, string> } {
  return JSON.parse(m.read(file).replace(/^ *\/\/.*$/m, '')).mcpServers.notes;
}

/** What the server would be given beside the environment of its client. */
async function handedOut(m: Machine): Promise<Readonly<Record<string, string>>> {
  const place = { name: 'notes', scope: 'user', project: null } as const;
  const kept = (await readTicket('notes', 'user', null, m.host))?.kept;
  if (kept === undefined) return {};
  const names = kept.names.map((name) => `env ${name}` as const);
  return readSecrets(place, kept.purpose, names, m.host);
}

describe('a secret that is given with --env', () => {
  test('is in the keychain and in no file; what is none is in the entry; both are said, by name', async () => {
    const m = await withKeychain();
    const ran = await m.person(['y'], ...quick, '--env', 'LOG_LEVEL=debug', '--env', 'HOME_TOKEN=${env:MY_TOKEN}');
    expect(ran.code).toBe(0);
    expect(entry(m).env).toEqual({ LOG_LEVEL: 'debug', HOME_TOKEN: '${env:MY_TOKEN}' });
    expect(holders(m, canary)).toEqual([]);
    expect([...m.keychain.items.values()]).toEqual([canary]);
    expect(await handedOut(m)).toEqual({ 'env NOTES_TOKEN': canary });
    const shown = ran.stderr.replace(/\s+/g, ' ');
    expect(shown).toContain('NOTES_TOKEN: the value goes into the keychain');
    expect(ran.stdout).toContain('kept NOTES_TOKEN in the keychain of this machine');
    expect(ran.stdout + ran.stderr + ran.asked.join()).not.toContain(canary);
    expect(JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes.launch.envNames).toEqual(['HOME_TOKEN', 'LOG_LEVEL', 'NOTES_TOKEN']);
    expect((await m.run('audit')).stdout).not.toContain('entry-drifted');
    // Nothing is left for the command that takes plaintext out.
    expect((await m.run('secrets', 'move', 'notes')).stdout).toContain('no plaintext secrets were moved');
    const again = await m.person(['y'], ...quick.slice(0, 3), '--json', '--env', `SECOND_TOKEN=${other}`);
    expect(installSchema.parse(JSON.parse(again.stdout))).toMatchObject({ secrets: ['SECOND_TOKEN'], kept: 'keychain' });
    expect(again.stdout + again.stderr).not.toMatch(/fake-/);
    // What was kept before stays kept.
    expect(await handedOut(m)).toEqual({ 'env NOTES_TOKEN': canary, 'env SECOND_TOKEN': other });
    const removed = await m.run('remove', '--yes', 'notes');
    expect(removed.stdout).toContain('deleted the secrets that were kept for it: NOTES_TOKEN, SECOND_TOKEN');
    expect(m.keychain.items.size).toBe(0);
    expect(Object.keys(m.files()).filter((path) => path.includes('secrets/user/'))).toEqual([]);
  });

  test('lies in one file for its owner alone where there is no keychain, and with --file; that is said', async () => {
    const m = await withKeychain();
    for (const [broken, words] of [
      ['none', []],
      [null, ['--file']],
    ] as const) {
      m.keychain.broken = broken;
      const ran = await m.person(['y'], ...quick, ...words);
      expect(ran.stdout.replace(/\s+/g, ' ')).toContain('kept NOTES_TOKEN in a file that only you may read');
      expect(holders(m, canary)).toEqual([record]);
      expect(statSync(join(m.home, record)).mode & 0o777).toBe(0o600);
      expect(m.keychain.items.size).toBe(0);
      await m.run('remove', '--yes', 'notes');
    }
  });

  test('is written nowhere after a no, without a person, and when the keychain refuses', async () => {
    const m = await withKeychain();
    const before = m.files();
    expect((await m.person(['n'], ...quick)).code).not.toBe(0);
    const alone = await m.run(...quick, '--yes', '--file');
    expect(alone).toMatchObject({ code: 75, stderr: expect.stringContaining("--env 'NOTES_TOKEN=<value>' --file") });
    expect(alone.stderr).not.toContain(canary);
    expect(m.keychain.asked).toBe(0);
    m.keychain.broken = 'failed';
    const refused = await m.person(['y'], ...quick);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--file') });
    expect(m.files()).toMatchObject({ '.cursor': before['.cursor'] });
    expect(holders(m, canary)).toEqual([]);
    expect(Object.keys(m.files()).filter((path) => /lock\.json$|tickets|\/secrets\/|mcp\.json$/.test(path))).toEqual([]);
  });

  test('is taken away again when the clients cannot be written after all', async () => {
    const m = await withKeychain();
    const keychain = { ...m.keychain, ask: m.keychain.ask.bind(m.keychain) };
    // Somebody puts something else under the name while it is being kept.
    const raced = m.with((host) => ({
      ...host,
      keychain: {
        ...keychain,
        ask: async (requests) => {
          if (requests.some(({ kind }) => kind === 'set'))
            m.write('.cursor/mcp.json', '{ "mcpServers": { "notes": { "command": "theirs" } } }');
          return m.keychain.ask(requests);
        },
      },
    }));
    const ran = await raced.person(['y'], ...quick);
    expect(ran.code).not.toBe(0);
    expect(m.keychain.items.size).toBe(0);
    expect(m.read('.cursor/mcp.json')).toContain('theirs');
    expect(Object.keys(m.files()).filter((path) => path.includes('secrets/user/'))).toEqual([]);
  });

  test('in a project goes into no file that the team shares', async () => {
    const m = await withKeychain({ cwd: 'repo' });
    m.write('repo/.git/HEAD', '');
    const ran = await m.person(['y'], ...quick, '--scope', 'project', '--client', 'claude-code');
    expect(ran.code).toBe(0);
    expect(holders(m, canary)).toEqual([]);
    expect(JSON.parse(m.read('repo/.mcp.json')).mcpServers.notes.env).toBeUndefined();
    expect((await m.run('secrets', 'list')).stdout).toMatch(/notes \(project\)\s+NOTES_TOKEN\s+keychain/);
  });
});

describe('a value that takes the place of another one', () => {
  test('in the entry: the older one is taken out, and not left beside what is kept', async () => {
    const m = await withKeychain();
    const before = {
      mcpServers: { notes: { command: 'npx', args: ['-y', '@pinfold-fixture/notes'], env: { NOTES_TOKEN: other, KEEP: '1' } } },
    };
    m.write('.cursor/mcp.json', JSON.stringify(before));
    await m.person(['y'], ...quick);
    expect(entry(m).env).toEqual({ KEEP: '1' });
    expect(await handedOut(m)).toEqual({ 'env NOTES_TOKEN': canary });
  });

  test('in the keychain: also where it looks like no secret, because what is kept counts over the entry', async () => {
    const m = await withKeychain();
    await m.person(['y'], ...quick);
    const [words, value] = [quick.slice(0, 3), 'plain'];
    await m.person(['y'], ...words, '--env', `NOTES_TOKEN=${value}`);
    expect(entry(m).env).toBeUndefined();
    expect(await handedOut(m)).toEqual({ 'env NOTES_TOKEN': value });
    expect([...m.keychain.items.values()]).toEqual([value]);
  });

  test('what decides which code is loaded is never kept, where nobody would see it', async () => {
    const m = await withKeychain();
    await m.person(['y'], ...quick.slice(0, 3), '--env', 'NODE_OPTIONS=--require /tmp/sk-0123456789abcdef.js');
    expect(entry(m).env).toEqual({ NODE_OPTIONS: '--require /tmp/sk-0123456789abcdef.js' });
    expect(m.keychain.asked).toBe(0);
  });
});

describe('an entry without the guard that is replaced', () => {
  const install = ['install', '@pinfold-fixture/notes@1.0.0', '--no-probe'] as const;
  const words = 'fake-word-5b8c02d917';

  /** As a client writes it; the comment and the order come back with `release`. */
  const plain = (env: Record<string, string>, args: readonly string[] = []) =>
    `{\n  // mine\n  "mcpServers": { "other": { "command": "x" },\n    "notes": ${JSON.stringify({ command: 'npx', args: ['-y', '@pinfold-fixture/notes', ...args], env })} }\n}\n`;

  test('leaves no secret in the file: they go into the keychain with the same edit, and `release` brings all back', async () => {
    const m = await withKeychain();
    const before = plain({ NOTES_TOKEN: canary, OTHER_KEY: other, KEEP: '1', REF: '${env:REF_TOKEN}' }, ['--api-key', words]);
    m.write('.cursor/mcp.json', before);
    const ran = await m.person(['y'], ...install);
    expect(ran.code).toBe(0);
    expect(entry(m).env).toEqual({ KEEP: '1', REF: '${env:REF_TOKEN}' });
    for (const secret of [canary, other, words]) expect(holders(m, secret)).toEqual([]);
    expect(ran.stdout + ran.stderr + ran.asked.join()).not.toContain('fake-');
    expect(await handedOut(m)).toEqual({ 'env NOTES_TOKEN': canary, 'env OTHER_KEY': other });
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain('(in clear in an entry that is replaced: NOTES_TOKEN, OTHER_KEY)');
    expect(m.normal(ran.stdout)).toMatchInlineSnapshot(`
      "installed @pinfold-fixture/notes 1.0.0 as \`notes\` in
        cursor: ~/.cursor/mcp.json
      moved 2 plaintext values out of the clients' files, NOTES_TOKEN, OTHER_KEY, to
      the keychain of this machine
      restart the client to use it; undo with: pinfold release notes
      "
    `);
    expect((await m.run('secrets', 'move', 'notes')).stdout).toContain('no plaintext secrets were moved');
    expect((await m.run('audit')).stdout).not.toContain('entry-secret');
    const back = await m.run('release', '--yes', 'notes');
    expect(back.code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(before);
    expect(m.keychain.items.size).toBe(0);
    expect(Object.keys(m.files()).filter((path) => /adopted\/.*json|secrets\/user\//.test(path))).toEqual([]);
  });

  test('comes back with `release` also where nothing of it is secret, and then keeps its copy from before', async () => {
    const m = await withKeychain();
    const before = plain({ KEEP: '1' });
    m.write('.cursor/mcp.json', before);
    const ran = await m.person(['y'], ...install, '--json');
    expect(installSchema.parse(JSON.parse(ran.stdout))).toMatchObject({ kept: null, replaced: { entries: 1, moved: [], left: [] } });
    expect(m.keychain.asked).toBe(0);
    expect((await m.run('release', '--yes', 'notes')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(before);
  });

  test('keeps a secret word of its command line as part of what it was, and that is said', async () => {
    const m = await withKeychain();
    m.write('.cursor/mcp.json', plain({}, ['--api-key', words]));
    const ran = await m.person(['y'], ...install);
    expect(holders(m, words)).toEqual([]);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('what was replaced held a secret: it is kept in the keychain of this machine');
    expect((await m.run('remove', 'notes')).code).toBe(75); // it would go for ever
    await m.run('release', '--yes', 'notes');
    expect(m.read('.cursor/mcp.json')).toBe(plain({}, ['--api-key', words]));
  });

  test('keeps the value that was given with --env, and not the older one, for the server and for `release`', async () => {
    const m = await withKeychain();
    m.write('.cursor/mcp.json', plain({ NOTES_TOKEN: other }));
    const ran = await m.person(['y'], ...quick, '--json');
    expect(installSchema.parse(JSON.parse(ran.stdout))).toMatchObject({ secrets: ['NOTES_TOKEN'], replaced: { moved: [], left: [] } });
    expect(await handedOut(m)).toEqual({ 'env NOTES_TOKEN': canary });
    expect([canary, other].flatMap((secret) => holders(m, secret))).toEqual([]);
    await m.run('release', '--yes', 'notes');
    expect(m.read('.cursor/mcp.json')).toBe(plain({ NOTES_TOKEN: canary }));
  });

  test('holds on to a value where another client has a different one, and both places are said before the yes', async () => {
    const m = await withKeychain({ clients: ['cursor', 'claude-desktop'] });
    const desktop = '.config/Claude/claude_desktop_config.json';
    m.write('.cursor/mcp.json', plain({ NOTES_TOKEN: canary, SHARED_TOKEN: words }));
    m.write(desktop, plain({ NOTES_TOKEN: other, SHARED_TOKEN: words }).replace('  // mine\n', ''));
    const ran = await m.person(['y'], ...install, '--json');
    expect(installSchema.parse(JSON.parse(ran.stdout))).toMatchObject({
      secrets: ['SHARED_TOKEN'],
      replaced: { moved: ['SHARED_TOKEN'], left: [{ name: 'NOTES_TOKEN', why: expect.stringContaining('hold different values') }] },
    });
    expect(ran.stderr.replace(/\s+/g, ' ')).toMatch(/NOTES_TOKEN stays in clear: claude-desktop .* and cursor .* hold different values/);
    expect([entry(m).env, entry(m, desktop).env]).toEqual([{ NOTES_TOKEN: canary }, { NOTES_TOKEN: other }]);
    expect(holders(m, words)).toEqual([]);
  });

  test('stays as it is after a no, when the keychain refuses, and when it says something else in the end', async () => {
    const m = await withKeychain();
    m.write('.cursor/mcp.json', plain({ NOTES_TOKEN: canary }));
    expect((await m.person(['n'], ...install)).code).not.toBe(0);
    expect(m.keychain.asked).toBe(0);
    m.keychain.broken = 'failed';
    expect((await m.person(['y'], ...install)).code).toBe(3);
    expect(m.read('.cursor/mcp.json')).toBe(plain({ NOTES_TOKEN: canary }));
    m.keychain.broken = null;
    const raced = m.with((host) => ({
      ...host,
      keychain: {
        ...m.keychain,
        ask: async (requests) => {
          if (requests.some(({ kind }) => kind === 'set')) m.write('.cursor/mcp.json', plain({ NOTES_TOKEN: other }));
          return m.keychain.ask(requests);
        },
      },
    }));
    const ran = await raced.person(['y'], ...install);
    expect(ran.stderr).toContain('run the same command again');
    // Neither value is lost, and nothing half is left.
    expect(m.read('.cursor/mcp.json')).toBe(plain({ NOTES_TOKEN: other }));
    expect(m.keychain.items.size).toBe(0);
    expect(Object.keys(m.files()).filter((path) => /lock\.json$|tickets|adopted\/|secrets\/user\//.test(path))).toEqual([]);
  });

  test('lies in a file for its owner alone with --file', async () => {
    const m = await withKeychain();
    m.write('.cursor/mcp.json', plain({ NOTES_TOKEN: canary }));
    await m.person(['y'], ...install, '--file');
    expect(holders(m, canary)).toEqual([record]);
    await m.run('release', '--yes', 'notes');
    expect(holders(m, canary)).toEqual(['.cursor/mcp.json']);
  });
});
