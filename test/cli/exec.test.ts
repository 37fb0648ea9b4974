import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { atTerminal } from '../../src/operations/consent.ts';
import { exec } from '../../src/operations/exec.ts';
import { type Machine, machine } from '../support/cli.ts';
import { program } from '../support/guarded.ts';

const cursor = `{
    // mine
    "mcpServers": {
        "shed": { "command": "shed", "env": { "KEY": "canary-mine" } }
    }
}
`;

/** A command that rewrites a JSON file below the home with a function of its document, as installers do: parse and stringify. */
function installer(m: Machine, change: string, options: { file?: string; code?: number } = {}): readonly string[] {
  const file = JSON.stringify(join(m.home, options.file ?? '.cursor/mcp.json'));
  const program = `
    const fs = require('node:fs'), path = require('node:path'), file = ${file};
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').replace(/^\\s*\\/\\/.*$/gm, '') : '{}';
    const d = JSON.parse(text); d.mcpServers ??= {};
    ${change}
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(d, null, 2));
    process.exit(${options.code ?? 0});`;
  return ['exec', '--no-probe', '--', process.execPath, '-e', program];
}

async function withShed(): Promise<Machine> {
  const m = await machine();
  m.write('.cursor/mcp.json', cursor);
  return m;
}

const addNotes =
  "d.mcpServers.notes = { command: 'npx', args: ['-y', '@pinfold-fixture/notes@1.0.0', '/srv/notes'], env: { K: 'canary-new' } };";
const addEvil = "d.mcpServers.evil = { command: 'sh', args: ['-c', 'true'] };";

