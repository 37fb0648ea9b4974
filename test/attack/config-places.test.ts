import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EditTarget, targetFor } from '../../src/clients/locations.ts';
import type { EntryChange } from '../../src/clients/plan-edit.ts';
import type { Host } from '../../src/host/host.ts';
import type { ConfigScope } from '../../src/model/client-entry.ts';
import { limits } from '../../src/model/limits.ts';
import { type ConfigHome, configHome, place, put } from '../clients/config-home.ts';
import { editFile } from '../clients/edit-file.ts';

const change: EntryChange = { kind: 'set', launch: { command: '/data/launcher', args: ['run', 'sheep'] }, replace: true };

interface Attack {
  readonly client?: string;
  readonly scope?: ConfigScope;
  /** Lays the trap; returns the file whose bytes must not change. */
  readonly lay: (home: ConfigHome) => Promise<string> | string;
  readonly why: string;
  readonly code?: string;
  readonly host?: (host: Host) => Host;
  readonly target?: (target: EditTarget, home: ConfigHome) => EditTarget;
}

const attacks: Readonly<Record<string, Attack>> = {
  'a clone whose config is a link to the state file of the user': {
    client: 'claude-code',
    scope: 'project',
    lay: (home) => link(home, join(home.home, '.claude.json'), join(home.project, '.mcp.json')),
    why: 'out of the project',
  },
  'a clone whose folder is a link to a folder of the user': {
    scope: 'project',
    lay(home) {
      const file = join(home.home, '.cursor', 'mcp.json');
      put(file, '{}');
      symlinkSync(dirname(file), join(home.project, '.cursor'));
      return file;
    },
    why: 'out of the project',
  },
  'a link out of the home': {
    lay(home) {
      const outside = join(home.home, '..', `${home.home.split('/').at(-1)}-outside`);
      put(join(outside, 'mcp.json'), '{}');
      return link(home, join(outside, 'mcp.json'), join(home.home, '.cursor', 'mcp.json'));
    },
    why: 'out of your home',
  },
  'a link to nothing': {
    lay(home) {
      put(join(home.home, '.cursor', 'x'), '');
      symlinkSync(join(home.home, 'gone.json'), join(home.home, '.cursor', 'mcp.json'));
      return join(home.home, '.cursor', 'x');
    },
    why: 'a symbolic link to nothing',
  },
  'a read-only file': {
    async lay(home) {
      const file = await place('cursor', 'user', '{}', home);
      chmodSync(file, 0o444);
      return file;
    },
    why: 'it is read-only',
  },
  'a read-only folder': {
    async lay(home) {
      const file = await place('cursor', 'user', '{}', home);
      chmodSync(dirname(file), 0o555);
      return file;
    },
    why: 'is read-only',
  },
  'a file of another user': {
    lay: (home) => place('cursor', 'user', '{}', home),
    host: (host) => ({ ...host, machine: { ...host.machine, uid: 4_242 } }),
    why: 'it belongs to another user',
  },
  'a file with a second name': {
    async lay(home) {
      const file = await place('cursor', 'user', '{}', home);
      linkSync(file, join(home.home, 'twin.json'));
      return file;
    },
    why: 'it has 2 names (hard links)',
  },
  'a folder in the place of the file': {
    lay(home) {
      mkdirSync(join(home.home, '.cursor', 'mcp.json'), { recursive: true });
      put(join(home.home, '.cursor', 'mcp.json', 'inside'), 'x');
      return join(home.home, '.cursor', 'mcp.json', 'inside');
    },
    why: 'it is a folder',
  },
  'a file in the place of the folder': {
    lay(home) {
      put(join(home.home, '.cursor'), 'x');
      return join(home.home, '.cursor');
    },
    why: 'is not a folder',
  },
  'a file that is too large': {
    lay: (home) => place('cursor', 'user', Buffer.alloc(limits.configMaxBytes + 1, 0x20), home),
    why: 'bytes; at most',
  },
  'invalid UTF-8': {
    lay: (home) => place('cursor', 'user', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]), home),
    why: 'it is not valid UTF-8',
    code: 'config-invalid',
  },
  'half a character of UTF-16 at the end': {
    lay: (home) => place('cursor', 'user', Buffer.concat([Buffer.from('\ufeff{}', 'utf16le'), Buffer.from([0x20])]), home),
    why: 'it is not valid UTF-16',
    code: 'config-invalid',
  },
  'half of a surrogate pair in UTF-16': {
    lay: (home) => place('cursor', 'user', Buffer.from('\ufeff{"a":"\ud800"}', 'utf16le'), home),
    why: 'it is not valid UTF-16',
    code: 'config-invalid',
  },
  'the map of servers twice': {
    lay: (home) => place('cursor', 'user', '{"mcpServers": {"sheep": {"command": "a"}}, "mcpServers": {"sheep": {"command": "b"}}}', home),
    why: '"mcpServers" occurs twice',
    code: 'config-invalid',
  },
  'a managed file': {
    client: 'claude-code',
    lay: (home) => place('claude-code', 'managed', '{}', home),
    target: (target, home) => ({ ...target, scope: 'managed', file: join(home.home, 'etc', 'claude-code', 'managed-mcp.json') }),
    why: 'it is managed',
  },
  'a place that the client migrates by itself': {
    client: 'vscode',
    lay(home) {
      const file = join(home.host.places.appConfig, 'Code', 'User', 'settings.json');
      put(file, '{"mcp.servers": {}}');
      return file;
    },
    target: (target, home) => ({
      ...target,
      file: join(home.host.places.appConfig, 'Code', 'User', 'settings.json'),
      rawPath: ['mcp.servers', 'sheep'],
    }),
    why: 'another place',
  },
  'a file that is none of the client': {
    lay(home) {
      put(join(home.home, '.bashrc'), '{}');
      return join(home.home, '.bashrc');
    },
    target: (target, home) => ({ ...target, file: join(home.home, '.bashrc') }),
    why: 'keeps no servers',
  },
  'a member that is no map of servers': {
    client: 'claude-code',
    lay: (home) => place('claude-code', 'user', '{"oauthAccount": {}}', home),
    target: (target) => ({ ...target, rawPath: ['oauthAccount', 'sheep'] }),
    why: 'keeps no servers',
  },
};

