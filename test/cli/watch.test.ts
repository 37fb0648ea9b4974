import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Machine, machine } from '../support/cli.ts';

const cursor = '.cursor/mcp.json';
const codex = '.codex/config.toml';

const mine = `{
    // mine
    "mcpServers": {
        "shed": { "command": "shed", "env": { "KEY": "canary-mine" } }
    }
}
`;
const barn = '# mine\n[mcp_servers.barn]\ncommand = "barn"\n';

/** A machine on which `watch` ran once, so that what is there is accepted. */
async function watched(): Promise<Machine> {
  const m = await machine();
  m.write(cursor, mine);
  m.write(codex, barn);
  expect((await m.run('watch', '--once')).code).toBe(0);
  return m;
}

function addToCursor(m: Machine, entry: object, name = 'evil'): string {
  const text = mine.replace('{ "KEY": "canary-mine" } }', `{ "KEY": "canary-mine" } },\n        "${name}": ${JSON.stringify(entry)}`);
  m.write(cursor, text);
  return text;
}

const evil = { command: 'npx', args: ['-y', '@pinfold-fixture/notes@1.0.0', '/srv'], env: { TOKEN: 'canary-theirs' } };
const evilCodex = `${barn}\n[mcp_servers.evil]\ncommand = "evil"\nargs = ["--token", "canary-argument"]\n`;

async function caught(m: Machine): Promise<readonly string[]> {
  const { stdout } = await m.run('watch', '--once', '--json');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events.flatMap(({ event, entry, place }) => {
    if (event === 'watching') return [];
    const { client, name } = entry ?? place;
    return [[event, client, name, entry?.change, entry?.how].join(' ')];
  });
}

