import { run } from './process.mjs';
import { exponent, median } from './statistics.mjs';

const clients = ['claude-desktop', 'claude-code', 'cursor', 'vscode'];

/** `audit` and `list` of a hundred entries: half of them guarded by one pin, half of them started by npx. */
export async function machine(home, { quick }) {
  const rounds = quick ? 3 : 11;
  fill(home, 100);
  const costs = { bare: [], audit: [], list: [] };
  for (let round = 0; round < rounds; round += 1) {
    costs.bare.push((await run(home.commands.bare, home.at)).wallMs);
    costs.audit.push((await run(home.pinfold('audit', '--json'), { ...home.at, accept: [0, 1] })).wallMs);
    costs.list.push((await run(home.pinfold('list', '--json'), home.at)).wallMs);
  }
  const ratio = (name) => median(costs[name].map((cost, round) => cost / costs.bare[round]));
  return [
    { what: 'audit of 100 entries in 4 clients', value: median(costs.audit), unit: 'ms' },
    { what: 'audit ÷ bare node', value: ratio('audit'), unit: '', budget: 10 },
    { what: 'list of 100 entries in 4 clients', value: median(costs.list), unit: 'ms' },
    { what: 'list ÷ bare node', value: ratio('list'), unit: '', budget: 10 },
    { what: 'growth of list with entries (1 = linear)', value: await growth(home, quick), unit: 'exponent' },
  ];
}

/** Of the CPU time over that of no entries at all. */
async function growth(home, quick) {
  const cost = async (entries) => {
    fill(home, entries);
    const runs = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      runs.push((await run(home.pinfold('list', '--json'), { ...home.at, cost: true })).cpuMs);
    }
    return median(runs);
  };
  const none = await cost(0);
  const points = [];
  for (const size of [1_000, 2_000, 4_000, 8_000]) points.push({ size, cost: (await cost(size)) - none });
  return exponent(points);
}

function fill(home, entries) {
  const { bare, guarded } = home.commands;
  const servers = Array.from({ length: entries / clients.length }, (_, number) => [
    `server-${number}`,
    number % 2 === 0
      ? { command: guarded[0], args: guarded.slice(1) }
      : { command: 'npx', args: ['-y', `@scope/server-${number}@1.2.${number}`, '--flag'], env: { NODE: bare[0] } },
  ]);
  for (const client of clients) {
    const key = client === 'vscode' ? 'servers' : 'mcpServers';
    home.write(home.clientFile(client), `${JSON.stringify({ [key]: Object.fromEntries(servers) }, null, 2)}\n`);
  }
}
