import { join } from 'node:path';
import { run } from './process.mjs';
import { median } from './statistics.mjs';

/** `info` of a closure of about a hundred packages, with everything in npm's download cache. */
export async function info(home, { quick }) {
  const { hundred } = home.server;
  const { at } = home;
  const words = ['info', hundred, '--json'];
  const first = await run(home.pinfold(...words), { ...at, accept: [0, 1] }); // fills the download cache
  const { closure, manifest } = JSON.parse(first.stdout);
  const probed = manifest.probed === null ? 'no sandbox here, so not probed' : 'probed';
  const rounds = quick ? 1 : 5;
  const whole = [];
  const again = [];
  const unprobed = [];
  for (let round = 0; round < rounds; round += 1) {
    home.forgetAnalyses();
    whole.push(await run(home.pinfold(...words), { ...at, cost: true, accept: [0, 1] }));
    again.push(await run(home.pinfold(...words), { ...at, cost: true, accept: [0, 1] }));
    home.forgetAnalyses();
    unprobed.push(await run(home.pinfold(...words, '--no-probe'), { ...at, cost: true, accept: [0, 1] }));
  }
  const of = (runs, member) => median(runs.map((one) => one[member]));
  home.forgetAnalyses();
  const staged = await run([process.execPath, join(import.meta.dirname, 'info-stages.mjs'), hundred], at);
  return [
    { what: `info of ${closure.packages} packages, ${probed}`, value: of(whole, 'wallMs') / 1000, unit: 's', budget: 3 },
    { what: '  CPU time of pinfold itself', value: of(whole, 'cpuMs') / 1000, unit: 's' },
    { what: '  peak memory', value: of(whole, 'peakBytes') / 1e6, unit: 'MB', budget: 300 },
    { what: 'the same when it was looked at before', value: of(again, 'wallMs') / 1000, unit: 's' },
    { what: 'info --no-probe', value: of(unprobed, 'wallMs') / 1000, unit: 's' },
    { what: '  CPU time', value: of(unprobed, 'cpuMs') / 1000, unit: 's' },
    ...JSON.parse(staged.stdout).flatMap(({ stage, wallMs, cpuMs }) => [
      { what: `  one after the other: ${stage}`, value: wallMs / 1000, unit: 's', note: `${(cpuMs / 1000).toFixed(2)} s CPU` },
    ]),
  ];
}
