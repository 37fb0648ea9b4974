import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  watch,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTicket } from '../../src/store/ticket.ts';
import { type Machine, machine, realProgram, write } from '../support/guarantee.ts';

let box: Machine;
let files: Readonly<Record<string, string>>;

beforeAll(async () => {
  box = await machine();
  files = {
    'claude-desktop': join(box.home, '.config', 'Claude', 'claude_desktop_config.json'),
    'claude-code': join(box.home, '.claude.json'),
    cursor: join(box.home, '.cursor', 'mcp.json'),
    vscode: join(box.home, '.config', 'Code', 'User', 'mcp.json'),
  };
});

afterAll(() => box.close());

const clients = ['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const;

function fixture(client: string): string {
  return readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'clients', client, 'user.sample'), 'utf8');
}

function place(client: string, text: string): void {
  const path = files[client] ?? '';
  rmSync(path, { force: true });
  write(path, text);
}

function bytesOf(client: string): Buffer {
  return readFileSync(files[client] ?? '');
}

function install(name: string, ...more: readonly string[]) {
  return ['install', '--yes', '--no-probe', '--name', name, ...more, '@pinfold-fixture/installer'];
}

describe('G4: install, then remove, leaves every byte of every client as it was', () => {
  test.each<[string, (text: string) => string]>([
    ['as they are', (text) => text],
    ['with a byte-order mark', (text) => `\uFEFF${text}`],
    ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['with tabs', (text) => text.replaceAll(/^ +/gm, (spaces) => '\t'.repeat(spaces.length / 2))],
    ['without a last line end', (text) => text.trimEnd()],
    ['with empty lines around', (text) => `\n\n${text}\n\n`],
  ])('files %s', async (_, change) => {
    const before = clients.map((client) => Buffer.from(change(fixture(client))));
    for (const [index, client] of clients.entries()) place(client, before[index]?.toString('utf8') ?? '');
    const installed = await box.pinfold(install('sheep', '--env', 'WOOL=white'));
    expect(installed).toMatchObject({ code: 0 });
    for (const [index, client] of clients.entries()) {
      const now = bytesOf(client).toString('utf8');
      expect(now).toContain('"sheep"');
      // Nothing that was there is gone or moved: the new text is the old one with something put in at one place.
      expect(insertedOnce(before[index]?.toString('utf8') ?? '', now), client).toBe(true);
    }
    // A second install of the same changes nothing at all.
    const once = clients.map(bytesOf);
    expect(await box.pinfold(install('sheep', '--env', 'WOOL=white'))).toMatchObject({ code: 0 });
    expect(clients.map(bytesOf)).toEqual(once);
    expect(await box.pinfold(['remove', 'sheep'])).toMatchObject({ code: 0 });
    expect(clients.map(bytesOf)).toEqual(before);
  });

  test('modes and links are kept: the file behind the link is the one that is edited', async () => {
    const dotfile = join(box.home, 'dotfiles', 'cursor.json');
    for (const client of clients) place(client, fixture(client));
    write(dotfile, fixture('cursor'));
    rmSync(files['cursor'] ?? '');
    symlinkSync(dotfile, files['cursor'] ?? '');
    chmodSync(dotfile, 0o640);
    chmodSync(files['claude-code'] ?? '', 0o600);
    chmodSync(files['vscode'] ?? '', 0o664);
    for (const args of [install('sheep'), ['remove', 'sheep']]) {
      expect(await box.pinfold(args)).toMatchObject({ code: 0 });
      expect(lstatSync(files['cursor'] ?? '').isSymbolicLink()).toBe(true);
      expect(readlinkSync(files['cursor'] ?? '')).toBe(dotfile);
      expect([dotfile, files['claude-code'], files['vscode']].map((path) => statSync(path ?? '').mode & 0o777)).toEqual([
        0o640, 0o600, 0o664,
      ]);
    }
    expect(readFileSync(dotfile, 'utf8')).toBe(fixture('cursor'));
    rmSync(files['cursor'] ?? '');
  });

  test('one file that cannot be edited safely: no other file, no lock and no tree is touched either', async () => {
    for (const client of clients) place(client, fixture(client));
    place('vscode', '{ "servers": {}, "servers": {} }');
    expect(await box.pinfold(install('goat', '--client', 'cursor'))).toMatchObject({ code: 0 });
    const before = clients.map(bytesOf);
    const lock = readFileSync(join(box.config, 'lock.json'));
    expect(await box.pinfold(install('sheep'))).toMatchObject({ code: 3, stderr: expect.stringContaining('hint: ') });
    expect(clients.map(bytesOf)).toEqual(before);
    expect(readFileSync(join(box.config, 'lock.json'))).toEqual(lock);
    expect(existsSync(join(box.data, 'tickets', 'user', 'sheep.json'))).toBe(false);
    place('vscode', fixture('vscode'));
    expect(await box.pinfold(['remove', 'goat'])).toMatchObject({ code: 0 });
  });
});

