import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entryIn, launch, type Machine, machine, realProgram, refusalIn, remove, treeOf } from '../support/guarantee.ts';

let box: Machine;
let started: string;

beforeAll(async () => {
  box = await machine();
  started = join(box.home, 'started');
  expect(await install('canary')).toMatchObject({ code: 0 });
  expect(await install('installer')).toMatchObject({ code: 0 });
});

afterAll(() => box.close());

// What a test damaged is laid out again, so that each one meets a tree whose stats fit its seal.
beforeEach(async () => {
  rmSync(started, { force: true });
  expect(await install('canary')).toMatchObject({ code: 0 });
});

function install(name: string) {
  return box.pinfold(['install', '--yes', '--no-probe', '--name', name, `@pinfold-fixture/${name}@1.0.0`]);
}

/** `run`, with nothing on PATH and everything that runs leaving a line in a file. */
function start(name = 'canary') {
  return launch([...realProgram, 'run', name], { ...box.env, PATH: '/nonexistent', PINFOLD_CANARY: started }, box.home);
}

async function expectRefused(code: string, exit = 65): Promise<void> {
  const { answer, exit: ended, stderr } = await start();
  expect(existsSync(started), 'the server was started').toBe(false);
  expect(refusalIn(answer)).toMatchObject({ code, exitCode: exit, remedy: expect.stringContaining('pinfold ') });
  expect(ended).toBe(exit);
  expect(stderr).toContain('to fix it: pinfold ');
}

function tree(): string {
  return treeOf(box.data, '@pinfold-fixture/canary');
}

