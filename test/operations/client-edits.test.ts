import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backupFiles } from '../../src/clients/backup.ts';
import { targetFor } from '../../src/clients/locations.ts';
import { type EntryChange, planEdit, planEdits } from '../../src/clients/plan-edit.ts';
import { readEntries } from '../../src/clients/read.ts';
import type { Host } from '../../src/host/host.ts';
import type { ConfigScope } from '../../src/model/client-entry.ts';
import { transact } from '../../src/store/transaction.ts';
import { type ConfigHome, configHome, place, put } from '../clients/config-home.ts';
import { editFile } from '../clients/edit-file.ts';

const set: EntryChange = { kind: 'set', launch: { command: '/data/launcher', args: ['run', 'sheep'] }, replace: false };

function sheep(home: ConfigHome, client = 'cursor', scope: ConfigScope = 'user') {
  return targetFor({ client, scope, name: 'sheep' }, { project: home.project }, home.host);
}

describe('a new entry', () => {
  test('goes to the Store build of Claude Desktop where that is installed', async () => {
    const home = configHome();
    const windows: Host = { ...home.host, machine: { ...home.host.machine, platform: 'win32' } };
    const plain = await targetFor({ client: 'claude-desktop', scope: 'user', name: 'x' }, {}, windows);
    expect(plain.file).toBe(join(home.host.places.appConfig, 'Claude', 'claude_desktop_config.json'));
    const folder = join(home.host.places.appData, 'Packages', 'Claude_pzs8sxrjxfjjc');
    put(join(folder, 'AppxManifest.xml'), '');
    const store = await targetFor({ client: 'claude-desktop', scope: 'user', name: 'x' }, {}, windows);
    expect(store.file).toBe(join(folder, 'LocalCache', 'Roaming', 'Claude', 'claude_desktop_config.json'));
  });

  test('goes under the spelling of the project that Claude Code wrote', async () => {
    const home = configHome();
    const windows: Host = { ...home.host, machine: { ...home.host.machine, platform: 'win32' } };
    await place('claude-code', 'user', JSON.stringify({ projects: { 'C:/Work/Loom': { mcpServers: {} } } }), home);
    const target = await targetFor({ client: 'claude-code', scope: 'local', name: 'x' }, { project: 'c:\\work\\loom' }, windows);
    expect(target.rawPath).toEqual(['projects', 'C:/Work/Loom', 'mcpServers', 'x']);
    const other = await targetFor({ client: 'claude-code', scope: 'local', name: 'x' }, { project: home.project }, home.host);
    expect(other.rawPath).toEqual(['projects', home.project, 'mcpServers', 'x']);
  });

  test.each([
    ['claude-desktop', 'project'],
    ['cursor', 'local'],
    ['cursor', 'managed'],
  ] as const)('%s has no place of scope %s', async (client, scope) => {
    const home = configHome();
    await expect(targetFor({ client, scope, name: 'x' }, { project: home.project }, home.host)).rejects.toMatchObject({
      code: 'config-unwritable',
    });
  });

  test.each(['with space', 'ünïcode', '', 'workspace'])('Claude Code does not take the name %j', async (name) => {
    const home = configHome();
    const target = await targetFor({ client: 'claude-code', scope: 'user', name }, {}, home.host);
    await expect(planEdit(target, set, home.host)).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('--name') });
  });

  test('makes a file that only its owner reads, and a project file for the team', async () => {
    const home = configHome();
    process.umask(0o022);
    const user = await editFile(await sheep(home), set, home.host);
    const project = await editFile(await sheep(home, 'cursor', 'project'), set, home.host);
    expect([user.path, project.path].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o644]);
  });

  test('leaves the mode of a file as it was', async () => {
    const home = configHome();
    const file = await place('cursor', 'user', '{}', home);
    chmodSync(file, 0o640);
    await editFile(await sheep(home), set, home.host);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test('an empty file is a configuration for VS Code only', async () => {
    const home = configHome();
    await place('vscode', 'user', '\n', home);
    await editFile(await sheep(home, 'vscode'), set, home.host);
    for (const client of ['cursor', 'claude-code', 'claude-desktop']) {
      const file = await place(client, 'user', ' \n', home);
      await expect(editFile(await sheep(home, client), set, home.host)).rejects.toMatchObject({
        code: 'config-invalid',
        hint: expect.stringContaining('{}'),
      });
      expect(readFileSync(file, 'utf8')).toBe(' \n');
    }
  });
});