describe('what nobody approved is kept from starting', () => {
  test('in its client’s own way, with not one byte of anything else touched', async () => {
    const m = await watched();
    m.write(codex, evilCodex);
    const ran = await m.run('watch', '--once');
    expect(ran.code).toBe(1);
    expect(m.read(codex)).toBe(`${evilCodex}enabled = false\n`);
    expect(ran.stdout).not.toContain('canary');
    expect(ran.stdout).toMatchInlineSnapshot(`
      "watching 3 servers of 2 clients: 0 guarded, 3 not
      switched off \`evil\` (evil --token filled-in) was added in codex,
                   ~/.codex/config.toml
        hint: pinfold review evil
      "
    `);
    expect(await caught(m)).toEqual([]);
  });

  test('with a guard that refuses in its place, where the client has no switch in its file', async () => {
    const m = await watched();
    addToCursor(m, evil);
    expect(await caught(m)).toEqual(['quarantined cursor evil added blocked']);
    const held = JSON.parse(m.read(cursor).replace('// mine', '')).mcpServers.evil;
    expect(held).toEqual({
      command: join(m.host.places.data, 'bin', 'pinfold'),
      args: ['run', '--blocked', expect.stringMatching(/^[0-9a-f]{32}$/)],
    });
    expect(await caught(m)).toEqual([]);
  });

  test('an accepted entry that starts something else, or hands on another variable', async () => {
    const m = await watched();
    for (const [from, to] of [
      ['"command": "shed"', '"command": "evil"'],
      ['"canary-mine"', '"canary-other"'],
      ['"KEY"', '"NODE_OPTIONS"'],
    ] as const) {
      m.write(cursor, mine.replace(from, to));
      expect(await caught(m), to).toEqual(['quarantined cursor shed changed blocked']);
      m.write(cursor, mine);
      expect(await caught(m), 'the accepted one is back').toEqual([]);
    }
  });

  test('one that somebody switches on again is caught again, and waits once', async () => {
    const m = await watched();
    m.write(codex, evilCodex);
    await m.run('watch', '--once');
    m.write(codex, evilCodex);
    expect(await caught(m)).toEqual(['quarantined codex evil added off']);
    const { entries } = JSON.parse((await m.run('review', '--json')).stdout);
    expect(entries).toHaveLength(1);
  });

  test('a guarded entry with a variable that loads code into the guard itself', async () => {
    const m = await watched();
    await m.person(['y'], 'install', '--no-probe', '--client', 'cursor', '@pinfold-fixture/notes@1.0.0');
    const guarded = m.read(cursor);
    m.write(cursor, guarded.replace('"run"', '"run" ').replace(/("notes": \{)/, '$1 "env": { "NODE_OPTIONS": "--require /tmp/evil.js" },'));
    expect(await caught(m)).toEqual(['quarantined cursor notes changed blocked']);
  });

  test.each(['added', 'changed'] as const)(
    '%s: nothing of its environment stays, or it would load code into the guard that refuses',
    async (how) => {
      const m = await watched();
      const loading = {
        command: 'shed',
        env: { NODE_OPTIONS: '--require /tmp/evil.js', LD_PRELOAD: '/tmp/evil.so' },
        envFile: '/tmp/evil.env',
        cwd: '/tmp',
      };
      const text = how === 'added' ? addToCursor(m, loading) : mine.replace(/"shed": \{.*\} \}/, `"shed": ${JSON.stringify(loading)}`);
      m.write(cursor, text);
      const name = how === 'added' ? 'evil' : 'shed';
      expect(await caught(m)).toEqual([`quarantined cursor ${name} ${how} blocked`]);
      expect(Object.keys(JSON.parse(m.read(cursor).replace('// mine', '')).mcpServers[name])).toEqual(['command', 'args']);
      expect((await m.run('review', name, '--remove')).code).toBe(0);
    },
  );

  test.each([
    ['a variable', { env: { NODE_OPTIONS: '--require /tmp/evil.js' } }],
    ['a file of variables', { envFile: '/tmp/evil.env' }],
  ])('one that only looks as if it was stopped already, with %s that loads code into the guard', async (_, more) => {
    const m = await watched();
    const looks = { command: join(m.host.places.data, 'bin', 'pinfold'), args: ['run', '--blocked', '0'.repeat(32)] };
    addToCursor(m, looks);
    expect(await caught(m), 'without it, it starts nothing').toEqual([]);
    addToCursor(m, { ...looks, ...more });
    expect(await caught(m)).toEqual(['quarantined cursor evil added blocked']);
    expect(Object.keys(JSON.parse(m.read(cursor).replace('// mine', '')).mcpServers.evil)).toEqual(['command', 'args']);
    expect(await caught(m)).toEqual([]);
  });

  test('a server for a pin that is not there starts nothing, and a changed variable of a guarded one is the user’s', async () => {
    const m = await watched();
    await m.person(['y'], 'install', '--no-probe', '--client', 'cursor', '@pinfold-fixture/notes@1.0.0');
    m.write(cursor, m.read(cursor).replace(/("notes": \{)/, '$1 "env": { "NOTES_TOKEN": "canary-new" },'));
    expect(await caught(m)).toEqual([]);
  });

  test('what a client writes while people use it is no change: switches, and tools that may run unasked', async () => {
    const m = await watched();
    m.write(codex, `${barn}enabled = false\nstartup_timeout_sec = 30\n`);
    expect(await caught(m)).toEqual([]);
    m.write(codex, `${barn}enabled = true\nenabled_tools = ["a"]\n`);
    expect(await caught(m)).toEqual([]);
  });

  test('a file that cannot be edited: told, and exit 1', async () => {
    const m = await watched();
    addToCursor(m, evil);
    chmodSync(join(m.home, cursor), 0o444);
    const ran = await m.run('watch', '--once');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('not stopped');
    expect(m.normal(ran.stdout).split('\n').slice(-2).join('\n')).toContain('why: it is read-only');
  });

  test('a broken file starts nothing; when it is whole again, it is looked at', async () => {
    const m = await watched();
    const whole = addToCursor(m, evil);
    m.write(cursor, whole.slice(0, 80));
    expect(await caught(m)).toEqual([]);
    m.write(cursor, whole);
    expect(await caught(m)).toEqual(['quarantined cursor evil added blocked']);
  });

  test('in a project that is watched as well, and only there', async () => {
    const m = await watched();
    m.write('work/loom/.cursor/mcp.json', JSON.stringify({ mcpServers: { evil } }));
    expect(await caught(m)).toEqual([]);
    const ran = await m.run('watch', '--once', '--project', join(m.home, 'work/loom'));
    expect(ran.stdout).toContain('blocked `evil`');
    expect(JSON.parse(m.read('work/loom/.cursor/mcp.json')).mcpServers.evil.command).toBe('pinfold');
  });

  test('not while a command under exec runs: it is decided at its end', async () => {
    const m = await watched();
    const journal = { version: 1, pid: process.pid, hostname: m.host.machine.hostname, startedMs: 0, project: null, files: [] };
    m.write('.local/share/pinfold/exec/one.json', JSON.stringify(journal));
    addToCursor(m, evil);
    expect(await caught(m)).toEqual([]);
  });

  test('a damaged record of what was accepted accepts nothing and stops, with the way out', async () => {
    const m = await watched();
    for (const text of ['', '{}', '{"version":1,"key":"00","entries":{}}', '{"version":2}']) {
      m.write('.local/share/pinfold/accepted.json', text);
      const ran = await m.run('watch', '--once');
      expect(ran.code, text).toBe(3);
      expect(ran.stderr, text).toContain('pinfold watch --accept');
    }
    expect((await m.run('watch', '--once', '--accept')).code).toBe(0);
  });
});

test('neither record holds a value or the name of a server that somebody could read out of it', async () => {
  const m = await watched();
  const accepted = readFileSync(join(m.host.places.data, 'accepted.json'), 'utf8');
  expect(accepted).not.toMatch(/canary|shed|cursor/);
  addToCursor(m, evil);
  const ran = await m.run('watch', '--once');
  const listed = [await m.run('review'), await m.run('review', '--json')].map(({ stdout }) => stdout).join('');
  expect(ran.stdout + listed).not.toContain('canary');
  expect(readFileSync(join(m.host.places.data, 'ledger.jsonl'), 'utf8')).not.toContain('canary');
});

describe('what a command of pinfold writes is accepted', () => {
  const commands: Readonly<Record<string, (m: Machine) => Promise<unknown>>> = {
    install: (m) => m.person(['y'], 'install', '--no-probe', '--client', 'cursor', '@pinfold-fixture/notes@1.0.0'),
    adopt: (m) => m.run('adopt', '--yes', '--no-probe'),
    release: async (m) => {
      await m.run('adopt', '--yes', '--no-probe');
      expect(m.read(cursor)).not.toBe(mine);
      await m.run('release', '--all', '--yes');
      expect(m.read(cursor)).toBe(mine);
    },
    restore: async (m) => {
      await m.run('adopt', '--yes', '--no-probe');
      await m.run('watch', '--once', '--accept');
      await m.run('restore', '--yes');
      expect(m.read(cursor)).toBe(mine);
    },
    disable: (m) => m.run('disable', 'barn'),
    enable: async (m) => {
      await m.run('disable', 'barn');
      await m.run('enable', 'barn');
    },
    sync: (m) => m.run('sync', '--from', 'cursor', '--to', 'codex', '--yes'),
  };
  test.each(Object.entries(commands))('%s', async (_, command) => {
    const m = await watched();
    const before = [m.read(cursor), m.read(codex)];
    await command(m);
    expect(existsSync(join(m.host.places.data, 'accepted.json'))).toBe(true);
    expect(await caught(m)).toEqual([]);
    expect([m.read(cursor), m.read(codex)].length).toBe(before.length);
  });

  test('enabling what is in quarantine is a person’s decision', async () => {
    const m = await watched();
    m.write(codex, evilCodex);
    await m.run('watch', '--once');
    await m.run('enable', 'evil');
    expect(await caught(m)).toEqual([]);
  });
});

describe('review', () => {
  async function quarantined(): Promise<Machine> {
    const m = await watched();
    addToCursor(m, evil);
    m.write(codex, evilCodex.replaceAll('.evil', '.bad'));
    expect((await m.run('watch', '--once')).code).toBe(1);
    return m;
  }

  test('lists what waits, on one screen', async () => {
    const m = await quarantined();
    expect((await m.run('review')).stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<time>')).toMatchInlineSnapshot(`
      "2 wait for you
        bad   codex   added, switched off  <time>  evil --token filled-in
        evil  cursor  added, blocked       <time>  npx -y @pinfold-fixture/…
      hint: decide with: pinfold review bad   take out with: --remove
            or on a page: pinfold review --web
      in ~/.codex/config.toml, ~/.cursor/mcp.json
      "
    `);
  });

  test('a package goes through the card; a yes puts it behind the guard, with its own variables', async () => {
    const m = await quarantined();
    const ran = await m.person(['y'], 'review', 'evil', '--no-probe');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('@pinfold-fixture/notes 1.0.0');
    expect(ran.stderr + ran.stdout).not.toContain('canary');
    expect(JSON.parse(m.read(cursor).replace('// mine', '')).mcpServers.evil).toEqual({
      command: join(m.host.places.data, 'bin', 'pinfold'),
      args: ['run', 'evil'],
      env: { TOKEN: 'canary-theirs' },
    });
    expect(await caught(m)).toEqual([]);
    expect(JSON.parse((await m.run('review', '--json')).stdout).entries.map(({ name }: { name: string }) => name)).toEqual(['bad']);
  });

  test('a command is pinned as it is, switched on again', async () => {
    const m = await quarantined();
    expect((await m.person(['y'], 'review', 'bad')).code).toBe(0);
    expect(m.read(codex)).not.toContain('enabled');
    expect(m.read(codex)).toContain('args = ["run", "bad"');
    expect(await caught(m)).toEqual([]);
    await m.run('release', 'bad', '--yes');
    expect(m.read(codex)).toBe(evilCodex.replaceAll('.evil', '.bad'));
  });

  test('a no, and nobody to ask, change nothing: it goes on waiting', async () => {
    const m = await quarantined();
    const before = m.read(cursor);
    expect((await m.person(['n'], 'review', 'evil', '--no-probe')).code).toBe(77);
    expect((await m.run('review', 'evil', '--no-probe', '--yes')).code).toBe(75);
    expect(m.read(cursor)).toBe(before);
    expect(JSON.parse((await m.run('review', '--json')).stdout).entries).toHaveLength(2);
  });

  test('--remove takes it out and leaves the file as it was before it came', async () => {
    const m = await quarantined();
    expect((await m.run('review', 'evil', '--remove')).code).toBe(0);
    expect(m.read(cursor)).toBe(mine);
    expect((await m.run('review', 'bad', '--remove')).code).toBe(0);
    expect(m.read(codex).trimEnd()).toBe(barn.trimEnd());
    expect((await m.run('review')).stdout).toBe('nothing waits for a review\n');
  });

  test('one that somebody took out, or let go, waits no longer', async () => {
    const m = await quarantined();
    m.write(cursor, mine);
    m.write(codex, evilCodex.replaceAll('.evil', '.bad'));
    expect((await m.run('review')).stdout).toBe('nothing waits for a review\n');
    expect(await caught(m)).toEqual(['quarantined codex bad added off']);
  });

  test('a name that nobody waits under, and a record that somebody made up', async () => {
    const m = await quarantined();
    expect((await m.run('review', 'unknown')).code).toBe(3);
    expect((await m.run('review', '--remove')).code).toBe(2);
    const folder = join(m.host.places.data, 'quarantine');
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of [
      ['broken.json', '{'],
      ['other.json', JSON.stringify({ version: 1, entry: { id: '../../x', client: 'cursor' } })],
    ] as const)
      writeFileSync(join(folder, name), text);
    expect(JSON.parse((await m.run('review', '--json')).stdout).entries).toHaveLength(2);
  });

  test('a remote server needs a yes and is accepted as it is', async () => {
    const m = await watched();
    const far = { url: 'https://far.example/mcp', headers: { A: 'canary-header' } };
    const text = addToCursor(m, far, 'far');
    expect(await caught(m)).toEqual(['quarantined cursor far added blocked']);
    expect(m.read(cursor)).not.toContain('far.example');
    expect((await m.person(['y'], 'review', 'far')).code).toBe(0);
    expect(m.read(cursor)).toBe(text);
    expect(await caught(m)).toEqual([]);
  });
});

describe('watch --install-service shows the definition and asks', () => {
  test('a no writes nothing', async () => {
    const m = await machine();
    const ran = await m.person(['n'], 'watch', '--install-service');
    expect(ran.code).toBe(1);
    expect(existsSync(join(m.home, '.config/systemd/user/pinfold-watch.service'))).toBe(false);
    expect(m.normal(ran.stderr).replaceAll(m.host.machine.installation, '/opt/pinfold')).toMatchInlineSnapshot(`
      "systemd user unit: /home/me/.config/systemd/user/pinfold-watch.service 
      [Unit]
      Description=pinfold watch: keeps MCP servers that nobody approved from starting

      [Service]
      ExecStart=/usr/bin/node /opt/pinfold/bin/pinfold.js watch
      Restart=on-failure
      RestartSec=5
      Nice=10

      [Install]
      WantedBy=default.target

      systemctl --user daemon-reload
      systemctl --user enable --now pinfold-watch.service
      error: nothing was changed
      "
    `);
  });

  test('a yes writes it and tells the system', async () => {
    const m = await machine();
    const log = join(m.home, 'told');
    m.write('bin/systemctl', `#!/bin/sh\necho "$@" >> ${log}\n`);
    chmodSync(join(m.home, 'bin/systemctl'), 0o755);
    const here = m.with((host) => ({
      ...host,
      processes: {
        ...host.processes,
        spawn: (command, args, options) => host.processes.spawn(join(m.home, 'bin', command), args, options),
      },
    }));
    expect((await here.person(['y'], 'watch', '--install-service')).code).toBe(0);
    const file = join(m.home, '.config/systemd/user/pinfold-watch.service');
    expect(existsSync(file)).toBe(true);
    expect((await here.person(['y'], 'watch', '--uninstall-service')).code).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(log, 'utf8')).toBe(
      '--user daemon-reload\n--user enable --now pinfold-watch.service\n--user disable --now pinfold-watch.service\n',
    );
    expect(dirname(file)).toContain('systemd');
  });
});
