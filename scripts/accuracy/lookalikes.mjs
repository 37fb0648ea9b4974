// How often the lookalike check speaks about real packages, and how many plausible attack names it sees. With names alone
// (no registry is asked): owner and age would let some of the first go, and raise some of the second.
//
//   node scripts/accuracy/lookalikes.mjs NAMES.tsv…
//
// Each file: one npm package per line, its name in the first column; those that are called after MCP are taken. Without a
// file only the attack names are measured.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'pinfold-lookalikes-'));
try {
  const { find, judge } = await analysis();
  const unknown = { maintainers: null, repository: null, firstPublished: null, versions: null };
  const strengthOf = (ecosystem, name) => {
    const [found] = find({ ecosystem, name }, []);
    return found === undefined ? null : { ...judge(found, unknown, null, Date.now()), brand: found.vendor?.brand };
  };
  const real = [...new Set(process.argv.slice(2).flatMap(namesIn))];
  const spoken = real.map((name) => [name, strengthOf('npm', name)]).filter(([, verdict]) => verdict !== null);
  for (const [strength, code] of [
    ['certain', 'lookalike-strong (block)'],
    ['likely', 'lookalike (review)'],
    ['uses-name', 'brand-unproven (info)'],
  ]) {
    const these = spoken.filter(([, verdict]) => verdict.strength === strength);
    console.log(`real packages: ${code}: ${these.length} of ${real.length} (${percent(these.length, real.length)})`);
    if (strength !== 'uses-name')
      for (const [name, { resemblance, target }] of these) console.log(`  ${name}: ${resemblance} of ${target.name}`);
  }
  const attacks = readFileSync(join(import.meta.dirname, 'attack-names.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
  const verdicts = attacks.map(([ecosystem, name]) => [name, strengthOf(ecosystem, name)]);
  const hits = verdicts.filter(([, verdict]) => verdict !== null && verdict.strength !== 'uses-name');
  const said = verdicts.filter(([, verdict]) => verdict?.strength === 'uses-name');
  console.log(`attack names: block or review: ${hits.length} of ${attacks.length} (${percent(hits.length, attacks.length)})`);
  console.log(`attack names: brand-unproven only: ${said.length} of ${attacks.length}: ${said.map(([name]) => name).join(', ')}`);
  console.log(
    `attack names: nothing: ${
      verdicts
        .filter(([, verdict]) => verdict === null)
        .map(([name]) => name)
        .join(', ') || 'none'
    }`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

function namesIn(file) {
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '');
  return names.filter((name) => /(?:^|[-/@_])mcp(?:[-_/]|$)/i.test(name));
}

function percent(part, whole) {
  return whole === 0 ? 'no names' : `${((100 * part) / whole).toFixed(2)} %`;
}

/** The analysis of this very tree, bundled because Node 20 runs no TypeScript. */
async function analysis() {
  const outfile = join(work, 'analysis.mjs');
  const contents = `export { findResemblances as find } from './src/analysis/lookalike/find.ts';\nexport { judge } from './src/analysis/lookalike/judge.ts';`;
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}