/** Every file of the tree, dependencies included, sorted. */
function treeFiles(): readonly string[] {
  const files = readdirSync(tree(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

function unlocked<T>(path: string, action: () => T): T {
  const folder = dirname(path);
  const { mode } = statSync(folder);
  chmodSync(folder, 0o755);
  try {
    return action();
  } finally {
    chmodSync(folder, mode);
  }
}

/** Changes one byte in place and puts size, mode and times back, to the nanosecond: only the ctime cannot be. */
function flip(file: string, offset: number, bit: number): void {
  const before = join(box.home, 'before');
  execFileSync('cp', ['-p', file, before]);
  const bytes = readFileSync(file);
  const at = offset % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  const { mode, mtimeMs } = statSync(file);
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
  chmodSync(file, mode);
  execFileSync('touch', ['-r', before, file]);
  rmSync(before, { force: true });
  expect(statSync(file)).toMatchObject({ mode, mtimeMs, size: bytes.length });
}

function firstFile(ending: string): string {
  const file = treeFiles().find((path) => path.endsWith(ending));
  if (file === undefined) throw new Error(`no ${ending} in the tree`);
  return file;
}

describe('G2: only approved bytes are started', () => {
  test('untouched, the server starts: offline, with nothing on PATH, and no registry is asked', async () => {
    const asked = box.registry.requests.length;
    const { answer, exit } = await start();
    expect(answer).toMatchObject({ result: { serverInfo: { name: 'canary' } } });
    expect(exit).toBe(0);
    expect(readFileSync(started, 'utf8')).toBe('module\n');
    expect(box.registry.requests.slice(asked)).toEqual([]);
  });

  test('what the client starts is the launcher, and it starts the same bytes', async () => {
    const entry = entryIn(join(box.home, '.cursor', 'mcp.json'), 'canary');
    expect(JSON.stringify(entry)).not.toMatch(/npx|npm|@pinfold-fixture/);
    const { answer } = await launch(
      [entry.command, ...entry.args],
      { ...box.env, PATH: '/nonexistent', PINFOLD_CANARY: started },
      box.home,
    );
    expect(answer).toHaveProperty('result');
    expect(existsSync(started)).toBe(true);
  });

  test.each<[string, () => void]>([
    ['one byte of the entry script, times put back', () => flip(firstFile('canary/index.js'), 30, 0)],
    ['one byte of a dependency', () => flip(firstFile('mini-mcp/index.js'), 100, 3)],
    ['a file added', () => unlocked(join(tree(), 'x'), () => writeFileSync(join(tree(), 'preload.cjs'), ''))],
    [
      'a folder added that would be resolved first',
      () => {
        const folder = join(tree(), 'node_modules', '@pinfold-fixture', 'canary');
        unlocked(join(folder, 'x'), () => mkdirSync(join(folder, 'node_modules')));
      },
    ],
    ['a file removed', () => unlocked(firstFile('canary/mark.js'), () => rmSync(firstFile('canary/mark.js')))],
    [
      'a file swapped for a link to the same bytes',
      () => {
        const file = firstFile('canary/index.js');
        unlocked(file, () => {
          renameSync(file, join(box.home, 'index.js'));
          symlinkSync(join(box.home, 'index.js'), file);
        });
      },
    ],
    [
      'a folder swapped for a link',
      () => {
        const folder = join(tree(), 'node_modules', '@pinfold-fixture', 'mini-mcp');
        const away = join(box.home, 'mini-mcp');
        remove(away);
        unlocked(folder, () => {
          renameSync(folder, away);
          symlinkSync(away, folder);
        });
      },
    ],
    ['a mode', () => chmodSync(firstFile('canary/index.js'), 0o666)],
    [
      'the whole tree replaced',
      () => {
        const path = tree();
        remove(path);
        mkdirSync(join(path, 'node_modules', '@pinfold-fixture', 'canary'), { recursive: true });
        const evil = `require('fs').writeFileSync(${JSON.stringify(started)}, '')`;
        writeFileSync(join(path, 'node_modules', '@pinfold-fixture', 'canary', 'index.js'), evil);
      },
    ],
    [
      'the whole tree a link to another',
      () => {
        const path = tree();
        renameSync(path, `${path}-away`);
        symlinkSync(`${path}-away`, path);
      },
    ],
    [
      'the trees of two servers swapped',
      () => {
        const [one, other] = [tree(), treeOnlyOf('installer')];
        renameSync(one, `${one}-away`);
        renameSync(other, one);
        renameSync(`${one}-away`, other);
      },
    ],
    [
      'a byte, and the index rewritten to fit',
      () => {
        const file = firstFile('canary/index.js');
        flip(file, 30, 0);
        const index = `${tree()}.index.json`;
        chmodSync(index, 0o644);
        writeFileSync(
          index,
          readFileSync(index, 'utf8').replaceAll(/"sha256-[^"]+"/g, '"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="'),
        );
      },
    ],
    [
      'a byte, and the index gone',
      () => {
        flip(firstFile('canary/index.js'), 30, 0);
        rmSync(`${tree()}.index.json`);
      },
    ],
  ])('%s', async (_, attack) => {
    const undo = keepOther();
    attack();
    await expectRefused('tree-changed');
    undo();
  });

  test('the whole tree gone', async () => {
    remove(tree());
    await expectRefused('tree-missing');
  });

  test.each<[string, (ticket: string) => void]>([
    ['edited', (ticket) => writeFileSync(ticket, readFileSync(ticket, 'utf8').replace('canary/index.js', 'canary/mark.js'))],
    ['of another server', (ticket) => writeFileSync(ticket, readFileSync(join(dirname(ticket), 'installer.json')))],
    ['cut short', (ticket) => writeFileSync(ticket, readFileSync(ticket, 'utf8').slice(0, -20))],
  ])('a ticket %s', async (_, attack) => {
    attack(join(box.data, 'tickets', 'user', 'canary.json'));
    await expectRefused('ticket-invalid');
  });

  test('an index that is lost or edited costs time, not safety: every byte is hashed instead', async () => {
    writeFileSync(`${tree()}.index.json`, '{}');
    expect(await start()).toMatchObject({ answer: { result: {} }, exit: 0 });
  });

  test('any one bit of any file, times put back', { timeout: 60_000 }, async () => {
    const flips = fc.record({ file: fc.nat(), offset: fc.nat(), bit: fc.nat({ max: 7 }) });
    const attack = fc.asyncProperty(flips, async ({ file, offset, bit }) => {
      expect(await install('canary')).toMatchObject({ code: 0 });
      const files = treeFiles().filter((path) => statSync(path).size > 0);
      flip(files[file % files.length] ?? '', offset, bit);
      await expectRefused('tree-changed');
    });
    await fc.assert(attack, { numRuns: 8, endOnFailure: true });
  });

  // The last one: what it publishes stays published.
  test('a dependency that moved after the approval is not what runs', async () => {
    const marker = join(box.home, 'moved');
    const evil = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, ''); export function serve() {}`;
    const moved = JSON.stringify({ name: '@pinfold-fixture/mini-mcp', version: '1.0.1', type: 'module', exports: './index.js' });
    box.registry.publish('@pinfold-fixture/mini-mcp', '1.0.1', { 'package.json': moved, 'index.js': evil });
    expect(await start()).toMatchObject({ answer: { result: {} }, exit: 0 });
    expect(existsSync(marker)).toBe(false);
    // It is there to be had: who approves again gets it.
    expect(await install('canary')).toMatchObject({ code: 0 });
    await start();
    expect(existsSync(marker)).toBe(true);
  });
});

/** The tree of the other server, which also holds a part of the first one's closure. */
function treeOnlyOf(name: string): string {
  const trees = join(box.data, 'trees');
  const own = readdirSync(trees).filter((entry) => existsSync(join(trees, entry, 'node_modules', '@pinfold-fixture', name, 'index.js')));
  const found = own.find((entry) => !existsSync(join(trees, entry, 'node_modules', '@pinfold-fixture', 'canary')));
  return join(trees, found ?? '');
}

/** Puts names of trees back that an attack moved away; what is damaged is laid out again by the next install. */
function keepOther(): () => void {
  const trees = join(box.data, 'trees');
  const before = readdirSync(trees);
  const other = treeOnlyOf('installer');
  const own = tree();
  const inode = statSync(other).ino;
  return () => {
    for (const name of readdirSync(trees)) if (!before.includes(name)) remove(join(trees, name));
    if (statSync(own, { throwIfNoEntry: false })?.ino === inode) {
      remove(other);
      renameSync(own, other);
    }
  };
}
