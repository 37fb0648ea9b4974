import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Files, Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import { type Machine, type MachineOptions, machine } from '../support/cli.ts';

const install = ['install', '--yes', '@pinfold-fixture/notes@1.0.0', '--no-probe', '--', '/srv/notes'];
const update = ['update', '--yes', '--no-probe', 'notes@1.1.0'];

/** A machine whose user approves everything by policy, so that nothing depends on when a question comes. */
async function trusting(options: MachineOptions = {}): Promise<Machine> {
  const m = await machine(options);
  m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, autoApprove: 'red' }));
  return m;
}

/** Configs, lock, tickets and trees: what a failed command must leave as it was. Copies of the launcher name nothing. */
function state(m: Machine): Record<string, string> {
  const machinery = /^\.local\/share\/pinfold\/(launcher|bin|backups)\b/;
  return Object.fromEntries(Object.entries(m.files()).filter(([path, what]) => !machinery.test(path) && !what.startsWith('folder')));
}

type Step = 'writeAtomic' | 'createMany' | 'rename' | 'makeTempFolder';

/** The disk is full at the n-th call of one kind. */
function fullDisk(step: Step, n: number): (host: Host) => Host {
  return (host) => {
    let left = n;
    const refuse = (path: string): void => {
      if (path.endsWith('.checked')) return; // when it was last looked at; a launch goes on without
      if (path.includes(join('cache', 'analysis'))) return; // what was found out; without room it is found out again
      left -= 1;
      if (left === -1) throw new GuardError('file-unwritable', `cannot write ${path}`, { why: 'ENOSPC: no space left on device' });
    };
    const { files } = host;
    const full: Partial<Files> = {
      writeAtomic: async (path, bytes, options) => {
        refuse(path);
        return files.writeAtomic(path, bytes, options);
      },
      createMany: (folder, many) => {
        refuse(folder);
        return files.createMany(folder, many);
      },
      rename: async (from, to) => {
        refuse(to);
        return files.rename(from, to);
      },
      makeTempFolder: async (parent, prefix) => {
        refuse(parent);
        return files.makeTempFolder(parent, prefix);
      },
    };
    return { ...host, files: { ...files, [step]: full[step] } };
  };
}

test.each([
  ['writeAtomic', 7],
  ['createMany', 3],
  ['rename', 1],
  ['makeTempFolder', 2],
] as const)('a disk that is full at any %s of an install leaves config, lock and store as they were', async (step, atLeast) => {
  const m = await trusting({ clients: ['cursor', 'claude-desktop'] });
  m.write('.cursor/mcp.json', '{ "mcpServers": {} } // mine\n');
  const before = state(m);
  expect(await failures(step, m, install, before)).toBeGreaterThanOrEqual(atLeast);
});

test.each([
  ['writeAtomic', 6],
  ['rename', 1],
] as const)('a disk that is full at any %s of an update keeps the pinned version serving', async (step, atLeast) => {
  const m = await trusting();
  await m.run(...install);
  const before = state(m);
  expect(await failures(step, m, update, before)).toBeGreaterThanOrEqual(atLeast);
});

/** Runs the command with one failing step after the other until it gets through, and counts the failures. */
async function failures(step: Step, m: Machine, argv: readonly string[], before: Record<string, string>): Promise<number> {
  for (let n = 0; ; n++) {
    const ran = await m.with(fullDisk(step, n)).run(...argv);
    if (ran.code === 0) return n;
    expect(ran, `${step} ${n}`).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('no space left on device');
    expect(state(m), `${step} ${n}`).toEqual(before);
  }
}

/** Does something to the world when a command writes a path. */
function meanwhile(pattern: RegExp, action: () => void): (host: Host) => Host {
  return (host) => ({
    ...host,
    files: {
      ...host.files,
      writeAtomic: async (path, bytes, options) => {
        if (pattern.test(path)) action();
        return host.files.writeAtomic(path, bytes, options);
      },
    },
  });
}

test('a client that writes its file once in between keeps what it wrote, and the entry is added to it', async () => {
  const m = await trusting();
  const file = join(m.home, '.cursor', 'mcp.json');
  let written = false;
  const ran = await m
    .with(
      meanwhile(/transactions/, () => {
        if (!written) writeFileSync(file, '{"mcpServers":{"late":{"command":"late"}}}');
        written = true;
      }),
    )
    .run(...install);
  expect(ran.code).toBe(0);
  expect(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { mcpServers: object }).mcpServers)).toEqual(['late', 'notes']);
});

test('a client that never stops writing its file wins, and nothing of ours stays', async () => {
  const m = await trusting();
  const file = join(m.home, '.cursor', 'mcp.json');
  let round = 0;
  const before = Object.keys(state(m));
  const ran = await m
    .with(
      meanwhile(/transactions/, () => {
        round += 1;
        writeFileSync(file, `{"mcpServers":{},"round":${round}}`);
      }),
    )
    .run(...install);
  expect(ran.code).toBe(3);
  expect(ran.stderr.slice(ran.stderr.indexOf('error:')).replaceAll(m.home, '~')).toMatchInlineSnapshot(`
    "error: ~/.cursor/mcp.json changed while it was being edited
      why: another program wrote it in the meantime; nothing was overwritten
     hint: run the same command again
    "
  `);
  expect(Object.keys(state(m))).toEqual([...before, '.cursor/mcp.json'].sort());
  expect(readFileSync(file, 'utf8')).toBe(`{"mcpServers":{},"round":${round}}`);
});

test('a config that becomes read-only after the question is not touched', async () => {
  const m = await trusting();
  m.write('.cursor/mcp.json', '{}\n');
  const file = join(m.home, '.cursor', 'mcp.json');
  const before = Object.keys(state(m));
  const ran = await m.with(meanwhile(/index\.json$/, () => chmodSync(file, 0o444))).run(...install);
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain('it is read-only');
  expect(readFileSync(file, 'utf8')).toBe('{}\n');
  expect(Object.keys(state(m))).toEqual(before);
});

test('a tree that another pin uses stays when an install with the same closure fails', async () => {
  const m = await trusting();
  await m.run(...install);
  const trees = Object.keys(state(m)).filter((path) => path.includes('/trees/'));
  const again = ['install', '--name', 'notes-again', ...install.slice(1)];
  const failed = await m.with(fullDisk('writeAtomic', 0)).run(...again);
  expect(failed.code).toBe(3);
  expect(Object.keys(state(m)).filter((path) => path.includes('/trees/'))).toEqual(trees);
  expect(JSON.parse((await m.run('store', 'verify', '--json')).stdout)).toMatchObject({ trees: [{ state: 'sound' }] });
});
