import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configFiles, targetFor } from '../../src/clients/locations.ts';
import { readEntries } from '../../src/clients/read.ts';
import { entryValues } from '../../src/clients/values.ts';
import { limits } from '../../src/model/limits.ts';
import { type ConfigHome, configHome, place, put } from './config-home.ts';
import { editFile } from './edit-file.ts';

const server = { command: 'node', args: ['sheepdog.mjs'] };
const launch = { command: '/data/pinfold/launcher', args: ['run', 'dog'] };

function json(value: unknown): string {
  return JSON.stringify(value);
}

async function listed(client: string, home: ConfigHome) {
  const { entries, problems } = await readEntries({ client, project: home.project }, home.host);
  return { entries, names: entries.map(({ name }) => name), problems };
}

describe('variables that move a client', () => {
  test.each<[string, Record<string, string>, string]>([
    ['claude-code', { CLAUDE_CONFIG_DIR: '/m' }, '/m/.claude.json'],
    ['codex', { CODEX_HOME: '/m' }, '/m/config.toml'],
    ['gemini-cli', { GEMINI_CLI_HOME: '/m' }, '/m/.gemini/settings.json'],
    ['gemini-cli', { GEMINI_CLI_SYSTEM_SETTINGS_PATH: '/m/s.json' }, '/m/s.json'],
    ['qwen-code', { QWEN_CODE_SYSTEM_SETTINGS_PATH: '/m/s.json' }, '/m/s.json'],
    ['copilot-cli', { COPILOT_HOME: '/m' }, '/m/mcp-config.json'],
    ['kimi-code', { KIMI_CODE_HOME: '/m' }, '/m/mcp.json'],
    ['goose', { GOOSE_PATH_ROOT: '/m' }, '/m/config/config.yaml'],
    ['goose', { XDG_CONFIG_HOME: '/m' }, '/m/goose/config.yaml'],
    ['zed', { XDG_CONFIG_HOME: '/m' }, '/m/zed/settings.json'],
    ['opencode', { OPENCODE_CONFIG: '/m/own.json' }, '/m/own.json'],
    ['opencode', { OPENCODE_CONFIG_DIR: '/m' }, '/m/opencode.jsonc'],
    ['crush', { CRUSH_GLOBAL_CONFIG: '/m' }, '/m/crush.json'],
    ['crush', { CRUSH_GLOBAL_DATA: '/m' }, '/m/crush.json'],
    ['cline', { CLINE_DIR: '/m' }, '/m/data/settings/cline_mcp_settings.json'],
    ['cline', { CLINE_DIR: '/n', CLINE_DATA_DIR: '/m' }, '/m/settings/cline_mcp_settings.json'],
    ['cline', { CLINE_DATA_DIR: '/n', CLINE_MCP_SETTINGS_PATH: '/m/own.json' }, '/m/own.json'],
    ['vscode', { VSCODE_PORTABLE: '/m' }, '/m/user-data/User/mcp.json'],
    ['openclaw', { OPENCLAW_STATE_DIR: '/m' }, '/m/openclaw.json'],
    ['openclaw', { OPENCLAW_STATE_DIR: '/n', OPENCLAW_CONFIG_PATH: '/m/own.json' }, '/m/own.json'],
  ])('%s: %j', async (client, env, expected) => {
    const files = async (moved: Record<string, string>) =>
      (await configFiles({ client, env: moved }, configHome().host)).map(({ path }) => path);
    expect(await files(env)).toContain(expected);
    // Nobody can tell from here what a relative one is relative to; one client documents that it is the working folder.
    const relative = Object.fromEntries(Object.keys(env).map((name) => [name, 'not/absolute']));
    for (const path of await files(relative)) expect(path).toMatch(/^\//);
    if (client !== 'claude-code') expect((await files(relative)).some((path) => path.includes('not/absolute'))).toBe(false);
  });

  test('a system file that a variable names stays managed', async () => {
    const home = configHome({ GEMINI_CLI_SYSTEM_SETTINGS_PATH: '/nonexistent/s.json' });
    const files = await configFiles({ client: 'gemini-cli' }, home.host);
    expect(files.find(({ path }) => path === '/nonexistent/s.json')).toMatchObject({ writable: false });
  });
});

describe('what plugins, extensions and agents bring is read and never written', () => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    ['claude-code', '.claude/plugins/cache/shop/tool/1.0/.mcp.json', json({ flat: server }), ['flat']],
    ['claude-code', '.claude/plugins/repos/a/b/.mcp.json', json({ mcpServers: { mapped: server } }), ['mapped']],
    ['claude-code', '.claude/plugins/cache/a/b/1/.claude-plugin/plugin.json', json({ name: 'b', mcpServers: { own: server } }), ['own']],
    ['claude-code', '.claude/plugins/marketplaces/a/.mcp.json', json({ offered: server }), []],
    ['claude-code', '.claude/agents/helper.md', '---\nmcpServers:\n  - shared\n  - own:\n      command: node\n---\n', ['own']],
    [
      'claude-desktop',
      '.config/Claude/Claude Extensions/ant.dir.loom/manifest.json',
      json({ name: 'loom', server: { type: 'node', mcp_config: { command: 'node', args: ['${__dirname}/x.js'] } } }),
      ['ant.dir.loom'],
    ],
    ['codex', '.codex/plugins/cache/a/b/.mcp.json', json({ mcp_servers: { snake: server } }), ['snake']],
    ['codex', '.codex/plugins/cache/a/b/.mcp.json', json({ flat: server }), ['flat']],
    ['codex', '.codex/plugins/cache/a/b/.codex-plugin/plugin.json', json({ mcpServers: { own: server } }), ['own']],
    ['cursor', '.cursor/plugins/local/a/mcp.json', json({ mcpServers: { plain: server } }), ['plain']],
    ['cursor', '.cursor/plugins/cache/a/b/.mcp.json', json({ hidden: server }), ['hidden']],
    ['gemini-cli', '.gemini/extensions/a/gemini-extension.json', json({ name: 'a', mcpServers: { ext: server } }), ['ext']],
    ['qwen-code', '.qwen/extensions/a/qwen-extension.json', json({ mcpServers: { ext: server } }), ['ext']],
    ['kiro', '.kiro/powers/installed/a/mcp.json', json({ mcpServers: { power: server } }), ['power']],
    ['kiro', '.kiro/agents/a.json', json({ mcpServers: { agent: server } }), ['agent']],
    ['amazon-q', '.aws/amazonq/cli-agents/a.json', json({ mcpServers: { agent: server } }), ['agent']],
    ['copilot-cli', '.copilot/agents/a.agent.md', '---\nmcp-servers:\n  own:\n    command: node\n---\n', ['own']],
    ['copilot-cli', '.copilot/agents/a.md', '---\nmcp-servers:\n  own:\n    command: node\n---\n', []],
    ['goose', '.agents/plugins/a/.mcp.json', json({ mcpServers: { usual: server } }), ['usual']],
    ['amp', '.config/amp/skills/a/mcp.json', json({ skill: server }), ['skill']],
    ['continue', '.continue/mcpServers/dog.json', json(server), ['dog']],
    [
      'kilo-code',
      '.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json',
      json({ mcpServers: { old: server } }),
      ['old'],
    ],
    ['augment', '.config/Code/User/settings.json', json({ 'augment.advanced': { mcpServers: [{ name: 'old', ...server }] } }), ['old']],
    ['openhands', '.openhands/config.toml', '[mcp]\nstdio_servers = [{name = "old", command = "node"}]\n', ['old']],
    ['5ire', '.config/5ire/mcp.json', json({ servers: [{ key: 'old', ...server }] }), ['old']],
    ['crush', '.local/share/crush/crush.json', json({ mcp: { data: { type: 'stdio', ...server } } }), ['data']],
  ];

  test.each(cases)('%s: %s %s', async (client, path, text, expected) => {
    const home = configHome();
    put(join(home.home, path), text);
    const { entries, names } = await listed(client, home);
    expect(names).toEqual(expected);
    for (const entry of entries) {
      expect(entry).toMatchObject({ transport: 'stdio', command: 'node', writable: false });
      await expect(editFile(entry, { kind: 'set', launch, replace: true }, home.host)).rejects.toMatchObject({ code: 'config-unwritable' });
    }
  });

  test('a plugin that names a file of its own is reported, and the file is not followed', async () => {
    const home = configHome();
    put(join(home.home, '.claude/plugins/cache/a/b/.claude-plugin/plugin.json'), json({ mcpServers: '../../../../../.ssh/config' }));
    const { names, problems } = await listed('claude-code', home);
    expect(names).toEqual([]);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['wrong-type', '`mcpServers` names another file, whose servers are not listed'],
    ]);
  });

  test('a switch of Gemini that allows some leaves the others out', async () => {
    const home = configHome();
    await place(
      'gemini-cli',
      'user',
      json({ mcpServers: { a: server, b: server, c: server }, mcp: { allowed: ['a', 'b'], excluded: ['b'] } }),
      home,
    );
    const { entries } = await listed('gemini-cli', home);
    expect(entries.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
  });

  test('powers of Kiro lie in a file that is written, and are not', async () => {
    const home = configHome();
    await place('kiro', 'user', json({ mcpServers: { own: server }, powers: { mcpServers: { power: server } } }), home);
    const { entries } = await listed('kiro', home);
    expect(entries.map(({ name, writable }) => [name, writable])).toEqual([
      ['own', true],
      ['power', false],
    ]);
    const [own, power] = entries;
    if (own === undefined || power === undefined) throw new Error('not listed');
    await expect(editFile(power, { kind: 'remove' }, home.host)).rejects.toMatchObject({ code: 'config-unwritable' });
    await editFile(own, { kind: 'remove' }, home.host);
    expect((await listed('kiro', home)).names).toEqual(['power']);
  });

  test('a script is said to be there, whatever it holds, and is not run', async () => {
    const home = configHome();
    put(join(home.home, '.config/crush/crushrc'), 'crush mcp add dog --command node\ntouch canary\n');
    put(join(home.project, '.crushrc'), '');
    const { names, problems } = await listed('crush', home);
    expect(names).toEqual([]);
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['kept-inside', join(home.home, '.config/crush/crushrc')],
      ['kept-inside', join(home.project, '.crushrc')],
    ]);
    expect(JSON.stringify(problems)).not.toContain('canary');
  });
});

