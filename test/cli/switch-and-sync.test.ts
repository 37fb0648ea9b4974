import { describe, expect, test } from 'vitest';
import { switchSchema, syncSchema } from '../../src/report/json/entries.ts';
import { holders, type Machine, machine } from '../support/cli.ts';
import { memoryKeychain } from '../support/keychain.ts';

const cursor = `{
    // studio
    "mcpServers": {
        "easel": {
            "command": "npx -y @studio/easel@1.8.0 --canvas north", // by a link
            "env": { "EASEL_PASS": "\${env:EASEL_PASS}", "PLAIN": "canary-plain" },
            "cwd": "\${workspaceFolder}/easel"
        },
        "gallery": { "url": "https://gallery.example/mcp", "headers": { "Authorization": "Bearer \${env:GALLERY}" } },
        "price $5": { "command": "till", "args": ["$HOME"] }
    }
}
`;
const claude = `{"numStartups": 12345678901234567890, "mcpServers": {}}\n`;

async function studio(): Promise<Machine> {
  const m = await machine();
  m.write('.cursor/mcp.json', cursor);
  m.write('.claude.json', claude);
  m.write('.config/Code/User/mcp.json', '');
  return m;
}

describe('sync', () => {
  test('says what each client would get, and writes nothing on a dry run', async () => {
    const m = await studio();
    const before = m.files();
    const ran = await m.run('sync', '--from', 'cursor', '--to', 'claude-code,vscode', '--dry-run');
    expect(ran.code).toBe(3);
    expect(m.files()).toEqual(before);
    expect(m.normal(ran.stdout)).toMatchInlineSnapshot(`
      "  easel     claude-code  left out  it has a placeholder, or text, that means
                                         something else there
        easel     vscode       add       unguarded
        gallery   claude-code  add       unguarded
        gallery   vscode       add       unguarded
        price $5  claude-code  add       unguarded, as price-5
        price $5  vscode       add       unguarded
      5 entries without the guard; put them behind it: pinfold adopt
      "
    `);
  });

  test('writes each dialect: types, placeholders, names; values go into the files and nowhere else', async () => {
    const m = await studio();
    const ran = await m.run('sync', '--from', 'cursor', '--to', 'claude-code,vscode', '--json');
    expect(syncSchema.parse(JSON.parse(ran.stdout)).rows).toHaveLength(6);
    expect(ran.stdout + ran.stderr).not.toContain('canary');
    expect(m.read('.claude.json')).toContain('"numStartups": 12345678901234567890');
    expect(JSON.parse(m.read('.claude.json')).mcpServers).toEqual({
      gallery: { type: 'http', url: 'https://gallery.example/mcp', headers: { Authorization: 'Bearer ${GALLERY}' } },
      'price-5': { command: 'till', args: ['$HOME'] },
    });
    expect(JSON.parse(m.read('.config/Code/User/mcp.json')).servers.easel).toEqual({
      type: 'stdio',
      command: 'npx',
      args: ['-y', '@studio/easel@1.8.0', '--canvas', 'north'],
      env: { EASEL_PASS: '${env:EASEL_PASS}', PLAIN: 'canary-plain' },
      cwd: '${workspaceFolder}/easel',
    });
    expect(m.read('.local/share/pinfold/ledger.jsonl')).not.toContain('canary');
    const again = await m.run('sync', '--from', 'cursor', '--to', 'vscode', '--json');
    expect(again.code).toBe(0);
    expect(syncSchema.parse(JSON.parse(again.stdout)).rows.map(({ action }) => action)).toEqual(['same', 'same', 'same']);
  });

  test('copies no secret in clear, and says what would let it; what is behind the guard goes once its values are kept', async () => {
    const keychain = memoryKeychain();
    const m = (await machine()).with((host) => ({ ...host, keychain }));
    const secret = 'fake-canary-4af10b6c37';
    m.write('my/server.mjs', '');
    const own = { command: 'node', args: [`${m.home}/my/server.mjs`, `--api-key=${secret}`], env: { OWN_TOKEN: secret } };
    const servers = {
      own,
      'far-off': { url: 'https://far.example/mcp', headers: { Authorization: `Bearer ${secret}` } },
      query: { url: `https://me:${secret}@query.example/mcp` },
      fine: { command: 'fine', env: { FINE_TOKEN: '${env:FINE_TOKEN}' } },
    };
    m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: servers }));
    m.write('.config/Code/User/mcp.json', '');
    const sync = ['sync', '--from', 'cursor', '--to', 'vscode', '--replace'] as const;
    const ran = await m.run(...sync);
    expect(ran.code).toBe(3);
    expect(m.normal(ran.stdout)).toMatchInlineSnapshot(`
      "  own      vscode  left out  a secret stands in it in clear, and would then
                                   stand in two files: OWN_TOKEN, argument-2
                                   (--api-key)
        far-off  vscode  left out  a secret stands in it in clear, and would then
                                   stand in two files: Authorization
        query    vscode  left out  a secret stands in it in clear, and would then
                                   stand in two files: its address
        fine     vscode  add       unguarded
        hint: pinfold adopt --client cursor own
        hint: pinfold adopt --client cursor far-off
        hint: pinfold adopt --client cursor query
      1 entry without the guard; put them behind it: pinfold adopt
      "
    `);
    for (const [, hint = ''] of ran.stdout.matchAll(/hint: pinfold (.*)/g)) expect((await m.run(...hint.split(' '))).code).not.toBe(2);
    expect(m.read('.config/Code/User/mcp.json')).toContain('fine');
    expect(holders(m, secret)).toEqual(['.cursor/mcp.json']);
    expect((await m.run('adopt', '--yes', '--scope', 'user', '--client', 'cursor', 'own')).code).toBe(0);
    const guarded = await m.run(...sync, 'own', '--json');
    expect(syncSchema.parse(JSON.parse(guarded.stdout)).rows).toMatchObject([{ action: 'skip', hint: 'pinfold secrets move own' }]);
    expect(m.read('.config/Code/User/mcp.json')).not.toContain(secret);
    expect((await m.run('secrets', 'move', 'own')).code).toBe(0);
    expect((await m.run(...sync, 'own')).code).toBe(0);
    expect(m.read('.config/Code/User/mcp.json')).toContain('pinfold:kept');
    expect(m.read('.config/Code/User/mcp.json')).not.toContain(secret);
  });

  test('leaves an entry of the same name alone unless it is told to replace it', async () => {
    const m = await studio();
    m.write('.claude.json', '{"mcpServers":{"gallery":{"command":"mine"}}}');
    const args = ['sync', '--from', 'cursor', '--to', 'claude-code', 'gallery'];
    expect((await m.run(...args)).code).toBe(3);
    expect(JSON.parse(m.read('.claude.json')).mcpServers.gallery).toEqual({ command: 'mine' });
    expect((await m.run(...args, '--replace')).code).toBe(0);
    expect(JSON.parse(m.read('.claude.json')).mcpServers.gallery).toMatchObject({ type: 'http' });
  });

  test.each([
    [['--from', 'nobody', '--to', 'cursor'], 2, 'no client `nobody`'],
    [['--from', 'cursor', '--to', 'cursor'], 2, 'no other client'],
    [['--from', 'cursor', '--to', 'vscode', 'ghost'], 3, 'no server named `ghost`'],
    [['--from', 'cursor'], 2, '--to'],
  ] as const)('%j is refused and changes nothing', async (args, code, said) => {
    const m = await studio();
    const before = m.files();
    const ran = await m.run('sync', ...args);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
    expect(m.files()).toEqual(before);
  });
});

