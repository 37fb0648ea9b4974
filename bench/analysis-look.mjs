// One look at a closure that lies in npm's download cache: unpack what is not known, read what can run. Prints JSON.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHost } from '../dist/host/node.js';
import { resolveServer } from '../dist/operations/load.js';
import { parseReference } from '../dist/sources/reference.js';

const host = nodeHost();
const sizes = new Map();
const resolved = await resolveServer(parseReference([process.argv[2]], null), host);
process.stderr.write('resolved\n'); // from here on memory is looked at
const begin = performance.now();
const { analyse } = await resolved.load(null, () => undefined);
await analyse();
const wallMs = performance.now() - begin;
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const read = process.argv.includes('--count') ? await filesRead() : null;
process.stdout.write(
  JSON.stringify({ wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, packages: resolved.closure.packages.length, read }),
);

/** How many sources were read, and their bytes: those of which something is kept. */
async function filesRead() {
  for (const pkg of resolved.closure.packages) {
    if (pkg.bundledIn !== null) continue;
    for (const { path, bytes } of await resolved.files(pkg)) sizes.set(`${pkg.integrity} ${path}`, bytes.length);
  }
  const kept = readdirSync(join(host.places.data, 'cache', 'analysis'), { recursive: true, encoding: 'utf8' });
  const records = kept
    .filter((name) => name.endsWith('-package.json'))
    .map((name) => JSON.parse(readFileSync(join(host.places.data, 'cache', 'analysis', name), 'utf8').split('\n')[1]));
  const paths = records.flatMap(({ integrity, value }) => value.sources.map(({ path }) => `${integrity} ${path}`));
  return { files: paths.length, bytes: paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0) };
}