describe('files in another spelling', () => {
  test('each agent of Xcode reads its own', async () => {
    const home = configHome();
    const folder = join(home.home, 'Library', 'Developer', 'Xcode', 'CodingAssistant');
    put(join(folder, 'ClaudeAgentConfig', '.claude.json'), json({ mcpServers: { untyped: { url: 'https://dyer.example' } } }));
    put(join(folder, 'codex', 'config.toml'), '[mcp_servers.dyer]\nurl = "https://dyer.example"\nhttp_headers = { X-Vat = "7" }\n');
    put(join(folder, 'gemini', 'settings.json'), json({ mcpServers: { both: { ...server, httpUrl: 'https://dyer.example' } } }));
    const { entries } = await listed('xcode-agents', home);
    expect(entries.map(({ name, transport, headerNames }) => [name, transport, headerNames])).toEqual([
      ['untyped', 'invalid', []],
      ['dyer', 'http', ['X-Vat']],
      ['both', 'http', []],
    ]);
  });

  test('a plugin of Goose is spelled as everywhere, its own file as only there', async () => {
    const home = configHome();
    put(join(home.project, '.agents', 'plugins', 'a', '.mcp.json'), json({ plugin: server }));
    await place('goose', 'user', 'extensions:\n  own: {type: stdio, cmd: node}\n  other: {type: stdio, command: node}\n', home);
    const { entries } = await listed('goose', home);
    expect(entries.map(({ name, transport, scope }) => [name, transport, scope])).toEqual([
      ['own', 'stdio', 'user'],
      ['other', 'invalid', 'user'],
      ['plugin', 'stdio', 'project'],
    ]);
  });

  test('a profile of Codex, a folder of Copilot and of OpenCode below the root of the project', async () => {
    const home = configHome();
    put(join(home.home, '.codex', 'deep.config.toml'), '[mcp_servers.deep]\ncommand = "node"\n');
    expect((await listed('codex', home)).entries).toMatchObject([{ name: 'deep', writable: true }]);
    const inner = join(home.project, 'packages', 'loom');
    put(join(inner, '.github', 'mcp.json'), json({ mcpServers: { inner: server } }));
    put(join(inner, '.opencode', 'opencode.json'), json({ mcp: { inner: { type: 'local', command: ['node'] } } }));
    const host = { ...home.host, places: { ...home.host.places, cwd: inner } };
    put(join(inner, '.mcp.json'), json({ mcpServers: { shared: server } }));
    expect((await listed('copilot-cli', { ...home, host })).names).toEqual(['inner', 'shared']);
    expect((await listed('opencode', { ...home, host })).names).toEqual(['inner']);
  });

  test('where mcphub.nvim reads `servers`, a new entry goes there', async () => {
    const home = configHome();
    const before = "{servers: {'a': {command: 'x'}}, mcpServers: {unread: {command: 'y'}}}";
    const file = await place('mcphub-nvim', 'user', before, home);
    expect((await listed('mcphub-nvim', home)).names).toEqual(['a']);
    const target = await targetFor({ client: 'mcphub-nvim', scope: 'user', name: 'dog' }, {}, home.host);
    expect(target).toMatchObject({ file, rawPath: ['servers', 'dog'] });
    await editFile(target, { kind: 'set', launch, replace: false }, home.host);
    expect((await listed('mcphub-nvim', home)).names).toEqual(['a', 'dog']);
  });

  test('what is null in one client cannot be said in another', async () => {
    const home = configHome();
    await place('mcphub-nvim', 'user', "{mcpServers: {a: {command: 'x', env: {KEY: null}}}}", home);
    const { entries } = await listed('mcphub-nvim', home);
    expect(entries).toMatchObject([{ name: 'a', envNames: ['KEY'] }]);
    const [entry] = entries;
    expect(entry === undefined ? undefined : await entryValues(entry, home.host)).toBeNull();
  });
});

