import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { GuardError } from '../../src/model/errors.ts';
import { limits } from '../../src/model/limits.ts';
import { printJournal } from '../../src/store/journal.ts';
import type { PlannedWrite } from '../../src/store/planned-write.ts';
import { recover, transact } from '../../src/store/transaction.ts';
import { homeEnvironment, temporaryHome } from '../support/home.ts';
import { bundle } from './bundled.ts';
import { oddHost } from './sample-tree.ts';

/** Three changes of every kind: a file is edited, one is new, one goes. */
function arrange(host: Host) {
  const [edited, created, removed] = ['edited.json', 'new/created.json', 'removed.json'].map((name) => join(host.places.home, name));
  if (edited === undefined || created === undefined || removed === undefined) throw new Error('unreachable');
  fs.writeFileSync(edited, 'before\r\n', { mode: 0o640 });
  fs.writeFileSync(removed, 'gone soon', { mode: 0o604 });
  const writes: readonly PlannedWrite[] = [
    { path: edited, before: Buffer.from('before\r\n'), after: Buffer.from('after\r\n') },
    { path: created, before: null, after: Buffer.from('new'), mode: 0o644 },
    { path: removed, before: Buffer.from('gone soon'), after: null },
  ];
  return { edited, created, removed, writes };
}

function stateOf(paths: ReturnType<typeof arrange>): readonly (string | null)[] {
  return [paths.edited, paths.created, paths.removed].map((path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : null));
}

const before = ['before\r\n', null, 'gone soon'];
const after = ['after\r\n', 'new', null];

