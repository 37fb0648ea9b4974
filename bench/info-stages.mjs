// The steps of `info`, one after the other in one process (the command overlaps some of them). Prints JSON.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeHost } from '../dist/host/node.js';
import { analyse } from '../dist/operations/analyse.js';
import { platformOf } from '../dist/operations/platform.js';
import { openReading } from '../dist/operations/read-closure.js';
import { probe } from '../dist/probe/probe.js';
import { sandboxState } from '../dist/sandbox/state.js';
import { fetchPackage } from '../dist/sources/npm/fetch.js';
import { inspectArtifact } from '../dist/sources/npm/inspect.js';
import { resolveNpm } from '../dist/sources/npm/resolve.js';
import { parseReference } from '../dist/sources/reference.js';
import { fitsPlatform } from '../dist/store/platform.js';
import { layOut } from '../dist/store/tree.js';

const host = nodeHost();
const stages = [];
const resolution = await stage('resolve', () => resolveNpm(parseReference([process.argv[2]], null), host));
const platform = platformOf(host);
const wanted = resolution.closure.packages.filter((pkg) => fitsPlatform(pkg, platform) && pkg.bundledIn === null);
const unpacked = new Map();
await stage('fetch, verify, unpack', async () => {
  for (const pkg of wanted) unpacked.set(pkg, await fetchPackage(resolution, pkg, host));
});
const own = wanted.find((pkg) => pkg.path === `node_modules/${resolution.artifact.name}`);
const ownFiles = unpacked.get(own);
for (const time of ['analyse', 'analyse what is known']) await stage(time, () => analysed());
const folder = mkdtempSync(join(tmpdir(), 'pinfold-bench-'));
try {
  const treePath = join(folder, 'tree');
  const files = async (pkg) => unpacked.get(pkg) ?? [];
  await stage('materialise', () => layOut(treePath, { closure: resolution.closure, platform, files }, host));
  const sandbox = await stage('is there a sandbox?', () => sandboxState(host));
  const { entry } = inspectArtifact(resolution, ownFiles);
  const request = { node: host.machine.nodePath, treePath, entry, args: [], secretNames: [], sandboxed: true };
  if (sandbox.available) await stage('probe', () => probe(request, host));
} finally {
  await stage('clear away', () => host.files.remove(folder));
}
process.stdout.write(JSON.stringify(stages));

async function analysed() {
  const reading = await openReading(async (pkg) => unpacked.get(pkg) ?? [], host);
  for (const pkg of wanted) reading.add(pkg, reading.known(pkg) === null ? unpacked.get(pkg) : null);
  return analyse({ reading, own, ownFiles });
}

async function stage(name, work) {
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  stages.push({ stage: name, wallMs: performance.now() - begin, cpuMs: (user + system) / 1000 });
  return result;
}