test('a server of `.mcp.json` is not switched by a list in that file: Claude Code does not read one there', async () => {
  const home = configHome();
  const text = '{"mcpServers": {"sheep": {"command": "x"}}}';
  const file = await place('claude-code', 'project', text, home);
  const change: EntryChange = { kind: 'switch', on: false, project: home.project };
  await expect(editFile(await sheep(home, 'claude-code', 'project'), change, home.host)).rejects.toMatchObject({
    code: 'config-unwritable',
    why: expect.stringContaining('disabledMcpjsonServers'),
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  // A list that somebody put there switches nothing off.
  put(file, JSON.stringify({ ...JSON.parse(text), projects: { [home.project]: { disabledMcpServers: ['sheep'] } } }));
  const { entries } = await readEntries({ client: 'claude-code', project: home.project }, home.host);
  expect(entries).toMatchObject([{ name: 'sheep', enabled: true }]);
});

describe('the backup', () => {
  test('holds the bytes before the first touch, for the owner only', async () => {
    const home = configHome();
    const original = '{"mcpServers": {"own": {"command": "x", "env": {"TOKEN": "canary-backup"}}}}';
    const file = await place('cursor', 'user', original, home);
    chmodSync(file, 0o644);
    const target = await sheep(home);
    await editFile(target, set, home.host);
    await editFile(target, { kind: 'remove' }, home.host);
    const { bytes, record } = backupFiles(file, home.host);
    expect(readFileSync(bytes, 'utf8')).toBe(original);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ version: 1, path: file, existed: true });
    expect([bytes, record].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(dirname(bytes)).mode & 0o777).toBe(0o700);
  });

  test('of a file that was not there says so', async () => {
    const home = configHome();
    const { path } = await editFile(await sheep(home), set, home.host);
    const { bytes, record } = backupFiles(path, home.host);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ existed: false });
    expect(() => statSync(bytes)).toThrow();
  });

  test('and the file stay away when there is nothing to do', async () => {
    const home = configHome();
    const file = await place(
      'cursor',
      'user',
      JSON.stringify({ mcpServers: { sheep: { command: '/data/launcher', args: ['run', 'sheep'] } } }),
      home,
    );
    const { mtimeMs, ino } = statSync(file);
    await editFile(await sheep(home), { ...set, replace: true }, home.host);
    expect(statSync(file)).toMatchObject({ mtimeMs, ino });
    expect(() => statSync(backupFiles(file, home.host).record)).toThrow();
  });
});

describe('a client that writes at the same time', () => {
  test('wins, and the edit is made again on what it wrote', async () => {
    const home = configHome();
    const file = await place('claude-code', 'user', '{"numStartups": 0}', home);
    let writes = 0;
    const host = meddledWith(home.host, file, () => {
      if (++writes < 5) writeFileSync(file, `{"numStartups": ${writes}}`);
    });
    await editFile(await sheep(home, 'claude-code'), set, host);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ numStartups: 4, mcpServers: { sheep: { args: ['run', 'sheep'] } } });
  });

  test('and never stops leaves its own bytes and an error', async () => {
    const home = configHome();
    const file = await place('claude-code', 'user', '{"numStartups": 0}', home);
    let writes = 0;
    const host = meddledWith(home.host, file, () => writeFileSync(file, `{"numStartups": ${++writes}}`));
    await expect(editFile(await sheep(home, 'claude-code'), set, host)).rejects.toMatchObject({ code: 'config-changed' });
    expect(readFileSync(file, 'utf8')).toBe('{"numStartups": 5}');
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.pinfold-tmp') || name.endsWith('.lock'))).toEqual([]);
  });

  test('a plan that is out of date is not applied', async () => {
    const home = configHome();
    const file = await place('cursor', 'user', '{}', home);
    const edit = await planEdit(await sheep(home), set, home.host);
    writeFileSync(file, '{"mine": 1}');
    await expect(transact([edit], home.host)).rejects.toMatchObject({ code: 'config-changed' });
    expect(readFileSync(file, 'utf8')).toBe('{"mine": 1}');
  });
});

test('a dotfile manager keeps its link, and the file behind it changes', async () => {
  const home = configHome();
  const real = join(home.home, 'dotfiles', 'cursor.json');
  put(real, '{}');
  put(join(home.home, '.cursor', 'x'), '');
  symlinkSync(real, join(home.home, '.cursor', 'mcp.json'));
  const edit = await editFile(await sheep(home), set, home.host);
  expect(edit.path).toBe(real);
  expect(JSON.parse(readFileSync(real, 'utf8'))).toHaveProperty('mcpServers.sheep');
});

function meddledWith(host: Host, file: string, meddle: () => void): Host {
  const files: Host['files'] = {
    ...host.files,
    async writeAtomic(path, bytes, options) {
      if (path === file) meddle();
      await host.files.writeAtomic(path, bytes, options);
    },
  };
  return { ...host, files };
}

test('several changes of one file are one edit', async () => {
  const home = configHome();
  const text = JSON.stringify({
    mcpServers: { dog: { command: 'a' }, cat: { command: 'b' } },
    projects: { '/p': { mcpServers: { dog: { command: 'c' } } } },
  });
  const file = await place('claude-code', 'user', text, home);
  const { entries } = await readEntries({ client: 'claude-code' }, home.host);
  const dogs = entries.filter(({ name }) => name === 'dog');
  const changes = [...dogs.map((target) => ({ target, change: { kind: 'remove' } as const })), { target: await sheep(home), change: set }];
  const edits = await planEdits(changes, home.host);
  expect(edits.map(({ path }) => path)).toEqual([file, join(home.home, '.cursor', 'mcp.json')]);
  await transact(edits, home.host);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mcpServers: { cat: { command: 'b' } }, projects: { '/p': { mcpServers: {} } } });
  expect(Buffer.from(edits[0]?.before ?? []).toString()).toBe(text);
});
