// `npm run bench [-- launch|gate|info|analysis|machine|configs|watch|growth|soak|verify …] [-- --quick]`: the budgets of DESIGN §10, each next to its
// alternative in the same run. Prints one table and writes bench/results/<name>.json. Asserts nothing: machines differ.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { analysis } from './analysis.mjs';
import { configs } from './configs.mjs';
import { gate } from './gate.mjs';
import { growth } from './growth.mjs';
import { benchHome } from './home.mjs';
import { info } from './info.mjs';
import { launch } from './launch.mjs';
import { machine } from './machine.mjs';
import { soak } from './soak.mjs';
import { isMet, table } from './table.mjs';
import { verify } from './verify.mjs';
import { watch } from './watch.mjs';

const loadBefore = loadavg()[0];
const parts = { launch, gate, info, analysis, machine, configs, watch, growth, soak, verify };
const words = process.argv.slice(2);
const quick = words.includes('--quick');
const asked = words.filter((word) => !word.startsWith('--'));
const unknown = words.find((word) => word !== '--quick' && !Object.hasOwn(parts, word));
if (unknown === undefined) await measure(asked.length === 0 ? Object.keys(parts) : asked);
else {
  process.stderr.write(`bench: \`${unknown}\` is none of ${Object.keys(parts).join(', ')}, --quick\n`);
  process.exitCode = 2;
}

async function measure(names) {
  process.stderr.write('preparing a throw-away home\n');
  const home = await benchHome();
  try {
    const rows = [];
    for (const name of names) {
      process.stderr.write(`measuring: ${name}\n`);
      rows.push(...(await parts[name](home, { quick, rounds: quick ? 3 : 11 })));
    }
    const about = {
      server: home.server.spec,
      from: home.server.from,
      node: process.version,
      machine: `${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 1e9)} GB`,
      loadBeforeAndNow: [loadBefore, loadavg()[0]].map((load) => Number(load?.toFixed(2))),
      at: new Date().toISOString(),
    };
    process.stdout.write(`${about.server}\nfrom ${about.from}\nnode ${about.node}, ${about.machine}\n`);
    process.stdout.write(`load of the machine before and after: ${about.loadBeforeAndNow.join(', ')}\n\n${table(rows)}`);
    const folder = join(import.meta.dirname, 'results');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${names.length === Object.keys(parts).length ? 'all' : names.join('-')}${quick ? '-quick' : ''}.json`);
    const measured = rows.map((row) => ({ ...row, what: row.what.trim(), met: isMet(row) }));
    writeFileSync(file, `${JSON.stringify({ ...about, rows: measured }, null, 2)}\n`);
    process.stderr.write(`written to ${file}\n`);
  } finally {
    await home.close();
  }
}
