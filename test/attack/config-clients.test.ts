import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { targetFor } from '../../src/clients/locations.ts';
import { type PlannedChange, planEdits } from '../../src/clients/plan-edit.ts';
import { configHome, place } from '../clients/config-home.ts';
import { editor, seeded } from './editing.ts';

const start = editor();
const seed = Number(process.env['PINFOLD_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Long enough that reading it again takes a while, and one value, so that parsing does not. */
const original = `{\n  "numStartups": 100000,\n  "history": "${'baa '.repeat(500_000)}",\n  "mcpServers": {}\n}\n`;

/**
 * A client that takes no lock and changes a counter of its own. What is modelled is one that cannot lose anything by
 * itself: it reads and writes in no time, because pinfold stands still meanwhile (SIGSTOP). A client that writes what it
 * has had in memory for a while loses edits whatever we do.
 */
function rewrite(file: string, how: 'rename' | 'in place'): void {
  const text = readFileSync(file, 'utf8').replace(/(?<="numStartups": )\d+/, (number) => `${Number(number) + 1}`);
  writeFileSync(how === 'rename' ? `${file}.client` : file, text);
  if (how === 'rename') renameSync(`${file}.client`, file);
}

// Processes are looked into through /proc.
test.runIf(process.platform === 'linux').each([
  ['rename', 'while it looks again'],
  ['in place', 'while it looks again'],
  ['rename', 'at any moment'],
  ['in place', 'at any moment'],
] as const)('a client that writes (%s) %s: no edit of either side is lost', { timeout: 60_000 }, async (how, when) => {
  const home = configHome();
  const random = seeded(seed);
  const file = await place('claude-code', 'user', original, home);
  const names = Array.from({ length: 2_000 }, (_, at) => `sheep-${at}`);
  const target = await targetFor({ client: 'claude-code', scope: 'user', name: '' }, {}, home.host);
  const changes = names.map((name): PlannedChange => {
    const launch = { command: '/data/launcher', args: ['run', name] };
    return { target: { ...target, name, rawPath: [...target.rawPath.slice(0, -1), name] }, change: { kind: 'set', launch, replace: true } };
  });
  const child = start({ how: 'together', files: [changes], start: 0, steps: null }, home.home);
  let done = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    done += chunk.toString().split('\n').length - 1;
  });
  const pid = child.pid ?? 0;
  const closed = once(child, 'close');
  await once(child.stdout ?? child, 'data');
  let strikes = 0;
  const wanted = how === 'in place' || when === 'at any moment' ? 16 : 4;
  while (strikes < wanted) {
    await new Promise(setImmediate); // what the child says
    if (when === 'at any moment') spin(random() * 40);
    else if (!hasSecondName(file, 20)) continue;
    // Before, while and after it reads, which takes a millisecond or two: what is written in place afterwards is seen later.
    else if (how === 'in place') spin(random() * 2);
    process.kill(pid, 'SIGSTOP');
    while (!isStopped(pid));
    const { reading, between } = look(pid, file);
    // The one gap that is left, see docs/threat-model.md: who renames there is not seen.
    if (how === 'in place' || (when === 'at any moment' ? !between : reading)) {
      rewrite(file, how);
      strikes += 1;
    }
    process.kill(pid, 'SIGCONT');
    // One write while a look is under way: who writes a second time before we have put the first one back loses one.
    if (when !== 'at any moment') while (hasTemporary(file) && !isStopped(pid));
  }
  const until = done + 2;
  while (done < until) await once(child.stdout ?? child, 'data');
  child.kill('SIGKILL');
  await closed;
  const said = `seed ${seed}, ${done} edits`;
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text).numStartups, said).toBe(100_000 + strikes);
  const there = Object.keys(JSON.parse(text).mcpServers);
  // The last one may be done and not said.
  expect([names.slice(0, done), names.slice(0, done + 1)], said).toContainEqual(there);
  const all = changes.slice(0, there.length).map((one) => ({ target: one.target, change: { kind: 'remove' } as const }));
  const [back] = await planEdits(all, home.host);
  expect(Buffer.from(back?.after ?? '').toString() === original.replace('100000', `${100_000 + strikes}`)).toBe(true);
});

/**
 * What a process is at: reading the file once more, with the new bytes ready beside it; or between that and the rename,
 * or near it.
 */
function look(pid: number, file: string): { readonly reading: boolean; readonly between: boolean } {
  const folder = dirname(file);
  const ours = readdirSync(folder).filter((name) => name.endsWith('.pinfold-tmp'));
  const reading = ours.length > 0 && openForReading(pid).some((path) => dirname(path) === folder);
  const { ino } = statSync(file);
  return { reading, between: !reading && ours.some((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.ino === ino) };
}

function hasTemporary(file: string): boolean {
  return readdirSync(dirname(file)).some((name) => name.endsWith('.pinfold-tmp'));
}

/** Waits, without letting go of the processor, for the moment in which a file has the second name that it gets before it is read again. */
function hasSecondName(file: string, milliseconds: number): boolean {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) if (statSync(file, { throwIfNoEntry: false })?.nlink === 2) return true;
  return false;
}

function openForReading(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '1';
      return (Number.parseInt(flags, 8) & 3) === 0 ? [readlinkSync(`/proc/${pid}/fd/${fd}`)] : [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((task) => {
    try {
      return /\) [TZ] /.test(readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8'));
    } catch {
      return true; // it ended
    }
  });
}

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
