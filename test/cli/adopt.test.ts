import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLock } from '../../src/lockfile/parse.ts';
import { adoptSchema, releaseSchema } from '../../src/report/json/adopt.ts';
import { type Machine, machine } from '../support/cli.ts';

const server = join(import.meta.dirname, '..', '..', 'fixtures', 'servers', 'probe-honest.mjs');

const config = `{
    // mine
    "mcpServers": {
        "notes": { "command": "npx", "args": ["-y", "@pinfold-fixture/notes@1.0.0", "--root", "\${workspaceFolder}"], "env": { "K": "canary-env" }, "timeout": 5 },
        "git": { "args": ["mcp-server-git", "--token", "canary-argument", "--repository=\${workspaceFolder}"], "command": "uvx", "alwaysAllow": ["status"] },
        "own": { "command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(server)}] }, // local
        "far": { "url": "https://far.example/mcp?key=canary-query", "headers": { "Authorization": "canary-header" } },
        "broken": { "args": [] }
    }
}
`;

async function adopted(options: Parameters<typeof machine>[0] = {}): Promise<Machine> {
  const m = await machine(options);
  m.write('.cursor/mcp.json', config);
  return m;
}

/** Everything below the home that holds the text, without the client's own file. */
function holders(m: Machine, text: string): readonly string[] {
  return readdirSync(m.home, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('.cursor') && statSync(join(m.home, path)).isFile())
    .filter((path) => readFileSync(join(m.home, path)).includes(text))
    .sort();
}

