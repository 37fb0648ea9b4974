import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { throwAwayEnvironment } from '../scripts/throw-away-environment.mjs';
import { treeBytes } from './process.mjs';
import { median } from './statistics.mjs';

/** What `pinfold watch` costs while nothing happens, and how long an entry that nobody approved stays in its file. */
export async function watch(home, { quick }) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-bench-')));
  const env = throwAwayEnvironment(root, 'http://127.0.0.1:9/');
  const file = join(root, '.cursor', 'mcp.json');
  put(file, '{"mcpServers":{"mine":{"command":"mine"}}}\n');
  put(join(root, '.claude.json'), '{"numStartups":1}\n');
  const [command, ...args] = home.pinfold('watch', '--json');
  const child = spawn(command, args, { env, cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const events = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await events.next(); // it watches
    await after(2_000); // what starting left behind is collected
    const seconds = quick ? 5 : 30;
    const before = cpuMs(child.pid);
    await after(seconds * 1_000);
    const idle = (cpuMs(child.pid) - before) / seconds;
    const bytes = treeBytes(child.pid);
    // A client that rewrites its own state all the time, as Claude Code does, and changes no server.
    const busyBefore = cpuMs(child.pid);
    for (let at = 0; at < 20; at += 1) {
      put(join(root, '.claude.json'), `{"numStartups":${at}}\n`);
      await after(250);
    }
    const busy = (cpuMs(child.pid) - busyBefore) / 5;
    const delays = [];
    for (let round = 0; round < (quick ? 3 : 11); round += 1) {
      const text = JSON.stringify({ mcpServers: { mine: { command: 'mine' }, [`evil-${round}`]: { command: 'evil' } } });
      put(`${file}.new`, text);
      const begin = performance.now();
      renameSync(`${file}.new`, file);
      const { value } = await events.next();
      if (JSON.parse(value).entry?.name !== `evil-${round}`) throw new Error(`watch told ${value}`);
      delays.push(performance.now() - begin);
      if (readFileSync(file, 'utf8').includes('"command":"evil"')) throw new Error('the entry can still start');
    }
    return [
      ...(bytes === null ? [] : [{ what: 'watch, idle: memory', value: bytes / 1e6, unit: 'MB', budget: 60 }]),
      { what: 'watch, idle: CPU per second', value: idle, unit: 'ms' },
      { what: 'watch, a client writes 4 × a second: CPU', value: busy, unit: 'ms' },
      { what: 'watch: from an edit to a stopped entry', value: median(delays), unit: 'ms', budget: 1_000 },
    ];
  } finally {
    child.kill('SIGTERM');
    rmSync(root, { recursive: true, force: true });
  }
}

/** User and system time of a process so far, of all its threads; Linux only, in steps of 10 ms. */
function cpuMs(pid) {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