describe('enable and disable', () => {
  test("switch an entry in its client's own way, and back", async () => {
    const m = await machine({ cwd: 'loom' });
    m.write('loom/.git/HEAD', 'ref: refs/heads/main\n');
    const text = `{"mcpServers": {"shed": {"command": "shed"}}}\n`;
    m.write('.claude.json', text);
    const off = await m.run('disable', 'shed');
    expect(off.code).toBe(0);
    expect(m.normal(off.stdout)).toMatchInlineSnapshot(`
      "switched \`shed\` off in
        claude-code: ~/.claude.json
      "
    `);
    expect(switchSchema.parse(JSON.parse((await m.run('disable', '--json', 'shed')).stdout)).unchanged).toHaveLength(1);
    expect(JSON.parse((await m.run('list', '--json', '--client', 'claude-code')).stdout).entries[0].enabled).toBe(false);
    expect((await m.run('enable', 'shed')).code).toBe(0);
    expect(JSON.parse((await m.run('list', '--json', '--client', 'claude-code')).stdout).entries[0].enabled).toBe(true);
  });

  test('a client that keeps its switches elsewhere is left alone, and says where they are', async () => {
    const m = await studio();
    const before = m.files();
    const ran = await m.run('disable', 'easel');
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('Cursor › Settings › MCP');
    expect(m.files()).toEqual(before);
    expect((await m.run('disable', 'ghost')).stderr).toContain('pinfold list');
  });
});
