import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEntries } from '../../src/clients/read.ts';
import { splitCommandLine } from '../../src/clients/split-command-line.ts';
import { limits } from '../../src/model/limits.ts';
import { configHome, place, put } from './config-home.ts';

const server = { command: 'node', args: ['sheepdog.mjs'] };

describe('a broken file is a problem in the list, and the others are still read', () => {
  test.each([
    ['empty', '', 'syntax', 'it is empty'],
    ['white space', ' \n\t', 'syntax', 'it is empty'],
    ['a list', '[]', 'wrong-type', 'the document is not an object'],
    ['text', '"hello"', 'wrong-type', 'the document is not an object'],
    ['null', 'null', 'wrong-type', 'the document is not an object'],
    ['not JSON', 'mcpServers:\n  a: 1', 'syntax', 'a word that is not JSON in line 1, column 1'],
    ['a comment in a strict file', '{ // c\n}', 'syntax', 'a comment, which this client does not read in line 1, column 3'],
    ['a trailing comma in a strict file', '{"mcpServers": {},}', 'syntax', 'a member name is missing in line 1, column 19'],
    ['a list of servers', '{"mcpServers": []}', 'wrong-type', '`mcpServers` is not a map of servers'],
    ['too deep', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'syntax', 'nested deeper than 200 in line 1, column 205'],
  ])('%s', async (_, text, code, message) => {
    const home = configHome();
    const file = await place('claude-desktop', 'user', text, home);
    await place('cursor', 'user', JSON.stringify({ mcpServers: { dog: server } }), home);
    const { entries, problems } = await readEntries({}, home.host);
    expect(problems).toEqual([{ code, client: 'claude-desktop', file, message }]);
    expect(entries.map(({ name }) => name)).toEqual(['dog']);
  });

  test('a folder, a pipe to nowhere, a file that is too large', async () => {
    const home = configHome();
    const { home: root, host } = home;
    mkdirSync(join(root, '.claude.json'));
    mkdirSync(join(root, '.cursor'));
    symlinkSync(join(root, 'gone'), join(root, '.cursor', 'mcp.json'));
    await place('claude-desktop', 'user', Buffer.alloc(limits.configMaxBytes + 1, 0x20), home);
    const { entries, problems } = await readEntries({}, host);
    expect(entries).toEqual([]);
    expect(problems.map(({ client, code }) => [client, code])).toEqual([
      ['claude-desktop', 'too-large'],
      ['claude-code', 'not-a-file'],
      ['cursor', 'unreadable'],
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('a file without read permission', async () => {
    const home = configHome();
    const file = await place('cursor', 'user', '{}', home);
    chmodSync(file, 0);
    const { problems } = await readEntries({}, home.host);
    expect(problems).toEqual([expect.objectContaining({ code: 'unreadable', file })]);
  });

  test('invalid UTF-8 is read as the client reads it, and said', async () => {
    const home = configHome();
    await place(
      'cursor',
      'user',
      Buffer.concat([Buffer.from('{"mcpServers":{"a'), Buffer.from([0xff]), Buffer.from('":{"command":"x"}}}')]),
      home,
    );
    const { entries, problems } = await readEntries({}, home.host);
    expect(entries.map(({ name }) => name)).toEqual(['a\ufffd']);
    expect(problems.map(({ code }) => code)).toEqual(['encoding']);
  });
});

test('the last of two equal names counts, and both are said', async () => {
  const home = configHome();
  const text =
    '{"x": 1, "x": 2, "mcpServers": {"a": {"command": "first"}, "a": {"command": "second", "env": {"K": "canary-1", "K": "canary-2"}}}}';
  await place('claude-code', 'user', text, home);
  const { entries, problems } = await readEntries({}, home.host);
  expect(entries.map(({ command, envNames }) => [command, envNames])).toEqual([['second', ['K']]]);
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['duplicate-key', '"a" occurs twice in the same object; the last one counts'],
    ['duplicate-key', '"K" occurs twice in the same object; the last one counts'],
  ]);
});

test('of two equal names in a client whose parser is not known, the place is said and nothing is claimed', async () => {
  const home = configHome();
  await place('junie', 'user', '{"mcpServers": {"a": {"command": "first"}, "a": {"command": "second"}}}', home);
  const { entries, problems } = await readEntries({}, home.host);
  expect(entries.map(({ command }) => command)).toEqual(['second']);
  expect(problems.map(({ message }) => message)).toEqual([
    '"a" occurs twice in the same object; which one the client takes is not known, and the last one is listed',
  ]);
});

test('names that mean something to JavaScript are only names', async () => {
  const home = configHome();
  await place(
    'claude-code',
    'user',
    '{"__proto__": {"mcpServers": {"evil": {"command": "x"}}}, "mcpServers": {"__proto__": {"command": "y"}, "": {"command": "z"}}}',
    home,
  );
  const { entries } = await readEntries({}, home.host);
  expect(entries.map(({ name, command }) => [name, command])).toEqual([
    ['__proto__', 'y'],
    ['', 'z'],
  ]);
});

test('members that an object only inherits are not there', async () => {
  const home = configHome();
  await place('claude-code', 'user', '{"mcpServers": {"a": {"__proto__": {"command": "x"}}}}', home);
  const { entries } = await readEntries({}, home.host);
  expect(entries.map(({ command, transport }) => [command, transport])).toEqual([[null, 'invalid']]);
});

test('every profile of VS Code, the old settings, and the folder that a project brings', async () => {
  const home = configHome();
  const user = join(home.home, '.config', 'Code', 'User');
  const servers = (name: string) => ({ [name]: server });
  put(join(user, 'profiles', '-1a2b', 'mcp.json'), JSON.stringify({ servers: servers('in-profile') }));
  put(join(user, 'settings.json'), JSON.stringify({ 'mcp.servers': servers('dotted'), mcp: { servers: servers('nested') } }));
  put(join(home.project, '.devcontainer.json'), JSON.stringify({ customizations: { vscode: { mcp: { servers: servers('container') } } } }));
  put(join(home.project, 'loom.code-workspace'), JSON.stringify({ settings: { mcp: { servers: servers('workspace') } } }));
  const { entries } = await readEntries({ client: 'vscode', project: home.project }, home.host);
  expect(entries.map(({ name, writable }) => [name, writable])).toEqual([
    ['in-profile', true],
    ['nested', false],
    ['dotted', false],
    ['container', true],
    ['workspace', true],
  ]);
  const without = await readEntries({ client: 'vscode' }, home.host);
  expect(without.entries.map(({ name }) => name)).toEqual(['in-profile', 'nested', 'dotted']);
});

test('variables that move files', async () => {
  const home = configHome({ CLAUDE_CONFIG_DIR: 'elsewhere', VSCODE_PORTABLE: '/nonexistent/portable' });
  put(join(home.home, 'elsewhere', '.claude.json'), JSON.stringify({ mcpServers: { moved: server } }));
  put(join(home.home, '.claude.json'), JSON.stringify({ mcpServers: { home: server } }));
  const { entries, files } = await readEntries({}, home.host);
  expect(entries.map(({ name }) => name)).toEqual(['moved', 'home']);
  expect(files.map(({ file }) => file)).toContain('/nonexistent/portable/user-data/User/mcp.json');
});

test('a Windows home that was copied here is read with the folders of Windows and none of our variables', async () => {
  const home = configHome({ CLAUDE_CONFIG_DIR: '/nonexistent' });
  const root = join(home.home, 'image');
  const places = { ...home.host.places, home: root, appConfig: join(root, 'AppData', 'Roaming'), appData: join(root, 'AppData', 'Local') };
  put(
    join(places.appData, 'Packages', 'Claude_pzs8sxrjxfjjc', 'LocalCache', 'Roaming', 'Claude', 'claude_desktop_config.json'),
    JSON.stringify({ mcpServers: { store: server } }),
  );
  put(join(places.appConfig, 'Claude', 'claude_desktop_config.json'), JSON.stringify({ mcpServers: { plain: server } }));
  const { entries, files } = await readEntries({ places, platform: 'win32' }, home.host);
  expect(entries.map(({ name }) => name)).toEqual(['store', 'plain']);
  expect(files.some(({ file }) => file.startsWith('/nonexistent'))).toBe(false);
});

test('a project that is the home has no second set of files', async () => {
  const home = configHome();
  await place('cursor', 'user', JSON.stringify({ mcpServers: { once: server } }), home);
  const { entries } = await readEntries({ project: home.home }, home.host);
  expect(entries.map(({ name, scope }) => [name, scope])).toEqual([['once', 'user']]);
});

test('a user server that is switched off in this project', async () => {
  const home = configHome();
  const text = JSON.stringify({ mcpServers: { dog: server, cat: server }, projects: { [home.project]: { disabledMcpServers: ['dog'] } } });
  await place('claude-code', 'user', text, home);
  const enabled = async (project: string | null) => (await readEntries({ project }, home.host)).entries.map((entry) => entry.enabled);
  expect(await enabled(home.project)).toEqual([false, true]);
  expect(await enabled(null)).toEqual([true, true]);
});

test('an unknown client says which are known', async () => {
  await expect(readEntries({ client: 'netscape' }, configHome().host)).rejects.toMatchObject({
    code: 'client-not-found',
    hint: expect.stringMatching(/^for example .*; docs\/clients\.md names all \d+$/),
  });
});

describe('a command line in one string', () => {
  test.each<[string, readonly string[] | null]>([
    ['npx', null],
    ['', null],
    ['npx -y pkg', ['npx', '-y', 'pkg']],
    ['npx  -y\t"a b" c\'d e\'f', ['npx', '-y', 'a b', 'cd ef']],
    ['npx "" x', ['npx', '', 'x']],
    ['C:\\Program Files\\nodejs\\npx.cmd', null],
    ['/Applications/My App/run', null],
    ['/usr/local/bin/npx -y pkg', ['/usr/local/bin/npx', '-y', 'pkg']],
    ['"C:\\Program Files\\nodejs\\npx.cmd" pkg', ['C:\\Program Files\\nodejs\\npx.cmd', 'pkg']],
    ['npx "open', null],
  ])('%j', (line, words) => {
    expect(splitCommandLine(line)).toEqual(words);
  });
});
