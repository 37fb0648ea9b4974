import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { type Machine, machine } from '../support/cli.ts';
import { lies } from '../support/registry.ts';
import { identity } from '../support/registry-packages.mjs';
import { type TarEntry, tarball } from '../support/tarball.ts';

const notes = '@pinfold-fixture/notes@1.0.0';
const install = ['install', '--no-probe', notes, '--', '/srv/notes'];

interface Bad {
  /** The row's name. */
  readonly what: string;
  readonly given?: (m: Machine) => void | Promise<void>;
  readonly argv?: readonly string[];
  readonly code: number;
  /** Repeats the command after its hint was followed, where the hint is a shell command or one of ours. */
  readonly fixed?: boolean;
}

/** Publishes a package whose tarball has these entries beside a proper package.json. */
function hostile(...entries: TarEntry[]): (m: Machine) => void {
  return ({ registry }) => {
    const manifest = { name: 'hostile', version: '1.0.0', bin: { hostile: 'index.js' } };
    const bytes = tarball([
      { path: 'package/package.json', body: JSON.stringify(manifest) },
      { path: 'package/index.js', body: '' },
      ...entries,
    ]);
    registry.publishBytes('hostile', '1.0.0', { ...manifest, ...identity(manifest, bytes) }, bytes);
  };
}

const config = '.cursor/mcp.json';
const lock = '.config/pinfold/lock.json';
const fetchHostile = ['install', '--no-probe', 'hostile'];

