// Makes a fresh clone ready: installs what package-lock.json names when node_modules is missing or older, and builds
// dist/ when a source is newer. Runs before every `npm run try`, `npm test`, `npm run check` and `npm run bench`,
// so it imports nothing that is not in Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`pinfold needs Node 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}

const stamp = join(root, 'node_modules', '.pinfold-setup');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('pinfold: installing dependencies (npm install)');
  // Not `npm ci`: it refuses a lock that was made where a registry mirror lacks the optional packages of other platforms.
  // The lock is honoured all the same, and not rewritten. No script runs: nothing here needs one.
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}
await import('./build.mjs');

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