describe('is refused with a reason and a way out, and nothing is written', () => {
  test.each(Object.entries(attacks))('%s', async (_, attack) => {
    const home = configHome();
    const file = await attack.lay(home);
    const before = readFileSync(file);
    const beside = readdirSync(dirname(file));
    const host = attack.host?.(home.host) ?? home.host;
    const options = { project: home.project };
    const wanted = await targetFor({ client: attack.client ?? 'cursor', scope: attack.scope ?? 'user', name: 'sheep' }, options, host);
    const target = attack.target?.(wanted, home) ?? wanted;
    await expect(editFile(target, change, host)).rejects.toMatchObject({
      code: attack.code ?? 'config-unwritable',
      why: expect.stringContaining(attack.why),
      hint: expect.stringMatching(/\S/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file))).toEqual(beside);
    expect(() => statSync(join(home.host.places.data, 'backups'))).toThrow();
  });

  test('and a second name that a command of ours left when it was killed does not count', async () => {
    const home = configHome();
    const file = await place('cursor', 'user', '{}', home);
    linkSync(file, join(dirname(file), '.4194000-abc.pinfold-tmp'));
    const target = await targetFor({ client: 'cursor', scope: 'user', name: 'sheep' }, {}, home.host);
    await editFile(target, change, home.host);
    expect(readFileSync(file, 'utf8')).toContain('sheep');
    linkSync(file, join(dirname(file), 'twin.json'));
    await expect(editFile({ ...target, name: 'goat', rawPath: ['mcpServers', 'goat'] }, change, home.host)).rejects.toMatchObject({
      why: expect.stringContaining('it has 2 names'),
    });
  });

  test('and a link inside the project is followed', async () => {
    const home = configHome();
    put(join(home.project, 'config', 'mcp.json'), '{}');
    symlinkSync('config', join(home.project, '.cursor'));
    const target = await targetFor({ client: 'cursor', scope: 'project', name: 'sheep' }, { project: home.project }, home.host);
    await editFile(target, change, home.host);
    expect(readFileSync(join(home.project, 'config', 'mcp.json'), 'utf8')).toContain('sheep');
  });
});

function link(_home: ConfigHome, real: string, at: string): string {
  put(real, '{}');
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(real, at);
  return real;
}
