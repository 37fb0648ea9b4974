// Builds dist/: the library with tsc, and what people and clients start as bundles with esbuild.
// Skips the work when dist/ is newer than every source.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built');
const sources = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs', ...filesBelow('src')];
const newest = Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
if (!existsSync(stamp) || statSync(stamp).mtimeMs < newest) await build();

/** Into a folder beside, then swapped in: a failed build leaves the last one, and programs that run meanwhile find a whole one. */
async function build() {
  const next = join(root, 'node_modules', '.cache', `pinfold-build-${process.pid}`);
  const last = `${next}-last`;
  try {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const done = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', next], { cwd: root, stdio: ['ignore', 2, 2] });
    if (done.status !== 0) {
      process.exitCode = done.status ?? 1;
      return;
    }
    await bundles(next);
    writeFileSync(join(next, '.built'), '');
    utimesSync(join(next, '.built'), newest / 1000, newest / 1000);
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), last);
    // Another build may have put the same thing there in the meantime.
    if (!existsSync(stamp)) renameSync(next, join(root, 'dist'));
  } finally {
    for (const folder of [next, last]) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The sandbox's library looks for the socket of its relay at once, and then sleeps for a tenth of a second, although it is
 * there after some milliseconds: a third of what a contained start takes longer than a plain one. Here it looks every five
 * milliseconds, for as long as before. A version that is written in another way ends the build.
 */
function impatiently() {
  const patches = [
    ['const maxAttempts = 5;', 'const maxAttempts = 200;'],
    ['setTimeout(resolve, i * 100)', 'setTimeout(resolve, 5)'],
  ];
  return {
    name: 'impatiently',
    setup(build) {
      build.onLoad({ filter: /sandbox-runtime[\\/]dist[\\/]sandbox[\\/]linux-sandbox-utils\.js$/ }, ({ path }) => {
        let contents = readFileSync(path, 'utf8');
        for (const [before, after] of patches) {
          if (contents.split(before).length !== 2) throw new Error(`${path} is not the version that this was written for: ${before}`);
          contents = contents.replace(before, after);
        }
        return { contents, loader: 'js' };
      });
    },
  };
}

/**
 * The launch path as one file that imports only Node, and what it imports when it has to (policies that changed, the
 * lock of a file, a server elsewhere) as three more. The launcher copies them all, so they must work without a node_modules beside them.
 * `watch` and the command line are one file each, because two hundred take Node longer to find than to run; what is large
 * and seldom needed stays a package.
 */
async function bundles(folder) {
  const { build: bundle } = await import('esbuild');
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node20', legalComments: 'none', logLevel: 'warning' };
  const outfile = (name) => join(folder, name);
  const registry = ['pacote', 'npm-registry-fetch', 'npm-package-arg', '@npmcli/*', 'undici'];
  for (const name of ['hold.cjs', 'tunnel.cjs', 'tell.cjs', 'enter.cjs', 'keyring.cjs'])
    copyFileSync(join(root, 'src', name), outfile(name));
  const vendor = join(root, 'node_modules', '@anthropic-ai', 'sandbox-runtime', 'vendor');
  for (const arch of ['x64', 'arm64']) {
    copyFileSync(join(vendor, 'seccomp', arch, 'apply-seccomp'), outfile(`apply-seccomp-${arch}`));
    copyFileSync(join(vendor, 'srt-win', arch, 'srt-win.exe'), outfile(`srt-win-${arch}.exe`));
  }
  const agent = 'srt-proxy-agent.jar';
  copyFileSync(join(vendor, 'java-proxy-agent', agent), outfile(agent));
  // CommonJS packages inside an ES module ask for Node's own modules by `require`.
  const banner = { js: "import { createRequire as pinfoldRequire } from 'node:module'; const require = pinfoldRequire(import.meta.url);" };
  const lazily = {
    name: 'lazily',
    setup(build) {
      const neighbours = {
        './launch-policy.ts': './run-policy.mjs',
        './remote-bridge.ts': './run-remote.mjs',
        './contained-start.ts': './run-sandbox.mjs',
        './kept-variables.ts': './run-secrets.mjs',
        '../sources/remote/oauth.ts': './run-oauth.mjs',
        './web/look.ts': './run-look.mjs',
        'proper-lockfile': './run-lock.mjs',
      };
      const lazy = Object.keys(neighbours).map((path) => path.replace(/[./]/g, '\\$&'));
      const filter = new RegExp(`^(${lazy.join('|')})$`);
      build.onResolve({ filter }, ({ path, kind }) => (kind === 'dynamic-import' ? { path: neighbours[path], external: true } : undefined));
    },
  };
  await Promise.all([
    // Reading npm's registry is no part of a launch: those packages stay imports that nobody reaches.
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'run.ts')],
      outfile: outfile('run-bundle.cjs'),
      packages: 'external',
      plugins: [lazily],
      // CommonJS: the loader of ES modules costs every launch some milliseconds.
      format: 'cjs',
      define: { 'import.meta.url': 'pinfoldUrl' },
      banner: { js: "const pinfoldUrl = require('node:url').pathToFileURL(__filename).href;" },
    }),
    // One file is loaded with half the memory of two hundred. The registry's packages are reached by no code of it.
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'watch.ts')],
      outfile: outfile('watch-bundle.mjs'),
      external: registry,
      mainFields: ['module', 'main'],
      banner,
      minify: true,
    }),
    bundle({
      ...common,
      entryPoints: [{ in: join(root, 'src', 'cli.ts'), out: 'cli-bundle' }],
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      chunkNames: 'cli-[name]-[hash]',
      splitting: true,
      external: [...registry, '@anthropic-ai/sandbox-runtime', 'oxc-parser', 'tuf-js'],
      mainFields: ['module', 'main'],
      banner,
      minifySyntax: true,
      minifyWhitespace: true,
    }),
    // What hostile bytes are parsed in. What it found out is kept under the hash of this file, so that it says which parser it loads.
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'analysis-worker.ts')],
      outfile: outfile('analysis-worker.mjs'),
      external: ['oxc-parser'],
      banner: { js: `// with oxc-parser ${parserVersion()}` },
    }),
    bundle({ ...common, entryPoints: [join(root, 'src', 'operations', 'launch-policy.ts')], outfile: outfile('run-policy.mjs'), banner }),
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'operations', 'remote-bridge.ts')],
      outfile: outfile('run-remote.mjs'),
      banner,
      plugins: [lazily],
    }),
    // The SDK's helpers, which few sessions need: a token that has run out.
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'sources', 'remote', 'oauth.ts')],
      outfile: outfile('run-oauth.mjs'),
      mainFields: ['module', 'main'],
      banner,
      minify: true,
    }),
    // The page of what waits, and what reads it: a person asked for it.
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'web', 'look.ts')],
      outfile: outfile('run-look.mjs'),
      mainFields: ['module', 'main'],
      banner,
      minify: true,
    }),
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'operations', 'kept-variables.ts')],
      outfile: outfile('run-secrets.mjs'),
      banner,
      plugins: [lazily],
    }),
    // The sandbox's library whole: a copied launcher has no node_modules, and must not go without a sandbox for that.
    bundle({
      ...common,
      entryPoints: [join(root, 'src', 'operations', 'contained-start.ts')],
      outfile: outfile('run-sandbox.mjs'),
      mainFields: ['module', 'main'],
      banner,
      minify: true,
      plugins: [impatiently()],
    }),
    bundle({
      ...common,
      stdin: { contents: "export { default } from 'proper-lockfile';", resolveDir: root },
      outfile: outfile('run-lock.mjs'),
      banner,
    }),
  ]);
}

function parserVersion() {
  return JSON.parse(readFileSync(join(root, 'node_modules', 'oxc-parser', 'package.json'), 'utf8')).version;
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