test.each([
  ['claude-code', 'claude-code/managed-mcp.json', json({ mcpServers: { dog: server } })],
  ['codex', 'codex/config.toml', '[mcp_servers.dog]\ncommand = "node"\n'],
  ['codex', 'codex/managed_config.toml', '[mcp_servers.dog]\ncommand = "node"\n'],
  ['gemini-cli', 'gemini-cli/settings.json', json({ mcpServers: { dog: server } })],
  ['gemini-cli', 'gemini-cli/system-defaults.json', json({ mcpServers: { dog: server } })],
  ['qwen-code', 'qwen-code/settings.json', json({ mcpServers: { dog: server } })],
  ['goose', 'goose/config.yaml', 'extensions:\n  dog: {type: stdio, cmd: node}\n'],
  ['opencode', 'opencode/opencode.json', json({ mcp: { dog: { type: 'local', command: ['node'] } } })],
  ['crush', 'crush/crush.json', json({ mcp: { dog: { type: 'stdio', ...server } } })],
  ['amp', 'ampcode/managed-settings.json', json({ 'amp.mcpServers': { dog: server } })],
  ['tabnine', 'tabnine-cli/settings.json', json({ mcpServers: { dog: server } })],
])('%s: what an administrator put into %s is read and never written', async (client, path, text) => {
  const home = configHome();
  put(join(home.host.places.managed, '..', path), text);
  const { entries } = await listed(client, home);
  expect(entries).toMatchObject([{ name: 'dog', scope: 'managed', command: 'node', writable: false }]);
  for (const entry of entries)
    await expect(editFile(entry, { kind: 'remove' }, home.host)).rejects.toMatchObject({ code: 'config-unwritable' });
});

