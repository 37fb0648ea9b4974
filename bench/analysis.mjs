import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { run, treeBytes } from './process.mjs';
import { pythonClosure } from './python-closure.mjs';
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
  return [...rows, ...(await analysisOfPython(home, quick))];
}

/** The same for a closure of Python packages that is written for it; it is downloaded from this machine. */
async function analysisOfPython(home, quick) {
  const closure = await pythonClosure();
  const at = { ...home.at, env: { ...home.at.env, ...closure.env } };
  const words = [process.execPath, look, closure.spec];
  try {
    const rounds = [];
    for (let round = 0; round < (quick ? 1 : 5); round += 1) {
      home.forgetAnalyses();
      const once = async () => JSON.parse((await run(words, at)).stdout).wallMs;
      rounds.push({ first: await once(), second: await once() });
    }
    home.forgetAnalyses();
    const peak = await peakBytes(words, at);
    const first = median(rounds.map((one) => one.first)) / 1000;
    return [
      { what: `analysis of ${closure.packages} Python packages`, value: first, unit: 's', note: `${closure.files} files` },
      { what: '  MB each second', value: closure.bytes / 1e6 / first, unit: 'MB' },
      { what: '  from what was kept', value: median(rounds.map((one) => one.second)) / 1000, unit: 's' },
      { what: '  from what was kept ÷ first', value: median(rounds.map((one) => one.second / one.first)), unit: '', budget: 0.1 },
      { what: '  peak memory (PSS, workers too)', value: peak / 1e6, unit: 'MB' },
    ];
  } finally {
    await closure.close();
  }
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
