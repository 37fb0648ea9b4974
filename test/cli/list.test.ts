import { describe, expect, test } from 'vitest';
import { listSchema } from '../../src/report/json/list.ts';
import { machine } from '../support/cli.ts';

const toml = '[mcp_servers.warp]\ncommand = "npx"\nargs = ["-y", "@weaver/warp@2.4.1"]\n\n[mcp_servers.warp.env]\nKEY = "canary-key"\n';

describe('another home', () => {
  test.each([
    ['linux', '.config/Code/User/mcp.json'],
    ['darwin', 'Library/Application Support/Code/User/mcp.json'],
    ['win32', 'AppData/Roaming/Code/User/mcp.json'],
  ])('of %s is read at its own places, without what this process knows', async (platform, path) => {
    const m = await machine({ env: { CODEX_HOME: '/nowhere' } });
    m.write(`disk/ada/${path}`, '{"servers": {"warp": {"type": "stdio", "command": "warp"}}}');
    m.write('disk/ada/.codex/config.toml', toml);
    m.write('.cursor/mcp.json', '{"mcpServers": {"mine": {"command": "mine"}}}');
    const before = m.files();
    const ran = await m.run('list', '--json', '--root', `${m.home}/disk/ada`, '--platform', platform);
    const { entries } = listSchema.parse(JSON.parse(ran.stdout));
    expect(entries.map(({ client, name }) => `${client} ${name}`)).toEqual(['vscode warp', 'codex warp']);
    expect(ran.stdout).not.toContain('canary');
    expect(m.files()).toEqual(before);
  });

  test.each([
    [['--root', 'no-such-folder'], 3, 'there is no folder no-such-folder'],
    [['--platform', 'beos'], 2, 'no platform'],
    [['--config', 'codex'], 2, 'client=FILE'],
    [['--config', 'netscape=x'], 2, 'no client `netscape`'],
    [['--config', 'cursor=missing.json'], 3, 'there is no file missing.json'],
  ] as const)('%j is refused', async (args, code, said) => {
    const m = await machine();
    const ran = await m.run('list', ...args);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
  });
});

test('a file that is named is read as its client reads it, wherever it lies, and is the only one', async () => {
  const m = await machine();
  m.write('elsewhere/odd.conf', toml);
  m.write('.cursor/mcp.json', '{"mcpServers": {"mine": {"command": "mine"}}}');
  const ran = await m.run('list', '--json', '--config', `codex=${m.home}/elsewhere/odd.conf`);
  const { entries, problems } = listSchema.parse(JSON.parse(ran.stdout));
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ client: 'codex', name: 'warp', package: { type: 'npm', name: '@weaver/warp', version: '2.4.1' } });
  expect(problems).toEqual([]);
});

test('an application that keeps its servers inside is named, with what to do', async () => {
  const m = await machine();
  m.write('.config/CherryStudio/x', '');
  const ran = await m.run('list');
  expect(m.normal(ran.stdout)).toContain('cherry-studio');
  expect(ran.stdout).toContain('Settings › MCP Servers');
});

test('every command is read by the one grammar, with each unit that runs and the variables around it', async () => {
  const m = await machine();
  const servers = {
    wrapped: { command: 'cmd', args: ['/c', 'npx', '-y', 'cross-env', 'A=b', 'uvx', 'Mcp_Server==1.0'] },
    image: { command: 'docker', args: ['run', '-i', '--rm', '-e', 'T=canary', 'mcp/git'] },
    compose: { command: 'docker', args: ['compose', 'run', 'server'] },
    decoy: { command: 'npx', args: ['--yes=evil', 'good'] },
    redirected: { command: 'npx', args: ['-y', 'good'], env: { NPM_CONFIG_PACKAGE: 'canary' } },
  };
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: servers }));
  const { entries } = listSchema.parse(JSON.parse((await m.run('list', '--json')).stdout));
  const shown = entries.map(({ name, runner, package: unit, packages }) => [
    name,
    runner,
    unit?.name ?? null,
    packages.map(({ type }) => type),
  ]);
  expect(shown).toEqual([
    ['wrapped', 'uvx', 'mcp-server', ['npm', 'pypi']],
    ['image', 'docker', 'docker.io/mcp/git', ['oci']],
    ['compose', 'docker', null, ['compose']],
    ['decoy', 'npx', null, []],
    ['redirected', 'npx', null, ['npm']],
  ]);
});