describe('adopt', () => {
  test('shows one table, asks once, and puts everything that can be behind the guard', async () => {
    const m = await adopted();
    const ran = await m.person(['y'], 'adopt', '--no-probe');
    expect(ran.asked).toEqual(['put these behind the guard? [y/N] ']);
    expect(m.normal(ran.stderr).replaceAll(server, '/srv/own.mjs')).toMatchInlineSnapshot(`
      "  notes   cursor  bytes and words    pkg:npm/%40pinfold-fixture/notes@1.0.0; 1
                                           argument stays in the entry
        git     cursor  command and words  pkg:pypi/mcp-server-git; 2 arguments stay
                                           in the entry
        own     cursor  command and words
            local:/srv/own.mjs
        far     cursor  left as it is      it carries something like a key, and an
                                           address is pinned and shown
        broken  cursor  left as it is      its client would not start it as it is
                                           written
      bytes not pinned
        a Python server; its packages are whatever the index serves that day: git
        files of this machine, which may change at any time: own
        hint: give it as a header: --header Authorization=VARIABLE
        hint: pinfold list
      "
    `);
    expect(m.normal(ran.stdout)).toMatchInlineSnapshot(`
      "adopted 3 entries; restart the clients
      look at what was adopted: pinfold audit
      undo with: pinfold release --all
      "
    `);
    expect(ran.code).toBe(0);
    const { pins } = parseLock(readFileSync(join(m.host.places.config, 'lock.json'), 'utf8'));
    expect(pins['notes']).toMatchObject({
      status: 'grandfathered',
      launch: { runtime: 'node', args: ['--root', '{{client}}'], envNames: ['K'] },
    });
    expect(pins['git']).toMatchObject({
      status: 'grandfathered',
      closure: null,
      unpinned: 'python',
      manifest: null,
      launch: { command: 'uvx', args: ['mcp-server-git', '--token', '{{client}}', '--repository={{client}}'] },
    });
    const file = m.read('.cursor/mcp.json');
    expect(file).toContain('// mine');
    expect(file).toContain('"alwaysAllow"');
    expect(file).toContain('"timeout": 5');
    expect(file).toContain('["run","git","--","canary-argument","--repository=${workspaceFolder}"]');
  });

  test('nothing of a secret leaves the entry but into the record, which only its owner reads', async () => {
    const m = await adopted();
    const ran = await m.run('adopt', '--yes', '--no-probe', '--json');
    expect(ran.stdout + ran.stderr).not.toMatch(/canary-(?:env|argument|header)/);
    const records = holders(m, 'canary-argument');
    expect(records.length).toBeGreaterThan(0);
    for (const path of records) {
      expect(path).toMatch(/pinfold\/(?:adopted\/[a-z0-9-]+\.json|backups\/[0-9a-f]+\.bytes)$/);
      expect(statSync(join(m.home, path)).mode & 0o777).toBe(0o600);
    }
    expect(holders(m, 'canary-env').every((path) => /adopted|backups/.test(path))).toBe(true);
  });

  test('is idempotent, and release brings the file back byte for byte', async () => {
    const m = await adopted();
    await m.run('adopt', '--yes', '--no-probe');
    const guarded = m.files();
    const again = await m.run('adopt', '--yes', '--no-probe', '--json');
    expect(adoptSchema.parse(JSON.parse(again.stdout)).entries.filter(({ pin }) => pin !== null)).toEqual([]);
    expect(m.files()).toEqual(guarded);
    const back = await m.run('release', '--all', '--yes', '--json');
    expect(back.code).toBe(0);
    expect(releaseSchema.parse(JSON.parse(back.stdout)).entries.map(({ how, forgotten }) => [how, forgotten])).toEqual([
      ['restored', true],
      ['restored', true],
      ['restored', true],
    ]);
    expect(m.read('.cursor/mcp.json')).toBe(config);
    expect(JSON.parse(readFileSync(join(m.host.places.config, 'lock.json'), 'utf8'))).toEqual({ version: 1, pins: {} });
    expect(holders(m, 'canary-argument').filter((path) => path.includes('adopted'))).toEqual([]);
  });

  test('without a terminal it changes nothing and says how', async () => {
    const m = await adopted();
    const before = m.files();
    const ran = await m.run('adopt', '--no-probe', 'git');
    expect(ran.code).toBe(75);
    expect(ran.stderr).toContain('pinfold adopt --yes --no-probe git');
    expect(m.files()).toEqual(before);
    const no = await m.person(['n'], 'adopt', '--no-probe', 'git');
    expect(no.code).toBe(1);
    expect(m.files()).toEqual(before);
  });

  test('a package that cannot be looked at is left alone, and the others go on', async () => {
    const m = await adopted();
    const ran = await m.run('adopt', '--yes', '--offline');
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('1 entry could not be adopted');
    expect(m.read('.cursor/mcp.json')).toContain('"@pinfold-fixture/notes@1.0.0"');
    expect(m.read('.cursor/mcp.json')).toContain('"own"');
    expect(Object.keys(JSON.parse(readFileSync(join(m.host.places.config, 'lock.json'), 'utf8')).pins)).toEqual(['git', 'own']);
  });

  test('what policy denies stays as it is', async () => {
    const m = await adopted();
    m.write('.config/pinfold/policy.json', '{"version":1,"noMatch":"deny"}');
    const ran = await m.run('adopt', '--yes', '--no-probe');
    expect(ran.code).toBe(1);
    expect(m.read('.cursor/mcp.json')).toBe(config);
  });

  test('the same server in two clients shares one pin', async () => {
    const m = await adopted({ clients: ['cursor', 'claude-desktop'] });
    const other = `{"mcpServers": {"mine": {"command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(server)}]}}}\n`;
    m.write('.config/Claude/claude_desktop_config.json', other);
    await m.run('adopt', '--yes', 'own', 'mine');
    expect(Object.keys(JSON.parse(readFileSync(join(m.host.places.config, 'lock.json'), 'utf8')).pins)).toHaveLength(1);
    const one = await m.run('release', '--yes', '--client', 'claude-desktop', '--json');
    expect(JSON.parse(one.stdout).entries).toMatchObject([{ how: 'restored', forgotten: false }]);
    expect(m.read('.config/Claude/claude_desktop_config.json')).toBe(other);
    const rest = await m.run('release', '--yes', '--all', '--json');
    expect(JSON.parse(rest.stdout).entries).toMatchObject([{ how: 'restored', forgotten: true }]);
    expect(m.read('.cursor/mcp.json')).toBe(config);
  });
});