function journals(host: Host): readonly string[] {
  const folder = join(host.places.data, 'transactions');
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/** The host, failing at the n-th change of a file outside its own folder. */
function failingAt(step: number, host: Host): Host {
  let count = 0;
  const guard = (path: string) => {
    if (path.startsWith(host.places.data)) return;
    count += 1;
    if (count === step) throw new GuardError('file-unwritable', `cannot write ${path}`, { why: 'the disk is full' });
  };
  const files: Host['files'] = {
    ...host.files,
    writeAtomic: async (path, bytes, options) => {
      guard(path);
      await host.files.writeAtomic(path, bytes, options);
    },
    remove: async (path) => {
      guard(path);
      await host.files.remove(path);
    },
  };
  return { ...host, files };
}

describe('transact', () => {
  test('applies every change, keeps modes, leaves no journal', async () => {
    const host = oddHost();
    const paths = arrange(host);
    await transact(paths.writes, host);
    expect(stateOf(paths)).toEqual(after);
    expect(fs.statSync(paths.edited).mode & 0o777).toBe(0o640);
    expect(fs.statSync(paths.created).mode & 0o777).toBe(0o644 & ~process.umask());
    expect(journals(host)).toEqual([]);
  });

  test.each([1, 2, 3])('a failure at step %i puts everything back', async (step) => {
    const host = oddHost();
    const paths = arrange(host);
    await expect(transact(paths.writes, failingAt(step, host))).rejects.toMatchObject({ code: 'file-unwritable', why: 'the disk is full' });
    expect(stateOf(paths)).toEqual(before);
    expect(fs.statSync(paths.edited).mode & 0o777).toBe(0o640);
    expect(journals(host)).toEqual([]);
  });

  test.each([0, 1, 2])('file %i that somebody else changed meanwhile stops it, and is not overwritten', async (which) => {
    const host = oddHost();
    const paths = arrange(host);
    const path = paths.writes[which]?.path ?? '';
    fs.mkdirSync(join(path, '..'), { recursive: true });
    fs.writeFileSync(path, 'somebody else');
    const expected = stateOf(paths);
    await expect(transact(paths.writes, host)).rejects.toMatchObject({ code: 'config-changed' });
    expect(stateOf(paths)).toEqual(expected);
    expect(journals(host)).toEqual([]);
  });

  test('what somebody else changed after it was written is not put back, and is named', async () => {
    const host = oddHost();
    const paths = arrange(host);
    const failing = failingAt(3, host);
    const meddling: Host = {
      ...failing,
      files: {
        ...failing.files,
        remove: async (path) => {
          if (path === paths.removed) fs.writeFileSync(paths.edited, 'somebody else');
          await failing.files.remove(path);
        },
      },
    };
    await expect(transact(paths.writes, meddling)).rejects.toMatchObject({
      code: 'file-unwritable',
      why: expect.stringContaining(paths.edited),
    });
    expect(stateOf(paths)).toEqual(['somebody else', null, 'gone soon']);
  });

  test('nothing to do writes nothing', async () => {
    const host = oddHost();
    await transact([{ path: join(host.places.home, 'a'), before: null, after: null }], host);
    expect(fs.existsSync(host.places.data)).toBe(false);
  });

  test('two plans for one file are a bug of the caller', async () => {
    const host = oddHost();
    const write = { path: join(host.places.home, 'a'), before: null, after: Buffer.from('a') };
    await expect(transact([write, { ...write, after: Buffer.from('b') }], host)).rejects.toThrow(TypeError);
    expect(fs.existsSync(write.path)).toBe(false);
  });

  test('the journal is for this user only', async () => {
    const host = oddHost();
    const paths = arrange(host);
    const modes: number[] = [];
    const spying: Host = {
      ...host,
      files: {
        ...host.files,
        writeAtomic: async (path, bytes, options) => {
          await host.files.writeAtomic(path, bytes, options);
          if (path.includes('transactions')) modes.push(fs.statSync(path).mode & 0o777);
        },
      },
    };
    await transact(paths.writes, spying);
    expect(modes).toEqual([0o600]);
  });
});

describe('recover', () => {
  const dead = 2 ** 22 + 12_345; // above the largest process id of Linux

  function leave(
    host: Host,
    writes: readonly PlannedWrite[],
    more: { readonly pid?: number; readonly hostname?: string; readonly startedMs?: number } = {},
  ): void {
    const folder = join(host.places.data, 'transactions');
    fs.mkdirSync(folder, { recursive: true });
    const journal = { pid: dead, hostname: host.machine.hostname, startedMs: host.now(), writes, ...more };
    fs.writeFileSync(join(folder, 'left.json'), printJournal(journal));
  }

  test.each([0, 1, 2, 3])('undoes a command that was killed after %i of 3 changes', async (done) => {
    const host = oddHost();
    const paths = arrange(host);
    leave(host, paths.writes);
    for (const { path, after: bytes } of paths.writes.slice(0, done)) {
      if (bytes === null) fs.rmSync(path);
      else await host.files.writeAtomic(path, bytes);
    }
    const recovery = await recover(host);
    expect(stateOf(paths)).toEqual(before);
    expect(recovery.undone).toHaveLength(done);
    expect(recovery.kept).toEqual([]);
    expect(journals(host)).toEqual([]);
  });

  test('does not touch what somebody else changed since', async () => {
    const host = oddHost();
    const paths = arrange(host);
    leave(host, paths.writes);
    fs.writeFileSync(paths.edited, 'somebody else');
    fs.rmSync(paths.removed);
    expect(await recover(host)).toEqual({ undone: [paths.removed], kept: [paths.edited] });
    expect(stateOf(paths)).toEqual(['somebody else', null, 'gone soon']);
    expect(journals(host)).toEqual([]);
  });

  test('leaves the transaction of a living process alone, until it is too old to be one', async () => {
    const host = oddHost();
    const paths = arrange(host);
    fs.writeFileSync(paths.edited, 'after\r\n');
    leave(host, paths.writes, { pid: process.ppid });
    expect((await recover(host)).undone).toEqual([]);
    expect(journals(host)).toHaveLength(1);
    leave(host, paths.writes, { pid: process.ppid, startedMs: host.now() - limits.transactionMaxMs - 1000 });
    expect((await recover(host)).undone).toEqual([paths.edited]);
  });

  test('gives the process of another machine its time', async () => {
    const host = oddHost();
    const paths = arrange(host);
    leave(host, paths.writes, { hostname: 'another-container' });
    await recover(host);
    expect(journals(host)).toHaveLength(1);
  });

  test.each([
    '',
    '{',
    '{"version":1}',
    '{"version":1,"pid":1,"hostname":"h","startedMs":0,"writes":[{"path":"relative","before":null,"after":null,"mode":null}]}',
  ])('a journal %j was never acted upon', async (text) => {
    const host = oddHost();
    fs.mkdirSync(join(host.places.data, 'transactions'), { recursive: true });
    fs.writeFileSync(join(host.places.data, 'transactions', 'left.json'), text);
    expect(await recover(host)).toEqual({ undone: [], kept: [] });
    expect(journals(host)).toEqual([]);
  });

  test('two at once: the second one does not take back what the first one has written since', async () => {
    const host = oddHost();
    const paths = arrange(host);
    leave(host, paths.writes);
    for (const { path, after: bytes } of paths.writes) {
      if (bytes === null) fs.rmSync(path);
      else await host.files.writeAtomic(path, bytes);
    }
    let first = true;
    const slow: Host = {
      ...host,
      files: {
        ...host.files,
        readBytes: async (path, maxBytes) => {
          const bytes = await host.files.readBytes(path, maxBytes);
          if (first && path.includes('transactions')) {
            first = false;
            // Meanwhile another command recovers, and does the same once more: the same bytes as in the journal.
            await recover(host);
            await transact(paths.writes, host);
          }
          return bytes;
        },
      },
    };
    expect(await recover(slow)).toEqual({ undone: [], kept: [] });
    expect(stateOf(paths)).toEqual(after);
  });

  test('takes away the temporary files of processes that are gone, wherever whole config files are kept', async () => {
    const host = oddHost();
    const folders = ['transactions', 'backups', 'exec'].map((name) => join(host.places.data, name));
    const beside = join(host.places.home, 'client', 'config.json');
    for (const folder of [...folders, join(beside, '..')]) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(join(folder, `.${dead}-abc.pinfold-tmp`), 'secret');
      fs.writeFileSync(join(folder, `.${process.pid}-abc.pinfold-tmp`), 'at work');
    }
    await recover(host, [beside]);
    for (const folder of [...folders, join(beside, '..')]) expect(fs.readdirSync(folder)).toEqual([`.${process.pid}-abc.pinfold-tmp`]);
  });

  test('nothing to recover', async () => {
    expect(await recover(oddHost())).toEqual({ undone: [], kept: [] });
  });
});

