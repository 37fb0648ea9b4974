import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { type Machine, machine } from '../support/cli.ts';
import { program, startGuarded } from '../support/guarded.ts';

const cursor = '.cursor/mcp.json';
const mine = { shed: { command: 'shed' } };
const evil = { command: 'evil', args: ['--key', 'canary-argument'] };

interface Watching {
  readonly child: ChildProcess;
  /** The next line that it prints, as data. */
  next(): Promise<{ readonly event: string; readonly entry?: { readonly name: string; readonly client: string; readonly how: string } }>;
  /** Exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

/** The real program, watching the home of a machine, once it says so. */
async function watching(m: Machine, ...more: readonly string[]): Promise<Watching> {
  const child = spawn(process.execPath, [program, 'watch', '--json', ...more], {
    cwd: m.home,
    env: m.host.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('it ended without telling anything more');
    return JSON.parse(value);
  };
  expect(await next()).toMatchObject({ event: 'watching' });
  return {
    child,
    next,
    end: async (signal) => {
      child.kill(signal);
      const [code, ended] = await closed;
      return code ?? ended;
    },
  };
}

const goose = '.config/goose/config.yaml';

async function withServers(): Promise<Machine> {
  const m = await machine();
  m.write(cursor, JSON.stringify({ mcpServers: mine }));
  m.write(goose, 'extensions: {}\n');
  return m;
}

/**
 * Changes in a file that is looked at after those of Cursor: what came before has been seen by then, and no look is due any
 * more. Two of them, because the first may be seen by a look that was under way, and then another one follows. The file
 * cannot be edited, so that no edit of our own makes `watch` look once more.
 */
async function somethingElse(m: Machine, watch: Watching): Promise<void> {
  const file = join(m.home, goose);
  for (let time = 0; time < 2; time++) {
    writeFileSync(`${file}.new`, 'extensions:\n  other:\n    type: stdio\n    enabled: true\n    cmd: other\n', { mode: 0o444 });
    renameSync(`${file}.new`, file);
    expect(await watch.next()).toMatchObject({ event: 'stuck', place: { client: 'goose', name: 'other' } });
  }
}

function servers(m: Machine, path = cursor) {
  return JSON.parse(m.read(path)).mcpServers;
}

/** As most programs save: a new file in the place of the old one. */
function replace(m: Machine, path: string, text: string): void {
  mkdirSync(dirname(join(m.home, path)), { recursive: true });
  writeFileSync(join(m.home, `${path}.new`), text);
  renameSync(join(m.home, `${path}.new`), join(m.home, path));
}

test('an entry that somebody adds is stopped, told, and its client is told why; Ctrl-C ends it with 0', async () => {
  const m = await withServers();
  const watch = await watching(m);
  replace(m, cursor, JSON.stringify({ mcpServers: { ...mine, evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'evil', client: 'cursor', how: 'blocked' } });
  expect(servers(m).shed).toEqual(mine.shed);
  const started = startGuarded(m.host, servers(m).evil.args);
  started.send({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
  });
  const { error } = await started.answer(1);
  expect(error?.message).toContain('pinfold review');
  expect(await started.ended()).toBe(75);
  expect(await watch.end('SIGINT')).toBe(0);
});

test('a file that is written in place, in two steps, is one change', async () => {
  const m = await withServers();
  const watch = await watching(m);
  const text = JSON.stringify({ mcpServers: { ...mine, evil } });
  writeFileSync(join(m.home, cursor), text.slice(0, 30));
  writeFileSync(join(m.home, cursor), text);
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'evil' } });
  expect(servers(m).evil.args[1]).toBe('--blocked');
});

