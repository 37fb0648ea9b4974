import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds dist/ when a source is newer, for the tests that start the real program. */
export function setup(): void {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'build.mjs');
  const done = spawnSync(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status !== 0) throw new Error('the build failed');
}
