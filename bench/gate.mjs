import { join } from 'node:path';
import { overHttp } from './gate-http.mjs';
import { treeBytes } from './process.mjs';
import { openSession } from './session.mjs';
import { median, quantile } from './statistics.mjs';

/** What the gate adds to a session that runs: time per small request, throughput of large results (over HTTP too), memory. */
export async function gate(home, { quick }) {
  const { direct, relay, guarded, npx } = home.commands;
  const sessions = { direct, relay, guarded };
  const open = {};
  for (const [name, command] of Object.entries(sessions)) open[name] = await ready(command, home.at);
  const rows = [...(await latency(open, quick ? 300 : 2_000)), ...(await throughput(open, home.large, quick ? 3 : 11))];
  for (const session of Object.values(open)) await session.close();
  return [
    ...rows,
    ...(await words(home, quick)),
    ...(await overHttp(home, quick)),
    ...(await memory({ direct, relay, guarded, npx }, home.at)),
  ];
}

/** Long lists and very large results, against a bare relay in front of the same server. */
async function words(home, quick) {
  const server = (tools, bytes) => [process.execPath, join(import.meta.dirname, 'words-server.mjs'), String(tools), String(bytes)];
  const many = await pair(home, server(500, 300));
  const list = await pair(home, server(100, 1_000));
  const rows = [];
  for (const [what, { relay, guarded }, method] of [
    ['ping with 500 tools pinned', many, 'ping'],
    ['tools/list of 500 tools (200 KB)', many, 'tools/list'],
    ['tools/list of 100 KB: judged and hashed', list, 'tools/list'],
  ]) {
    const times = { relay: [], guarded: [] };
    // What is small is measured as often as the `ping` above: code that is not warm yet costs more than what is asked for.
    const [warmUp, rounds] = method === 'ping' ? [200, quick ? 300 : 2_000] : [10, quick ? 30 : 300];
    for (let round = -warmUp; round < rounds; round += 1) {
      for (const [name, session] of Object.entries({ relay, guarded })) {
        const begin = performance.now();
        await session.request(method);
        if (round >= 0) times[name].push(performance.now() - begin);
      }
    }
    const added = median(times.guarded) - median(times.relay);
    const budget = method === 'ping' ? 0.15 : what.includes('100 KB') ? 5 : undefined;
    rows.push({ what: `${what}: added by the gate, p50`, value: added, unit: 'ms', ...(budget === undefined ? {} : { budget }) });
  }
  const large = ['tools/call', { name: 'tool_1', arguments: { bytes: 16_000_000 } }];
  const ratios = [];
  for (let round = -1; round < (quick ? 3 : 11); round += 1) {
    const times = {};
    for (const [name, session] of Object.entries(list)) {
      const begin = performance.now();
      await session.request(...large);
      times[name] = performance.now() - begin;
    }
    if (round >= 0) ratios.push(times.relay / times.guarded);
  }
  for (const session of [...Object.values(many), ...Object.values(list)]) await session.close();
  return [...rows, { what: '16 MB results: gate ÷ relay, as throughput', value: median(ratios), unit: '', budget: 0.7, atLeast: true }];
}

async function pair(home, server) {
  const relay = await ready([process.execPath, join(import.meta.dirname, 'relay.mjs'), ...server], home.at);
  return { relay, guarded: await ready(home.behindGuard(server), home.free) };
}

async function ready(command, at) {
  const session = await openSession(command, at);
  session.notify('notifications/initialized');
  await session.request('tools/list');
  return session;
}

async function latency(open, requests) {
  const times = { direct: [], relay: [], guarded: [] };
  const warmUp = 200;
  for (let number = 0; number < requests + warmUp; number += 1) {
    for (const [name, session] of Object.entries(open)) {
      const begin = performance.now();
      await session.request('ping');
      if (number >= warmUp) times[name].push(performance.now() - begin);
    }
  }
  const added = (name, share) => quantile(times[name], share) - quantile(times.direct, share);
  return [
    { what: 'ping, direct: p50', value: quantile(times.direct, 0.5), unit: 'ms' },
    { what: 'ping, added by a bare relay: p50', value: added('relay', 0.5), unit: 'ms' },
    { what: 'ping, added by the gate: p50', value: added('guarded', 0.5), unit: 'ms', budget: 0.15 },
    { what: 'ping, added by a bare relay: p99', value: added('relay', 0.99), unit: 'ms' },
    { what: 'ping, added by the gate: p99', value: added('guarded', 0.99), unit: 'ms', budget: 1 },
  ];
}

/** Many large results under way at once, so that the slowest part of the chain is what is measured. */
async function throughput(open, [method, params], rounds) {
  const atOnce = 16;
  const speeds = { direct: [], relay: [], guarded: [] };
  let bytes = 0;
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, session] of Object.entries(open)) {
      const begin = performance.now();
      const answers = await Promise.all(Array.from({ length: atOnce }, () => session.request(method, params)));
      bytes = answers.reduce((sum, answer) => sum + answer.length, 0);
      if (round >= 0) speeds[name].push(bytes / 1e6 / ((performance.now() - begin) / 1000));
    }
  }
  if (bytes < atOnce * 1_000_000) throw new Error('the large results are not large');
  const ratios = speeds.guarded.map((speed, round) => speed / speeds.relay[round]);
  return [
    { what: '1 MB results: direct', value: median(speeds.direct), unit: 'MB/s' },
    { what: '1 MB results: through a bare relay', value: median(speeds.relay), unit: 'MB/s' },
    { what: '1 MB results: through the gate', value: median(speeds.guarded), unit: 'MB/s' },
    { what: '1 MB results: gate ÷ relay', value: median(ratios), unit: '', budget: 0.7, atLeast: true },
  ];
}

async function memory(commands, at) {
  if (process.platform !== 'linux') return [];
  const sizes = {};
  for (const [name, command] of Object.entries(commands)) {
    const session = await ready(command, at);
    sizes[name] = treeBytes(session.pid);
    await session.close();
  }
  return [
    ...Object.entries(sizes).map(([name, size]) => ({ what: `memory (PSS of the process tree): ${name}`, value: size / 1e6, unit: 'MB' })),
    { what: 'memory: guard + server ÷ npx + server', value: sizes.guarded / sizes.npx, unit: '', budget: 0.7 },
  ];
}
