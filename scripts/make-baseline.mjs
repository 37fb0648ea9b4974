// Writes src/analysis/baseline-data.ts: the packages that every MCP server brings through the official SDKs and what usually
// stands beside them, with the capability classes that this version's analysis sees in each, whatever of it can run. Run it by hand after a new
// SDK line; it needs the registry that npm is configured for. No script of any package runs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledSources } from './bundled-sources.mjs';

const roots = [
  '@modelcontextprotocol/sdk@1',
  '@modelcontextprotocol/server@2',
  '@modelcontextprotocol/node@2',
  '@modelcontextprotocol/express@2',
  'zod@3',
  'zod@4',
  'zod-to-json-schema@3',
  'undici@7',
  'commander@13',
  'yargs@17',
  'dotenv@17',
  'axios@1',
  'node-fetch@3',
  'minimatch@10',
];
const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'pinfold-baseline-'));
try {
  const { analysePackage, observedClasses, rulesetId } = await analysis();
  const packages = new Map();
  const madeFrom = [];
  const read = new Set();
  for (const [index, spec] of roots.entries()) {
    const folder = join(work, String(index));
    execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', spec], {
      stdio: 'ignore',
    });
    const name = spec.slice(0, spec.lastIndexOf('@'));
    madeFrom.push(`${name}@${JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version}`);
    for (const pkg of packagesBelow(join(folder, 'node_modules'), 'node_modules')) {
      if (read.has(`${pkg.name}@${pkg.version}`)) continue;
      read.add(`${pkg.name}@${pkg.version}`);
      const classes = packages.get(pkg.name) ?? new Set();
      for (const found of observedClasses(analysePackage(pkg, filesBelow(pkg.folder)))) classes.add(found);
      packages.set(pkg.name, classes);
    }
    console.error(`${spec}: ${packages.size} packages so far`);
  }
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, classes]) => [name, [...classes].sort()]);
  const date = new Date().toISOString().slice(0, 10);
  const data = { version: '2', date, madeFrom: madeFrom.sort(), ruleset: rulesetId, packages: Object.fromEntries(sorted) };
  const file = join(root, 'src', 'analysis', 'baseline-data.ts');
  // A TypeScript module: Node 20 warns on stderr about every JSON import.
  writeFileSync(
    file,
    `import type { Baseline } from './baseline.ts';

/** Made by scripts/make-baseline.mjs; not edited by hand. */
export const baseline: Baseline = ${JSON.stringify(data, null, 2)};
`,
  );
  execFileSync(process.execPath, [join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'format', '--write', file]);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The analysis of this very tree. */
function analysis() {
  return bundledSources(
    'baseline',
    `export { analysePackage } from './src/analysis/analyse-package.ts';
export { observedClasses } from './src/analysis/observations.ts';
export { rulesetId } from './src/analysis/rules/ruleset.ts';`,
  );
}

function packagesBelow(folder, path) {
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name]));
  return names.flatMap((name) => {
    const at = join(folder, name);
    const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    const nested = readdirSync(at).includes('node_modules') ? packagesBelow(join(at, 'node_modules'), `${path}/${name}/node_modules`) : [];
    return [{ name, version: manifest.version, path: `${path}/${name}`, folder: at }, ...nested];
  });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.slice(folder.length).includes('/node_modules/'))
    .map((file) => ({ path: file.slice(folder.length + 1), bytes: readFileSync(file), executable: false }));
}
