import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from '../dist/gate/session.js';
import { nodeHost } from '../dist/host/node.js';
import { digestBytes, digestValue } from '../dist/model/digest.js';
import { gateDigests } from '../dist/model/item-digest.js';
import { platformOf } from '../dist/operations/platform.js';
import { materialise } from '../dist/store/tree.js';
import { checkTree } from '../dist/store/tree-check.js';
import { exponent, median } from './statistics.mjs';

/** How the parts that run before and during every session grow, in this process, in CPU time. */
export async function growth(_home, { quick }) {
  const rounds = quick ? 3 : 11;
  return [
    { what: 'growth of the launch check with packages', value: await packages(rounds), unit: 'exponent' },
    { what: 'growth of the gate with tools', value: gateGrowth(rounds), unit: 'exponent' },
  ];
}

async function packages(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'pinfold-bench-'));
  const real = nodeHost();
  const host = { ...real, places: { ...real.places, data: folder } };
  try {
    const points = [];
    for (const size of [50, 100, 200, 400]) {
      const list = Array.from({ length: size }, (_, number) => packageOf(`package-${number}`));
      const closure = { digest: digestValue(list), packages: list };
      const files = async () =>
        Array.from({ length: 20 }, (_, number) => ({ path: `lib/${number}.js`, bytes: Buffer.from(`${number}`), executable: false }));
      const { tree } = await materialise({ closure, platform: platformOf(host), files }, host);
      points.push({ size, cost: await typicalCost(rounds, () => checkTree(tree, 'stat', host)) });
    }
    await host.files.remove(folder);
    return exponent(points);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packageOf(name) {
  const integrity = `sha512-${'A'.repeat(86)}==`;
  return { path: `node_modules/${name}`, name, version: '1.0.0', integrity, bundledIn: null, optional: false, os: [], cpu: [], libc: [] };
}

/** How the cost of judging a list grows with its tools, as an exponent. */
export function gateGrowth(rounds) {
  const points = [];
  for (const size of [100, 200, 400, 800]) {
    const list = Array.from({ length: size }, (_, number) => ({
      name: `tool_${number}`,
      description: `What tool ${number} does. `.repeat(10),
      inputSchema: { type: 'object', properties: { path: { type: 'string' }, limit: { type: 'number' } }, required: ['path'] },
    }));
    const rules = rulesFor(list);
    const answer = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: list } })}\n`);
    const request = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}\n');
    const costs = Array.from({ length: rounds + 3 }, () => {
      const session = openSession(rules, { onEffect() {}, record: async () => undefined, notice() {}, wantsLink() {} });
      void session.handle('client', request);
      const begin = process.cpuUsage();
      const [output] = session.handle('server', answer);
      const { user, system } = process.cpuUsage(begin);
      if (output?.to !== 'client' || output.bytes.length < size * 100) throw new Error('the gate withheld a pinned list');
      return user + system;
    });
    points.push({ size, cost: median(costs.slice(3)) });
  }
  return exponent(points);
}

function rulesFor(list) {
  const pin = {
    digest: digestBytes(Buffer.from('')),
    tools: Object.fromEntries(list.map((tool) => [tool.name, digestValue(tool)])),
    prompts: {},
    resources: {},
    resourceTemplates: {},
    instructions: null,
    eras: ['initialize'],
    resourcePinning: 'exact',
    volatile: {},
    agentSurface: [],
  };
  return {
    name: 'bench',
    remedy: 'none',
    mode: 'block',
    samePackage: true,
    enforced: gateDigests(pin, {}, {}),
    views: null,
    blocked: null,
    elicitationHosts: [],
    templateDigest: (_kind, value) => digestValue(value),
    resourcePinning: 'exact',
    agentSurface: [],
    learning: new Set(),
    othersTools: new Map(),
    ui: new Map(),
  };
}

async function typicalCost(rounds, work) {
  const costs = [];
  for (let round = 0; round < rounds + 3; round += 1) {
    const begin = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(begin);
    costs.push(user + system);
  }
  return median(costs.slice(3));
}