test('names that Copilot CLI refuses, and no others', async () => {
  const home = configHome();
  for (const [name, code] of [
    ['Ä b/c', null],
    ['a}b', 'usage'],
    ['a\u0007', 'usage'],
  ] as const) {
    const target = await targetFor({ client: 'copilot-cli', scope: 'user', name }, {}, home.host);
    const edit = editFile(target, { kind: 'set', launch, replace: false }, home.host);
    if (code === null) await edit;
    else await expect(edit).rejects.toMatchObject({ code });
  }
});

describe('a hostile plugin folder', () => {
  const cache = (home: ConfigHome) => join(home.home, '.claude', 'plugins', 'cache');

  test('does not keep a listing busy: what is over the bound is said, and the others are still read', async () => {
    const home = configHome();
    await place('claude-code', 'user', json({ mcpServers: { own: server } }), home);
    mkdirSync(cache(home), { recursive: true });
    let stats = 0;
    const many = Array.from({ length: 1_000_000 }, (_, index) => `f${index}`);
    const files = {
      ...home.host.files,
      list: async (folder: string) => (folder === cache(home) ? many : home.host.files.list(folder)),
      stat: async (path: string) => {
        if (path.startsWith(cache(home))) stats++;
        return path.startsWith(cache(home)) ? null : home.host.files.stat(path);
      },
    };
    const { names, problems } = await listed('claude-code', { ...home, host: { ...home.host, files } });
    expect(names).toEqual(['own']);
    // One pattern for `.mcp.json` and one for `plugin.json`, which remember for each other.
    expect(stats).toBeLessThan(limits.patternMaxNames + 100);
    expect(problems.map(({ code, file, message }) => [code, file, message])).toEqual(
      Array(2).fill(['too-large', cache(home), `more than ${limits.patternMaxNames} names are in it: not all of them are listed`]),
    );
  });

  test('is bounded in the files that it brings, too', async () => {
    const home = configHome();
    const agents = join(home.home, '.kiro', 'agents');
    const many = Array.from({ length: limits.patternMaxFiles + 5 }, (_, index) => `a${index}.json`);
    const files = { ...home.host.files, list: async (folder: string) => (folder === agents ? many : home.host.files.list(folder)) };
    const host = { ...home.host, files };
    expect((await listed('kiro', { ...home, host })).problems).toMatchObject([{ code: 'too-large', file: agents }]);
    const found = await configFiles({ client: 'kiro' }, host);
    expect(found.filter(({ path }) => path.startsWith(join(agents, 'a')))).toHaveLength(limits.patternMaxFiles);
  });

  test('cannot make a listing read much', async () => {
    const home = configHome();
    const large = join(cache(home), 'a', '.mcp.json');
    put(large, `{"pad": "${'x'.repeat(limits.unpackedConfigMaxBytes)}"}`);
    await place(
      'claude-code',
      'user',
      `{"pad": "${'x'.repeat(limits.unpackedConfigMaxBytes)}", "mcpServers": {"own": {"command": "node"}}}`,
      home,
    );
    const { names, problems } = await listed('claude-code', home);
    expect(names).toEqual(['own']);
    expect(problems).toMatchObject([{ code: 'too-large', file: large }]);
  });

  test('cannot lead the walk through a link, or round in a circle, or into the folders of tools', async () => {
    const home = configHome();
    put(join(home.home, 'elsewhere', 'x', '.mcp.json'), json({ outside: server }));
    put(join(cache(home), 'a', '.git', 'x', '.mcp.json'), json({ git: server }));
    put(join(cache(home), 'a', 'node_modules', 'x', '.mcp.json'), json({ modules: server }));
    put(join(cache(home), 'a', '1', '2', '3', '4', '.mcp.json'), json({ deep: server }));
    put(join(cache(home), 'a', '1', '.mcp.json'), json({ inside: server }));
    symlinkSync(join(home.home, 'elsewhere'), join(cache(home), 'link'));
    symlinkSync(cache(home), join(cache(home), 'a', 'circle'));
    expect((await listed('claude-code', home)).names).toEqual(['inside']);
  });

  test('cannot use names that mean something to JavaScript, or to a terminal', async () => {
    const home = configHome();
    const odd = 'a\u001b[31m\nb';
    put(join(cache(home), '__proto__', '.mcp.json'), '{"__proto__": {"command": "node"}, "constructor": {"command": "node"}}');
    put(join(cache(home), odd, '.mcp.json'), json({ [odd]: server }));
    put(join(home.home, '.config/Claude/Claude Extensions/__proto__/manifest.json'), json({ server: { mcp_config: server } }));
    expect((await listed('claude-code', home)).names.toSorted()).toEqual(['__proto__', odd, 'constructor'].toSorted());
    expect((await listed('claude-desktop', home)).names).toEqual(['__proto__']);
  });

  test('of strings, lists and numbers in the place of an extension is no server', async () => {
    const home = configHome();
    const folder = join(home.home, '.config/Claude/Claude Extensions');
    for (const [name, config] of [
      ['a', '"x"'],
      ['b', '[1]'],
      ['c', '7'],
      ['d', 'null'],
      ['e', '{"__proto__": {"command": "x"}}'],
    ])
      put(join(folder, name ?? '', 'manifest.json'), `{"server": {"mcp_config": ${config}}}`);
    const { entries } = await listed('claude-desktop', home);
    expect(entries.map(({ name, transport }) => [name, transport])).toEqual([
      ['a', 'invalid'],
      ['b', 'invalid'],
      ['c', 'invalid'],
      ['e', 'invalid'],
    ]);
  });
});