test('a client that was not there when it started, in folders that were not there', async () => {
  const m = await withServers();
  const watch = await watching(m);
  replace(m, '.codeium/windsurf/mcp_config.json', JSON.stringify({ mcpServers: { evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { client: 'windsurf', how: 'off' } });
  expect(servers(m, '.codeium/windsurf/mcp_config.json').evil).toEqual({ ...evil, disabled: true });
});

test('a file that is a link into a folder of dotfiles, edited there', async () => {
  const m = await machine();
  m.write('dotfiles/cursor.json', JSON.stringify({ mcpServers: mine }));
  symlinkSync(join(m.home, 'dotfiles', 'cursor.json'), join(m.home, cursor));
  const watch = await watching(m);
  replace(m, 'dotfiles/cursor.json', JSON.stringify({ mcpServers: { ...mine, evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { client: 'cursor', name: 'evil' } });
  expect(readFileSync(join(m.home, 'dotfiles', 'cursor.json'), 'utf8')).toContain('--blocked');
});

test('a folder that was taken away and made again, with a stranger in it', async () => {
  const m = await withServers();
  const watch = await watching(m);
  await somethingElse(m, watch); // its first look is over
  rmSync(join(m.home, '.cursor'), { recursive: true });
  await somethingElse(m, watch);
  replace(m, cursor, JSON.stringify({ mcpServers: { ...mine, evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'evil' } });
});

test('a file that becomes a link: what it leads to is watched from then on', async () => {
  const m = await withServers();
  const watch = await watching(m);
  await somethingElse(m, watch); // its first look is over
  m.write('dotfiles/cursor.json', JSON.stringify({ mcpServers: { ...mine, first: evil } }));
  symlinkSync(join(m.home, 'dotfiles', 'cursor.json'), join(m.home, '.cursor', 'link'));
  renameSync(join(m.home, '.cursor', 'link'), join(m.home, cursor));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'first' } });
  await somethingElse(m, watch);
  const now = JSON.parse(m.read('dotfiles/cursor.json')).mcpServers;
  replace(m, 'dotfiles/cursor.json', JSON.stringify({ mcpServers: { ...now, second: evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'second' } });
});

test('a profile of an editor that is made while it watches', async () => {
  const m = await machine();
  m.write('.config/Code/User/profiles/one/mcp.json', JSON.stringify({ servers: mine }));
  const watch = await watching(m);
  replace(m, '.config/Code/User/profiles/two/mcp.json', JSON.stringify({ servers: { evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { client: 'vscode', name: 'evil' } });
});

test('where events cannot be had, polling sees the same', async () => {
  const m = await withServers();
  const watch = await watching(m, '--poll');
  replace(m, cursor, JSON.stringify({ mcpServers: { ...mine, evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'evil' } });
});

test('after a kill it goes on where it was: what came meanwhile is stopped when it starts again', async () => {
  const m = await withServers();
  const first = await watching(m);
  expect(await first.end('SIGKILL')).toBe('SIGKILL');
  replace(m, cursor, JSON.stringify({ mcpServers: { ...mine, evil } }));
  const second = await watching(m);
  expect(await second.next()).toMatchObject({ event: 'quarantined', entry: { name: 'evil' } });
});

test('what a command of pinfold writes while it watches is left alone, and the next stranger is seen', async () => {
  const m = await withServers();
  const watch = await watching(m);
  expect((await m.person(['y'], 'install', '--no-probe', '--client', 'cursor', '@pinfold-fixture/notes@1.0.0')).code).toBe(0);
  replace(m, '.windsurf-is-elsewhere.json', '{}');
  const { notes } = servers(m);
  replace(m, cursor, JSON.stringify({ mcpServers: { ...mine, notes, evil } }));
  expect(await watch.next()).toMatchObject({ event: 'quarantined', entry: { name: 'evil' } });
  expect(servers(m).notes).toEqual(notes);
});

test('two of them do not fight: one change is stopped once, and both go on', async () => {
  const m = await withServers();
  const [one, other] = [await watching(m), await watching(m)];
  replace(m, cursor, JSON.stringify({ mcpServers: { ...mine, evil } }));
  await Promise.race([one.next(), other.next()]);
  const { entries } = JSON.parse((await m.run('review', '--json')).stdout);
  expect(entries).toHaveLength(1);
  expect(await one.end('SIGTERM')).toBe(0);
  expect(await other.end('SIGTERM')).toBe(0);
});
