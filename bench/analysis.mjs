import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { run, treeBytes } from './process.mjs';
import { median } from './statistics.mjs';

const look = join(import.meta.dirname, 'analysis-look.mjs');

/**
 * The analysis of closures that lie in npm's download cache, from the tarballs to the report, and the same again from what
 * was kept of it. Each look is a process of its own.
 */
export async function analysis(home, { quick }) {
  const rows = [];
  for (const spec of home.server.closures) {
    const words = [process.execPath, look, spec];
    const once = async (...more) => JSON.parse((await run([...words, ...more], home.at)).stdout);
    home.forgetAnalyses();
    const { packages, read } = await once('--count'); // fills the download cache, too
    const rounds = [];
    for (let round = 0; round < (quick ? 1 : 5); round += 1) {
      home.forgetAnalyses();
      rounds.push({ first: await once(), second: await once() });
    }
    home.forgetAnalyses();
    const peaks = [await peakBytes(words, home.at), await peakBytes(words, home.at)];
    const first = median(rounds.map((one) => one.first.wallMs)) / 1000;
    const share = median(rounds.map((one) => one.second.wallMs / one.first.wallMs));
    rows.push(
      { what: `analysis of ${packages} packages`, value: first, unit: 's', note: `${read.files} files` },
      { what: '  files each second', value: read.files / first, unit: '' },
      { what: '  MB each second', value: read.bytes / 1e6 / first, unit: 'MB' },
      { what: '  from what was kept ÷ first', value: share, unit: '', budget: 0.1 },
      { what: '  peak memory (PSS, workers too)', value: peaks[0] / 1e6, unit: 'MB' },
      { what: '  the same from what was kept', value: peaks[1] / 1e6, unit: 'MB' },
    );
  }
  return rows;
}

/** The highest of the sizes that the process tree has while it looks, after resolving; 0 where the system does not tell. */
async function peakBytes([command, ...args], { env, cwd }) {
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let peak = 0;
  let timer;
  child.stderr.once('data', () => {
    timer = setInterval(() => {
      peak = Math.max(peak, treeBytes(child.pid) ?? 0);
    }, 50);
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  return peak;
}