const rows: readonly Bad[] = [
  { what: 'an unknown package', argv: ['install', '@pinfold-fixture/nope'], code: 3 },
  { what: 'an unknown version', argv: ['install', '@pinfold-fixture/notes@9.9.9'], code: 3 },
  { what: 'a range that nothing satisfies', argv: ['install', '@pinfold-fixture/notes@^9'], code: 3 },
  { what: 'an unknown tag', argv: ['install', '@pinfold-fixture/notes@beta'], code: 3 },
  { what: 'a package without a bin', argv: ['install', '@pinfold-fixture/no-bin'], code: 3 },
  { what: 'several bins and none named', argv: ['install', '@pinfold-fixture/many-bins'], code: 2 },
  { what: 'a bin that the package does not have', argv: ['install', '--bin', 'gamma', '@pinfold-fixture/many-bins'], code: 3 },
  { what: 'a registry that names another hash', given: (m) => m.registry.lie('@pinfold-fixture/notes', lies.wrongIntegrity()), code: 1 },
  { what: 'a registry that serves other bytes', given: (m) => m.registry.lie('@pinfold-fixture/notes', lies.changedBytes()), code: 1 },
  { what: 'half a tarball', given: (m) => m.registry.lie('@pinfold-fixture/notes', lies.truncatedTarball()), code: 1 },
  { what: 'a registry that is down', given: (m) => m.registry.lie('@pinfold-fixture/notes', lies.status(503)), code: 3 },
  { what: 'a hotel network', given: (m) => m.registry.lie('@pinfold-fixture/notes', lies.notJson()), code: 3 },
  { what: 'a tarball with ..', given: hostile({ path: 'package/../../evil', body: 'x' }), argv: fetchHostile, code: 1 },
  { what: 'a tarball with an absolute path', given: hostile({ path: '/tmp/evil', body: 'x' }), argv: fetchHostile, code: 1 },
  { what: 'a tarball with a symlink', given: hostile({ path: 'package/a', type: '2', link: '/etc' }), argv: fetchHostile, code: 1 },
  {
    what: 'a tarball with a hard link',
    given: hostile({ path: 'package/a', type: '1', link: 'package/index.js' }),
    argv: fetchHostile,
    code: 1,
  },
  {
    what: 'a tarball with paths that differ in case',
    given: hostile({ path: 'package/A', body: '1' }, { path: 'package/a', body: '2' }),
    argv: fetchHostile,
    code: 1,
  },
  { what: 'a tarball with a path twice', given: hostile({ path: 'package/index.js', body: 'other' }), argv: fetchHostile, code: 1 },
  {
    what: 'a tarball that unpacks to far more than it is',
    given: hostile({ path: 'package/zeros', body: Buffer.alloc(limits.unpackedFreeBytes + 1) }),
    argv: fetchHostile,
    code: 1,
  },
  { what: 'a config that is empty', given: (m) => m.write(config, ''), code: 3 },
  { what: 'a config that is not JSON', given: (m) => m.write(config, '{"mcpServers": {'), code: 3 },
  { what: 'a config that is a list', given: (m) => m.write(config, '[]'), code: 3 },
  { what: 'a config whose servers are no map', given: (m) => m.write(config, '{"mcpServers": "none"}'), code: 3 },
  { what: 'a config that is a folder', given: (m) => void mkdirSync(join(m.home, config)), code: 3, fixed: true },
  {
    what: 'a config that is a link out of the home',
    given: (m) => symlinkSync('/etc/hostname', join(m.home, config)),
    code: 3,
  },
  { what: 'a config that is a link to nothing', given: (m) => symlinkSync('gone.json', join(m.home, config)), code: 3, fixed: true },
  {
    what: 'a read-only config',
    given: (m) => {
      m.write(config, '{}');
      chmodSync(join(m.home, config), 0o444);
    },
    code: 3,
    fixed: true,
  },
  {
    what: 'a config over the limit',
    given: (m) => {
      m.write(config, '{}');
      truncateSync(join(m.home, config), limits.configMaxBytes + 1);
    },
    code: 3,
  },
  {
    what: 'a config with the server key twice',
    given: (m) => m.write(config, '{"mcpServers": {"a": {"command": "a"}}, "mcpServers": {"b": {"command": "b"}}}'),
    code: 3,
  },
  { what: 'a config in broken UTF-8', given: (m) => writeFileSync(join(m.home, config), Buffer.from([0x7b, 0xff, 0x7d])), code: 3 },
  { what: 'a lock of a newer version', given: (m) => m.write(lock, '{"version": 2, "pins": {}}\n'), code: 3 },
  { what: 'a lock that is cut off', given: (m) => m.write(lock, '{"version": 1, "pi'), code: 3 },
  { what: 'a lock that is empty', given: (m) => m.write(lock, ''), code: 3 },
  { what: 'a lock with a member nobody knows', given: (m) => m.write(lock, '{"version": 1, "pins": {}, "trust": true}'), code: 3 },
  { what: 'a lock with a member twice', given: (m) => m.write(lock, '{"version": 1, "pins": {}, "pins": {}}'), code: 3 },
  { what: 'a policy that is not JSON', given: (m) => m.write('.config/pinfold/policy.json', 'deny all'), code: 3 },
  {
    what: 'a policy with a member nobody knows',
    given: (m) => m.write('.config/pinfold/policy.json', '{"version": 1, "autoAprove": "red"}'),
    code: 3,
  },
];

