import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { run } from './process.mjs';
import { median, quantile } from './statistics.mjs';

/**
 * What gate and bridge add to a server elsewhere (here: on this machine, so that no network is measured), against the
 * official SDK's client that asks the same server itself. Both are that client: what a model's client sees.
 */
export async function overHttp(home, quick) {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'http-server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [url] = await once(createInterface({ input: server.stdout }), 'line');
    await run(home.pinfold('install', url, '--client', 'cursor', '--name', 'bench-http', '--yes'), home.at);
    const { command, args } = JSON.parse(readFileSync(home.clientFile('cursor'), 'utf8')).mcpServers['bench-http'];
    const open = {
      direct: await connected(new StreamableHTTPClientTransport(new URL(url))),
      bridge: await connected(new StdioClientTransport({ command, args, ...home.at, stderr: 'ignore' })),
    };
    const rows = [...(await latency(open, quick ? 300 : 2_000)), ...(await throughput(open, quick ? 3 : 11))];
    for (const client of Object.values(open)) await client.close();
    return rows;
  } finally {
    server.kill();
  }
}

async function connected(transport) {
  const client = new Client({ name: 'pinfold-bench', version: '1.0.0' });
  await client.connect(transport);
  await client.listTools();
  return client;
}

const call = (client, bytes) => client.callTool({ name: 'text', arguments: { bytes } });

async function latency(open, requests) {
  const times = { direct: [], bridge: [] };
  const warmUp = 100;
  for (let number = 0; number < requests + warmUp; number += 1) {
    for (const [name, client] of Object.entries(open)) {
      const begin = performance.now();
      await call(client, 10);
      if (number >= warmUp) times[name].push(performance.now() - begin);
    }
  }
  const added = (share) => quantile(times.bridge, share) - quantile(times.direct, share);
  return [
    { what: 'small call over HTTP, direct: p50', value: quantile(times.direct, 0.5), unit: 'ms' },
    { what: 'small call over HTTP, direct: p99', value: quantile(times.direct, 0.99), unit: 'ms' },
    { what: 'small call over HTTP, added by gate and bridge: p50', value: added(0.5), unit: 'ms' },
    { what: 'small call over HTTP, added by gate and bridge: p99', value: added(0.99), unit: 'ms' },
  ];
}

/** Many large results under way at once. */
async function throughput(open, rounds) {
  const [atOnce, bytes] = [16, 1_000_000];
  const speeds = { direct: [], bridge: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, client] of Object.entries(open)) {
      const begin = performance.now();
      const results = await Promise.all(Array.from({ length: atOnce }, () => call(client, bytes)));
      if (results.some(({ content }) => content[0].text.length !== bytes)) throw new Error('the large results are not large');
      if (round >= 0) speeds[name].push((atOnce * bytes) / 1e6 / ((performance.now() - begin) / 1000));
    }
  }
  const ratios = speeds.bridge.map((speed, round) => speed / speeds.direct[round]);
  return [
    { what: '1 MB results over HTTP: direct', value: median(speeds.direct), unit: 'MB/s' },
    { what: '1 MB results over HTTP: through gate and bridge', value: median(speeds.bridge), unit: 'MB/s' },
    { what: '1 MB results over HTTP: gate and bridge ÷ direct', value: median(ratios), unit: '' },
  ];
}