describe('an installer under exec', () => {
  test('that adds a package: the card is shown, a yes puts it behind the guard and keeps its environment', async () => {
    const m = await withShed();
    const ran = await m.person(['y'], ...installer(m, addNotes));
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('@pinfold-fixture/notes 1.0.0');
    expect(ran.stderr).not.toContain('canary');
    expect(JSON.parse(m.read('.cursor/mcp.json')).mcpServers).toEqual({
      shed: { command: 'shed', env: { KEY: 'canary-mine' } },
      notes: { command: join(m.host.places.data, 'bin', 'pinfold'), args: ['run', 'notes'], env: { K: 'canary-new' } },
    });
    expect(readdirSync(join(m.host.places.data, 'exec'))).toEqual([]);
  });

  test('that is refused leaves no trace, comments and order included, and the exit code says so', async () => {
    const m = await withShed();
    const ran = await m.person(['n'], ...installer(m, addNotes));
    expect(ran.code).toBe(77);
    expect(m.read('.cursor/mcp.json')).toBe(cursor);
    expect(m.normal(ran.stderr)).toContain('notes  cursor  added, taken back');
  });

  test('while a person thinks, none of its entries can start: an open client reads its file at once', async () => {
    const m = await withShed();
    m.write('.codex/config.toml', '[mcp_servers.barn]\ncommand = "barn"\n');
    const seen: string[] = [];
    const answer = async () => {
      seen.push(m.read('.cursor/mcp.json'));
      return 'n';
    };
    const here = m.with((host) => ({ ...host, terminal: { ...host.terminal, interactive: true, ask: answer } }));
    const change = `${addNotes}${addEvil} d.mcpServers.shed.command = 'other'; d.mcpServers.far = { url: 'https://far.example/mcp' };`;
    const [, ...words] = installer(m, change);
    const request = { command: words[2] ?? '', args: words.slice(3), project: null };
    const person = atTerminal(here.host);
    const settle = {
      probe: 'none',
      yes: false,
      person,
      show: () => undefined,
      showAdoption: () => undefined,
      tell: () => undefined,
    } as const;
    const { decisions } = await exec({ ...request, settle }, here.host, () => undefined);
    expect(decisions.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'shed refused',
      'notes refused',
      'evil refused',
      'far refused',
    ]);
    expect(seen).toHaveLength(4);
    for (const text of seen) {
      for (const entry of Object.values(JSON.parse(text).mcpServers) as {
        command: string;
        args: string[];
        url?: string;
      }[]) {
        const { command, args, url } = entry;
        expect(Object.keys(entry), 'a variable would load code into the guard that refuses').toEqual(['command', 'args']);
        expect({ command, args: args.slice(0, 2), url }).toEqual({
          command: join(m.host.places.data, 'bin', 'pinfold'),
          args: ['run', '--blocked'],
          url: undefined,
        });
      }
    }
    expect(m.read('.cursor/mcp.json')).toBe(cursor);
    expect((await m.run('restore', '--list')).stdout).not.toContain('evil');
  });

  test('a guarded entry that hands on a variable which loads code into the guard is refused', async () => {
    const m = await withShed();
    expect((await m.person(['y'], 'install', '--no-probe', '--client', 'cursor', '@pinfold-fixture/notes@1.0.0')).code).toBe(0);
    const before = m.read('.cursor/mcp.json');
    const ran = await m.run(...installer(m, "d.mcpServers.notes.env = { NODE_OPTIONS: '--require /tmp/evil.js' };"));
    expect(ran.code).toBe(77);
    expect(m.read('.cursor/mcp.json')).toBe(before);
  });

  test('without a terminal nothing unapproved stays', async () => {
    const m = await withShed();
    const ran = await m.run(...installer(m, addNotes + addEvil));
    expect(ran.code).toBe(77);
    expect(m.read('.cursor/mcp.json')).toBe(cursor);
  });

  test('each entry is decided by itself: a package guarded, one taken back, a command guarded without its bytes', async () => {
    const m = await withShed();
    const change = `${addNotes}${addEvil} d.mcpServers.tools = { command: 'my-tools' };`;
    const ran = await m.person(['y', 'n', 'y'], ...installer(m, change));
    expect(ran.code).toBe(77);
    const { mcpServers } = JSON.parse(m.read('.cursor/mcp.json'));
    expect(Object.keys(mcpServers)).toEqual(['shed', 'notes', 'tools']);
    expect(ran.asked.at(-1)).toBe('put it behind the guard? [y/N] ');
    expect(mcpServers.tools).toEqual({ command: join(m.host.places.data, 'bin', 'pinfold'), args: ['run', 'tools'] });
    expect(ran.stderr).toContain('approved; its bytes are not pinned');
  });

  test('a remote server needs a yes, and stays without the guard', async () => {
    const m = await withShed();
    const change = "d.mcpServers.far = { url: 'https://far.example/mcp?api_key=canary-url', headers: { A: 'canary-header' } };";
    const refused = await m.person(['n'], ...installer(m, change));
    expect(refused.code).toBe(77);
    expect(m.read('.cursor/mcp.json')).toBe(cursor);
    const kept = await m.person(['y'], ...installer(m, change));
    expect(kept.code).toBe(0);
    expect(kept.asked).toEqual(['keep `far` in cursor, without the guard? [y/N] ']);
    expect(kept.stderr).not.toContain('canary');
    expect(JSON.parse(m.read('.cursor/mcp.json')).mcpServers.far.headers).toEqual({ A: 'canary-header' });
  });

  test('an entry that was changed behind the back is put back as it was written', async () => {
    const m = await withShed();
    const ran = await m.person(['n'], ...installer(m, "d.mcpServers.shed.command = 'evil'; d.other = 1;"));
    expect(ran.code).toBe(77);
    expect(JSON.parse(m.read('.cursor/mcp.json'))).toEqual({
      mcpServers: { shed: { command: 'shed', env: { KEY: 'canary-mine' } } },
      other: 1,
    });
  });

  test('a file that it made goes again with its only entry', async () => {
    const m = await withShed();
    const ran = await m.run(...installer(m, addEvil, { file: '.claude.json' }));
    expect(ran.code).toBe(77);
    expect(existsSync(join(m.home, '.claude.json'))).toBe(false);
  });

  test('a name that only looks guarded, and an entry that its client would not start, are refused', async () => {
    const m = await withShed();
    const launcher = JSON.stringify(join(m.host.places.data, 'bin', 'pinfold'));
    const change = `d.mcpServers.ghost = { command: ${launcher}, args: ['run', 'ghost'] }; d.mcpServers.blank = { command: 7 };`;
    expect((await m.person([], ...installer(m, change))).code).toBe(77);
    expect(m.read('.cursor/mcp.json')).toBe(cursor);
  });

  test('a removal is reported and kept; the exit code of the command is ours', async () => {
    const m = await withShed();
    const ran = await m.run(...installer(m, 'delete d.mcpServers.shed;', { code: 5 }));
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('removed, kept');
    expect(JSON.parse(m.read('.cursor/mcp.json')).mcpServers).toEqual({});
  });

  test('a command that touches no server says nothing; one that does not exist changes nothing', async () => {
    const m = await withShed();
    expect(await m.run('exec', '--', process.execPath, '-e', 'process.exit(3)')).toMatchObject({ code: 3, stdout: '', stderr: '' });
    const missing = await m.run('exec', '--', 'no-such-installer');
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('cannot start no-such-installer');
    expect((await m.run('exec')).code).toBe(2);
    expect(readdirSync(join(m.host.places.data, 'exec'))).toEqual([]);
  });
});

describe('a kill in the middle', () => {
  test('the next command takes back what nobody decided, keeps what was guarded before, and says so', async () => {
    const m = await withShed();
    const guarded = await m.person(['y'], ...installer(m, addNotes));
    expect(guarded.code).toBe(0);
    const before = m.read('.cursor/mcp.json');
    // The installer kills pinfold after it has written, which no handler sees.
    const [, , , command = '', ...args] = installer(m, `${addEvil} process.on('exit', () => process.kill(process.ppid, 'SIGKILL'));`);
    const child = spawn(process.execPath, [program, 'exec', '--', command, ...args], {
      env: { ...m.host.env },
      cwd: m.home,
      stdio: 'ignore',
    });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(m.read('.cursor/mcp.json')).toContain('evil');
    const next = await m.run('list');
    expect(next.stderr).toContain('was killed');
    expect(next.stderr).toContain('evil  cursor  added, taken back');
    expect(m.read('.cursor/mcp.json')).toBe(before);
    expect((await m.run('list')).stderr).toBe('');
  });
});
