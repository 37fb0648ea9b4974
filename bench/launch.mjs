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
    ...(await contained(home, rounds)),
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

/**
 * The same server inside its sandbox, and with a masked key, against npx in turn. Nothing where this machine has no sandbox.
 * What masking costs is the difference of the two: an authority is made for each start.
 */
async function contained(home, rounds) {
  const [launcher] = home.commands.guarded;
  const folder = home.commands.direct.at(-1);
  const options = { sandboxed: ['--sandbox'], masked: ['--mask', 'GITHUB_TOKEN=api.github.com'] };
  for (const [name, words] of Object.entries(options))
    await run(home.pinfold('install', home.server.spec, '--client', 'cursor', '--name', name, '--yes', ...words, '--', folder), home.at);
  const at = { ...home.at, env: { ...home.at.env, GITHUB_TOKEN: 'not-a-real-token-0000000000000000' } };
  const times = { npx: [], sandboxed: [], masked: [] };
  try {
    await started([launcher, 'run', 'sandboxed'], at);
  } catch {
    return [];
  }
  for (let round = 0; round < rounds; round += 1) {
    times.npx.push(await started(home.commands.npx, home.at));
    for (const name of Object.keys(options)) times[name].push(await started([launcher, 'run', name], at));
  }
  return [
    { what: 'launch: sandboxed', value: median(times.sandboxed), unit: 'ms' },
    { what: 'launch: sandboxed, one key masked', value: median(times.masked), unit: 'ms' },
    { what: 'launch: sandboxed ÷ npx', value: median(times.sandboxed.map((own, round) => own / times.npx[round])), unit: '', budget: 0.65 },
    { what: 'launch: masked − sandboxed', value: median(times.masked.map((own, round) => own - times.sandboxed[round])), unit: 'ms' },
  ];
}
