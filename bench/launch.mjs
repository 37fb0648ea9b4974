import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { run } from './process.mjs';
import { openSession } from './session.mjs';
import { median } from './statistics.mjs';

/** From the spawn to the answer to `initialize`: guarded, direct, relayed and by npx, in turn, round after round. */
export async function launch(home, { rounds }) {
  const { bare, ...servers } = home.commands;
  const names = Object.keys(servers);
  const times = Object.fromEntries(['bare', ...names].map((name) => [name, []]));
  for (const name of names) await started(servers[name], home.at); // fills caches; not counted
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push((await run(bare, home.at)).wallMs);
    for (const name of names) times[name].push(await started(servers[name], home.at));
  }
  const typical = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  const overheads = times.guarded.map((guarded, round) => (guarded - times.direct[round]) / times.bare[round]);
  const ratios = times.guarded.map((guarded, round) => guarded / times.npx[round]);
  return [
    ...['bare', 'direct', 'relay', 'guarded', 'npx'].map((name) => ({ what: `launch: ${labels[name]}`, value: typical[name], unit: 'ms' })),
    { what: 'launch: guarded ÷ npx', value: median(ratios), unit: '', budget: 0.5 },
    { what: 'launch: (guarded − direct) ÷ bare node', value: median(overheads), unit: '', budget: 1.5 },
    ...(await offline(home, rounds)),
    ...(await cold(home)),
  ];
}

const labels = {
  bare: 'bare `node -e 0`',
  direct: 'node server.js',
  relay: 'through a bare relay',
  guarded: 'guarded',
  npx: 'npx -y name@version',
};

async function started(command, at) {
  const session = await openSession(command, at);
  await session.close();
  return session.startedMs;
}

/** In a network namespace with nothing in it, against a namespace that changes nothing, so that both pay for one. */
async function offline(home, rounds) {
  const can = spawnSync('unshare', ['-n', 'true']).status === 0;
  const { guarded } = home.commands;
  const dead = { npm_config_registry: 'http://127.0.0.1:9/', HTTPS_PROXY: 'http://127.0.0.1:9/', HTTP_PROXY: 'http://127.0.0.1:9/' };
  const [without, with_] = can
    ? [
        [['unshare', '-n', ...guarded], home.at],
        [['unshare', '-u', ...guarded], home.at],
      ]
    : [
        [guarded, { ...home.at, env: { ...home.at.env, ...dead } }],
        [guarded, home.at],
      ];
  const ratios = [];
  for (let round = 0; round < rounds; round += 1) ratios.push((await started(...without)) / (await started(...with_)));
  const how = can ? 'no network (unshare -n)' : 'dead registry and proxy';
  return [{ what: `launch: guarded, ${how} ÷ with`, value: median(ratios), unit: '', budget: 1.05 }];
}

/** With an empty file cache, where this process may empty it. */
async function cold(home) {
  const rows = [];
  for (const name of ['direct', 'guarded', 'npx']) {
    try {
      spawnSync('sync');
      writeFileSync('/proc/sys/vm/drop_caches', '3');
    } catch {
      return [];
    }
    rows.push({ what: `launch: ${labels[name]}, cold file cache`, value: await started(home.commands[name], home.at), unit: 'ms' });
  }
  return rows;
}
