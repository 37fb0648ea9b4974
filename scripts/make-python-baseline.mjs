// Writes src/analysis/python/baseline-data.ts: the packages that every Python MCP server brings through the official SDK and
// what usually stands beside it, with the capability classes that this version's analysis sees in each. Run it by hand after
// a new line of the SDK. It needs pip, and the index that pip is configured for; only wheels are taken, so no code of any
// package runs. `--wheels FOLDER` reads wheels that are there already,
// `--out FILE` writes elsewhere.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledSources } from './bundled-sources.mjs';

const roots = ['mcp>=1', 'fastmcp>=2,<3', 'pydantic-settings>=2,<3', 'python-dotenv>=1,<2', 'httpx<1', 'click>=8,<9', 'typer<1'];
const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'pinfold-baseline-'));
try {
  const { analysePythonPackage, observedPythonClasses, pythonRulesetId, unpackZip } = await analysis();
  const given = option('--wheels');
  const folder = given ?? work;
  if (given === undefined) download(folder);
  const packages = new Map();
  const madeFrom = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .sort()) {
    const [written = '', version = ''] = file.split('-');
    const name = written.toLowerCase().replace(/[-_.]+/g, '-');
    madeFrom.push(`${name}@${version}`);
    const files = await unpackZip(readFileSync(join(folder, file)), file);
    const facts = analysePythonPackage({ name, version, path: `site-packages/${name}` }, 'wheel', files);
    packages.set(name, [...new Set([...(packages.get(name) ?? []), ...observedPythonClasses(facts)])].sort());
  }
  if (packages.size === 0) throw new Error(`there are no wheels in ${folder}`);
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
  const date = new Date().toISOString().slice(0, 10);
  const data = { version: '1', date, madeFrom: madeFrom.sort(), ruleset: pythonRulesetId, packages: Object.fromEntries(sorted) };
  const out = option('--out') ?? join(root, 'src', 'analysis', 'python', 'baseline-data.ts');
  writeFileSync(
    out,
    `import type { Baseline } from '../baseline.ts';

/** Made by scripts/make-python-baseline.mjs; not edited by hand. */
export const pythonBaseline: Baseline = ${JSON.stringify(data, null, 2)};
`,
  );
  execFileSync(process.execPath, [join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'format', '--write', out]);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The word behind an option; undefined = it is not given. */
function option(name) {
  const at = process.argv.indexOf(name);
  if (at < 0) return undefined;
  const value = process.argv[at + 1];
  if (value === undefined || value.startsWith('--')) throw new Error(`${name} takes a path`);
  return value;
}

function download(folder) {
  execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--only-binary', ':all:', '--dest', folder, ...roots], { stdio: 'inherit' });
}

/** The analysis of this very tree. */
function analysis() {
  return bundledSources(
    'python-baseline',
    `export { analysePythonPackage } from './src/analysis/python/analyse-package.ts';
export { observedPythonClasses } from './src/analysis/python/observations.ts';
export { pythonRulesetId } from './src/analysis/python/ruleset.ts';
export { unpackZip } from './src/sources/archive-zip.ts';`,
  );
}