describe('bad input is told in one line, with why and what to do, and changes nothing', () => {
  const said = new Map<string, string>();

  test.each(rows.map((row): [string, Bad] => [row.what, row]))('%s', async (what, { given, argv = install, code, fixed }) => {
    const m = await machine();
    await given?.(m);
    const before = m.files();
    const ran = await m.run(...argv);
    said.set(what, m.normal(ran.stderr));
    expect(ran).toMatchObject({ code, stdout: '', asked: [] });
    expect(ran.stderr).toMatch(/^error: (?![A-Z])[^\n]*[^.\n]\n( {2}why: (?![A-Z][a-z])[^\n]+\n)? hint: [^\n]+\n$/);
    expect(m.files()).toEqual(before);
    const hint = / hint: (.*)$/m.exec(ran.stderr)?.[1] ?? '';
    if (hint.startsWith('pinfold ')) {
      const words = hint
        .slice('pinfold '.length)
        .split(' ')
        .map((word) => word.replaceAll("'", ''));
      const followed = await m.run(...words);
      expect(followed.code, hint).not.toBe(2);
      expect(followed.code, hint).not.toBe(70);
    }
    if (fixed === true) {
      onTestFinished(() => {
        if (what.includes('read-only')) chmodSync(join(m.home, config), 0o644);
      });
      execFileSync('/bin/sh', ['-c', hint.replace(/^[a-z ]+: /, '')]);
      expect((await m.person(['y'], ...argv)).code, hint).toBe(0);
    }
  });

  test('what they say', () => {
    expect([...said].map(([what, text]) => `# ${what}\n${text}`).join('')).toMatchInlineSnapshot(`
      "# an unknown package
      error: there is no npm package @pinfold-fixture/nope
        why: http://registry does not know it; a private package also looks like this without a login
       hint: npm view @pinfold-fixture/nope
      # an unknown version
      error: there is no version 9.9.9 of @pinfold-fixture/notes
        why: published near it: 1.0.0, 1.1.0, 2.0.0
       hint: pinfold info @pinfold-fixture/notes@2.0.0
      # a range that nothing satisfies
      error: there is no version ^9 of @pinfold-fixture/notes
        why: published last: 1.0.0, 1.1.0, 2.0.0
       hint: pinfold info @pinfold-fixture/notes@2.0.0
      # an unknown tag
      error: there is no version beta of @pinfold-fixture/notes
        why: published last: 1.0.0, 1.1.0, 2.0.0; tags: latest
       hint: pinfold info @pinfold-fixture/notes@2.0.0
      # a package without a bin
      error: @pinfold-fixture/no-bin@1.0.0 has no program to start
        why: its package.json names no bin; it is a library, or a server that other code has to start
       hint: npm view @pinfold-fixture/no-bin@1.0.0 bin exports
      # several bins and none named
      error: @pinfold-fixture/many-bins@1.0.0 has several programs
        why: say which: alpha, beta
       hint: pinfold info -- npx -y -p @pinfold-fixture/many-bins@1.0.0 alpha
      # a bin that the package does not have
      error: @pinfold-fixture/many-bins@1.0.0 has no program gamma
        why: it has: alpha, beta
       hint: pinfold info -- npx -y -p @pinfold-fixture/many-bins@1.0.0 alpha
      # a registry that names another hash
      error: the tarball of @pinfold-fixture/notes@1.0.0 is not the one that was announced
        why: expected sha512-<digest>, received sha512-<digest> (1438 bytes); nothing was unpacked
       hint: npm view @pinfold-fixture/notes@1.0.0 dist.integrity dist.tarball
      # a registry that serves other bytes
      error: the tarball of @pinfold-fixture/notes@1.0.0 is not the one that was announced
        why: expected sha512-<digest>, received sha512-<digest> (132 bytes); nothing was unpacked
       hint: npm view @pinfold-fixture/notes@1.0.0 dist.integrity dist.tarball
      # half a tarball
      error: the tarball of @pinfold-fixture/notes@1.0.0 is not the one that was announced
        why: expected sha512-<digest>, received sha512-<digest> (719 bytes); nothing was unpacked
       hint: npm view @pinfold-fixture/notes@1.0.0 dist.integrity dist.tarball
      # a registry that is down
      error: cannot ask http://registry about @pinfold-fixture/notes
        why: it answered 503
       hint: npm ping --registry=http://registry
      # a hotel network
      error: the registry's answer about @pinfold-fixture/notes makes no sense
        why: http://registry: it is not JSON, as when a network wants a login first
       hint: npm view @pinfold-fixture/notes
      # a tarball with ..
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: a path with ..: package/../../evil
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a tarball with an absolute path
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: an absolute path: /tmp/evil
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a tarball with a symlink
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: a symbolic link: package/a
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a tarball with a hard link
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: a hard link: package/a
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a tarball with paths that differ in case
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: a path that some file systems cannot tell from A: a
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a tarball with a path twice
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: the same path twice with different content: package/index.js
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a tarball that unpacks to far more than it is
      error: the tarball of hostile@1.0.0 is not safe to unpack
        why: it unpacks to more than 16777216 bytes out of 16512
       hint: nothing was unpacked; report it to the registry, and do not install this version with another tool
      # a config that is empty
      error: /home/me/.cursor/mcp.json is not edited
        why: it is empty, which Cursor does not read as a configuration
       hint: delete it, or write {} into it, then run the same command again
      # a config that is not JSON
      error: /home/me/.cursor/mcp.json is not edited
        why: a closing brace is missing in line 1, column 17
       hint: correct it in an editor, then run the same command again
      # a config that is a list
      error: /home/me/.cursor/mcp.json is not edited
        why: something other than a map is where the servers belong
       hint: correct it in an editor, then run the same command again
      # a config whose servers are no map
      error: /home/me/.cursor/mcp.json is not edited
        why: something other than a map is where the servers belong
       hint: correct it in an editor, then run the same command again
      # a config that is a folder
      error: /home/me/.cursor/mcp.json is not edited
        why: it is a folder
       hint: move it away: mv /home/me/.cursor/mcp.json /home/me/.cursor/mcp.json.old
      # a config that is a link out of the home
      error: /home/me/.cursor/mcp.json is not edited
        why: a symbolic link leads out of your home, to /etc/hostname
       hint: replace the link by a file, or edit the file that it points to
      # a config that is a link to nothing
      error: /home/me/.cursor/mcp.json is not edited
        why: it is a symbolic link to nothing
       hint: remove the link: rm /home/me/.cursor/mcp.json
      # a read-only config
      error: /home/me/.cursor/mcp.json is not edited
        why: it is read-only
       hint: chmod u+w /home/me/.cursor/mcp.json
      # a config over the limit
      error: /home/me/.cursor/mcp.json is not edited
        why: 33554433 bytes; at most 33554432 are read
       hint: pinfold list
      # a config with the server key twice
      error: /home/me/.cursor/mcp.json is not edited
        why: "mcpServers" occurs twice in the same object
       hint: correct it in an editor, then run the same command again
      # a config in broken UTF-8
      error: /home/me/.cursor/mcp.json is not edited
        why: it is not valid UTF-8
       hint: save it as UTF-8 in an editor, then run the same command again
      # a lock of a newer version
      error: /home/me/.config/pinfold/lock.json was written by a newer pinfold
        why: it is version 2, this pinfold understands version 1
       hint: npm install -g pinfold@latest
      # a lock that is cut off
      error: /home/me/.config/pinfold/lock.json is damaged or was edited by hand
        why: not JSON at position 15
       hint: restore it from version control or from a backup
      # a lock that is empty
      error: /home/me/.config/pinfold/lock.json is damaged or was edited by hand
        why: not JSON at position 0
       hint: restore it from version control or from a backup
      # a lock with a member nobody knows
      error: /home/me/.config/pinfold/lock.json is damaged or was edited by hand
        why: $.trust: unknown member
       hint: restore it from version control or from a backup
      # a lock with a member twice
      error: /home/me/.config/pinfold/lock.json is damaged or was edited by hand
        why: a member name twice in one object at position 27
       hint: restore it from version control or from a backup
      # a policy that is not JSON
      error: the user policy cannot be used: /home/me/.config/pinfold/policy.json
        why: not JSON at position 0
       hint: correct or remove /home/me/.config/pinfold/policy.json
      # a policy with a member nobody knows
      error: the user policy cannot be used: /home/me/.config/pinfold/policy.json
        why: $.autoAprove: unknown member
       hint: correct or remove /home/me/.config/pinfold/policy.json
      "
    `);
  });
});