describe('release', () => {
  test('of a file in JSON5 brings it back byte for byte, and what stood between was plain JSON in place', async () => {
    const m = await machine();
    const [program, script] = [JSON.stringify(process.execPath), JSON.stringify(server)];
    const path = '.openclaw/openclaw.json';
    const text = `// mine\r\n{\r\n\tgateway: {port: 0x4965, idle: Infinity,},\r\n\tmcp: {servers: {\r\n\t\t'it\\'s own': {command: ${program}, args: [${script},], env: {'KEY': 'canary\\x2denv'}, /* kept */ }, // why\r\n\t\t$two: {args: [${script}], command: ${program}},\r\n\t},},\r\n}\r\n`;
    m.write(path, text);
    expect((await m.run('adopt', '--yes')).code).toBe(0);
    const guarded = m.read(path);
    expect(guarded).not.toBe(text);
    for (const kept of ['// mine\r\n', 'port: 0x4965, idle: Infinity,', "'KEY': 'canary\\x2denv'}, /* kept */ }, // why\r\n"])
      expect(guarded).toContain(kept);
    const { entries } = JSON.parse((await m.run('list', '--json')).stdout);
    expect(entries).toMatchObject([
      { name: "it's own", guarded: true },
      { name: '$two', guarded: true },
    ]);
    expect((await m.run('release', '--all', '--yes')).code).toBe(0);
    expect(m.read(path)).toBe(text);
  });

  test('works when lock, ticket and tree are damaged', async () => {
    const m = await adopted();
    await m.run('adopt', '--yes', '--no-probe');
    writeFileSync(join(m.host.places.config, 'lock.json'), '{ damaged');
    rmSync(join(m.host.places.data, 'tickets'), { recursive: true });
    expect((await m.run('release', '--all', '--yes')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config);
  });

  test('keeps what else changed in the file, and tells what of the entry is lost', async () => {
    const m = await adopted();
    await m.run('adopt', '--yes', '--no-probe', 'git');
    const edited = m.read('.cursor/mcp.json').replace('"status"', '"status", "log"').replace('// mine', '// ours');
    m.write('.cursor/mcp.json', edited);
    const ran = await m.person(['y'], 'release', 'git');
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain('changed since, and lost: alwaysAllow');
    expect(m.read('.cursor/mcp.json')).toBe(config.replace('// mine', '// ours'));
  });

  test('writes the pinned command line out when the record is lost', async () => {
    const m = await adopted();
    await m.run('adopt', '--yes', '--no-probe', 'git');
    rmSync(join(m.host.places.data, 'adopted'), { recursive: true });
    const ran = await m.run('release', '--yes', '--json', 'git');
    expect(JSON.parse(ran.stdout).entries).toMatchObject([{ how: 'rebuilt' }]);
    expect(JSON.parse(m.read('.cursor/mcp.json').replaceAll(/\/\/ .*/g, '')).mcpServers.git).toEqual(
      JSON.parse(config.replaceAll(/\/\/ .*/g, '').replace('https:', '')).mcpServers.git,
    );
  });

  test('an entry that install wrote is for remove', async () => {
    const m = await machine();
    await m.person(['y'], 'install', '--no-probe', '@pinfold-fixture/notes@1.0.0');
    const ran = await m.run('release', '--yes', '--all');
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('pinfold remove notes');
  });

  test('asks for a choice', async () => {
    const m = await adopted();
    expect(await m.run('release')).toMatchObject({ code: 2, stderr: expect.stringContaining('pinfold release --all') });
    expect((await m.run('release', 'nobody')).code).toBe(3);
    expect((await m.run('release', '--all', 'git')).code).toBe(2);
  });

  test('of a project brings back the entries of its file', async () => {
    const m = await machine({ cwd: 'work' });
    mkdirSync(join(m.home, 'work', '.git'));
    const text = `{"mcpServers": {"own": {"command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(server)}, "canary-x"]}}}\n`;
    m.write('work/.mcp.json', text);
    expect((await m.run('adopt', '--yes')).code).toBe(0);
    expect(existsSync(join(m.home, 'work', '.pinfold', 'lock.json'))).toBe(true);
    expect(m.read('work/.mcp.json')).toContain('"project"');
    expect((await m.run('release', '--yes', '--all')).code).toBe(0);
    expect(m.read('work/.mcp.json')).toBe(text);
  });
});
