import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs a program to its end; `cost` also loads child-cost.mjs, for a Node. */
export function run([command, ...args], { env, cwd, cost = false, accept = [0] }) {
  const hook = pathToFileURL(join(import.meta.dirname, 'child-cost.mjs')).href;
  const begin = performance.now();
  const child = spawn(command, cost ? ['--import', hook, ...args] : args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const texts = ['', '', ''];
  for (const [index, stream] of child.stdio.slice(1).entries()) {
    stream.on('data', (chunk) => {
      texts[index] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const [stdout, stderr, used] = texts;
      if (!accept.includes(code)) reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${stderr}`));
      else resolve({ wallMs: performance.now() - begin, stdout, stderr, ...(cost ? JSON.parse(used) : {}) });
    });
  });
}

/** Proportional set size of a process and everything below it; null where the system does not tell (all but Linux). */
export function treeBytes(pid) {
  if (process.platform !== 'linux') return null;
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`);
    if (stat !== null) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const tree = [pid];
  for (let at = 0; at < tree.length; at += 1) for (const [child, parent] of parents) if (parent === tree[at]) tree.push(child);
  const sizes = tree.map((one) => Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${one}/smaps_rollup`) ?? '')?.[1] ?? 0) * 1024);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What a process holds in memory of its own (RssAnon), whoever else runs the same program; null where the system does not tell. */
export function ownBytes(pid) {
  const found = /^RssAnon:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return found === undefined ? null : Number(found) * 1024;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // it ended meanwhile
  }
}
