// `npm run conformance [-- FOLDER] [--all]`: what the verifier says of public signatures and attestations, genuine and damaged,
// beside what they are. Offline, with the trust root that ships. Without a folder: the one of PINFOLD_PROVENANCE_SAMPLES, or
// `shared/data/provenance` beside this checkout. Exit 1 when a verdict differs without a known reason.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyBundle } from '../dist/provenance/bundle.js';
import { verifyKeyedBundle } from '../dist/provenance/keyed-bundle.js';
import { verifyAttestations } from '../dist/provenance/npm-attestations.js';
import { shippedTrustRoot, trustRoot } from '../dist/provenance/trust-root.js';
import { judgeAll } from './conformance/cases.mjs';

const words = process.argv.slice(2);
const named = words.find((word) => !word.startsWith('--'));
const folder = named ?? process.env.PINFOLD_PROVENANCE_SAMPLES ?? join(import.meta.dirname, '..', '..', 'shared', 'data', 'provenance');
if (existsSync(folder)) print(judgeAll(folder, { verifyBundle, verifyKeyedBundle, verifyAttestations, shippedTrustRoot, trustRoot }));
else {
  process.stderr.write('conformance: the samples are not there; name their folder: npm run conformance -- FOLDER\n');
  process.exitCode = 4;
}

function print(rows) {
  const wrong = rows.filter(({ expected, got, allowed }) => expected !== got && allowed === null);
  const shown = words.includes('--all') ? rows : rows.filter(({ expected, got }) => expected !== got);
  const name = ({ group, name: case_ }) => `${group}/${case_}`;
  const widest = Math.max(4, ...shown.map((row) => name(row).length));
  const line = (...cells) => `${[cells[0].padEnd(widest), cells[1].padEnd(11), cells[2].padEnd(11), cells[3]].join('  ').trimEnd()}\n`;
  if (shown.length > 0) process.stdout.write(line('case', 'expected', 'got', 'why it differs'));
  for (const row of shown)
    process.stdout.write(line(name(row), row.expected, row.got, row.expected === row.got ? row.why : (row.allowed ?? row.why)));
  process.stdout.write('\n');
  for (const group of [...new Set(rows.map((row) => row.group))]) {
    const own = rows.filter((row) => row.group === group);
    const as = own.filter(({ expected, got }) => expected === got).length;
    const forged = own.filter(({ expected, got }) => expected === 'invalid' && got === 'verified').length;
    process.stdout.write(`${group}: ${as} of ${own.length} as expected, ${own.length - as} otherwise; invalid and believed: ${forged}\n`);
  }
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