describe('a process that is killed', () => {
  const child = bundle(join(import.meta.dirname, 'children', 'transact.ts'));
  afterAll(child.remove);

  test('leaves all files of one round, whenever it dies', async () => {
    const { home } = temporaryHome();
    const host = nodeHost({ env: homeEnvironment(home), cwd: home });
    const folder = join(home, 'configs');
    fs.mkdirSync(folder);
    const count = 12;
    for (let at = 0; at < count; at += 1) fs.writeFileSync(join(folder, `file-${at}`), 'round 0\n');
    let undone = 0;
    for (let victim = 0; victim < count; victim += 1) {
      const program = spawn(process.execPath, [child.program, folder, String(count)], {
        env: homeEnvironment(home),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((resolve) => program.once('close', resolve));
      // Dies when it has just replaced one file: another one each time.
      const start = fs.statSync(join(folder, `file-${victim}`)).ino;
      await new Promise<void>((resolve) => {
        program.stdout.once('data', () => {
          const look = () => (fs.statSync(join(folder, `file-${victim}`)).ino === start ? setImmediate(look) : resolve());
          look();
        });
      });
      program.kill('SIGKILL');
      await ended;
      undone += (await recover(host)).undone.length;
      const texts = new Set(
        fs
          .readdirSync(folder)
          .filter((name) => name.startsWith('file-'))
          .map((name) => fs.readFileSync(join(folder, name), 'utf8')),
      );
      expect(texts.size).toBe(1);
      expect(fs.readdirSync(folder)).toHaveLength(count); // no temporary file stays
      expect(journals(host)).toEqual([]);
    }
    expect(undone).toBeGreaterThan(0);
  });
});