/** True when `after` is `before` with one run of text put in. */
function insertedOnce(before: string, after: string): boolean {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return after.endsWith(before.slice(same));
}

describe('G4: an install that is killed, or is one of many', () => {
  test('kill -9 at any moment leaves the old bytes or the new ones, and the next command puts everything right', {
    timeout: 90_000,
  }, async () => {
    for (const client of clients) place(client, fixture(client));
    const before = clients.map(bytesOf);
    expect(await box.pinfold(install('sheep'))).toMatchObject({ code: 0 });
    const done = clients.map(bytesOf);
    expect(await box.pinfold(['remove', 'sheep'])).toMatchObject({ code: 0 });
    let inside = 0;
    for (let round = 0; round < 16; round++) {
      const child = spawn(realProgram[0], [realProgram[1], ...install('sheep')], { cwd: box.home, env: box.env, stdio: 'ignore' });
      const closed = once(child, 'close');
      // Most of the time is spent before anything is written: the attack waits for the first write, except three times.
      if (round % 5 === 0) await pause(100 + round * 37);
      else await firstWriteOf(child);
      // A fast disk is through after a few milliseconds.
      await pause(round % 2 === 0 ? 0 : (round * 7) % 30);
      child.kill('SIGKILL');
      await closed;
      if (left('transactions').length > 0) inside += 1;
      for (const [index, client] of clients.entries()) {
        const now = bytesOf(client);
        expect([before[index], done[index]], `round ${round}: ${client}`).toContainEqual(now);
        // An entry never names a pin that is not there.
        if (now.equals(done[index] ?? now)) expect(await readTicket('sheep', 'user', null, box.host())).not.toBeNull();
      }
      tenSecondsPass();
      expect(await box.pinfold(install('sheep')), `round ${round}`).toMatchObject({ code: 0 });
      expect(clients.map(bytesOf)).toEqual(done);
      expect(await box.pinfold(['remove', 'sheep'])).toMatchObject({ code: 0 });
      expect(clients.map(bytesOf)).toEqual(before);
      expect(left('transactions')).toEqual([]);
      for (const client of clients)
        expect(readdirSync(dirname(files[client] ?? '')).filter((name) => name.includes('pinfold-tmp'))).toEqual([]);
    }
    expect(inside, 'kills that hit a transaction under way').toBeGreaterThan(2);
  });

  test('twenty installs at once, eleven of them processes of their own: all twenty entries and pins are there', {
    timeout: 60_000,
  }, async () => {
    for (const client of clients) place(client, fixture(client));
    const before = bytesOf('cursor');
    const names = Array.from({ length: 20 }, (_, at) => `sheep-${at}`);
    const said = await Promise.all(
      names.map((name, at) =>
        at > 8 ? box.program(install(name, '--client', 'cursor')) : box.pinfold(install(name, '--client', 'cursor')),
      ),
    );
    expect(said.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(names.map(() => 0));
    const lock = JSON.parse(readFileSync(join(box.config, 'lock.json'), 'utf8'));
    expect(Object.keys(lock.pins).sort()).toEqual([...names].sort());
    const listed = JSON.parse((await box.pinfold(['list', '--json', '--client', 'cursor'])).stdout);
    expect(listed.entries.filter((entry: { guarded: boolean }) => entry.guarded)).toHaveLength(20);
    for (const name of names) await box.pinfold(['remove', name]);
    expect(bytesOf('cursor')).toEqual(before);
  });
});

/** When the first file of a transaction (its journal) appears, or the program is through. */
async function firstWriteOf(child: ChildProcess): Promise<void> {
  const folder = join(box.data, 'transactions');
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  const seen = new Promise<void>((resolve) => {
    watch(folder, { signal: stop.signal }, () => resolve()).on('error', () => undefined);
    child.once('close', () => resolve());
  });
  await seen;
  stop.abort();
}

function left(folder: string): readonly string[] {
  const path = join(box.data, folder);
  return existsSync(path) ? readdirSync(path) : [];
}

/** The locks of a killed process count as left behind after ten seconds; nobody has to sit through them. */
function tenSecondsPass(): void {
  const old = new Date(Date.now() - 60_000);
  for (const entry of readdirSync(box.home, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory() && entry.name.endsWith('.lock')) utimesSync(join(entry.parentPath, basename(entry.name)), old, old);
  }
}
