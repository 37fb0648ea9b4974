// Builds dist/: the library and commands with tsc, and the launch path (`run`) as one small bundle with esbuild.
// Skips the work when dist/ is newer than every source.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built');
const sources = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs', ...filesBelow('src')];
const newest = Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
if (!existsSync(stamp) || statSync(stamp).mtimeMs < newest) await build();

async function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const done = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) process.exit(done.status ?? 1);
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: [join(root, 'src', 'run.ts')],
    outfile: join(root, 'dist', 'run-bundle.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // What `run` imports only when it needs it (a changed policy, a lock file) stays outside the bundle.
    packages: 'external',
    logLevel: 'warning',
  });
  writeFileSync(stamp, '');
  utimesSync(stamp, newest / 1000, newest / 1000);
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
