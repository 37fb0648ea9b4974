import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHost } from '../dist/host/node.js';
import { checkTree } from '../dist/store/tree-check.js';
import { run } from './process.mjs';
import { median } from './statistics.mjs';

const sample = join(import.meta.dirname, '..', '..', 'shared', 'data', 'provenance', 'npm', 'npm-sigstore-attestations.json');

/** One npm version with both its bundles, and a whole lock. */
export async function verify(home, { quick }) {
  return [...(await oneVersion(quick)), ...(await wholeLock(home, quick))];
}

/**
 * `verify --all` offline beside what it cannot do without, hashing each tree in one process. All pins are of one server, so
 * that the disk gives every file from memory.
 */
async function wholeLock(home, quick) {
  const sizes = quick ? [2, 6, 10] : [5, 25, 50];
  const points = [];
  for (let pins = 0; pins < Math.max(...sizes); ) {
    pins += 1;
    const { spec } = home.server;
    await run(home.pinfold('install', '--yes', '--no-probe', '--client', 'cursor', '--name', `pin-${pins}`, spec), home.at);
    if (sizes.includes(pins)) points.push({ pins, ...(await verifyLock(home)) });
  }
  const [few, many, more] = points;
  const perPin = (many.wallMs - few.wallMs) / (many.pins - few.pins);
  const hashMs = await hashing(home.tree);
  return [
    { what: `verify --all: one pin more, of ${many.pins}`, value: perPin, unit: 'ms' },
    { what: '  ÷ hashing its tree once, in one process', value: perPin / hashMs, unit: '×' },
    { what: `  peak memory, ${many.pins} pins ÷ ${few.pins}`, value: many.peakBytes / few.peakBytes, unit: '×' },
    { what: `  peak memory, ${more.pins} pins ÷ ${many.pins}`, value: more.peakBytes / many.peakBytes, unit: '×' },
  ];
}

async function verifyLock(home) {
  // Exit 1 or 3: what was not asked, because it is offline.
  const rounds = [];
  for (let round = 0; round < 3; round += 1)
    rounds.push(await run(home.pinfold('verify', '--all', '--offline', '--json'), { ...home.at, cost: true, accept: [0, 1, 3] }));
  return { wallMs: median(rounds.map(({ wallMs }) => wallMs)), peakBytes: median(rounds.map(({ peakBytes }) => peakBytes)) };
}

async function hashing(tree) {
  const host = nodeHost();
  const rounds = [];
  for (let round = 0; round < 5; round += 1) {
    const at = performance.now();
    const { state } = await checkTree(tree, 'full', host);
    if (state !== 'sound') throw new Error('the tree is not what was sealed');
    rounds.push(performance.now() - at);
  }
  return median(rounds);
}

/** Offline, after everything is loaded; the first call is a row of its own. */
async function oneVersion(quick) {
  const startedAt = performance.now();
  const { verifyAttestations } = await import('../dist/provenance/npm-attestations.js');
  const { shippedTrustRoot, trustRoot } = await import('../dist/provenance/trust-root.js');
  const loadMs = performance.now() - startedAt;
  const { response, about, root, note } = existsSync(sample) ? genuine(shippedTrustRoot) : await madeUp(trustRoot);
  const once = () => {
    const at = performance.now();
    const { outcome } = verifyAttestations(response, about, root());
    if (outcome !== 'verified') throw new Error('the sample does not verify');
    return performance.now() - at;
  };
  const first = once();
  const rounds = Array.from({ length: quick ? 5 : 41 }, once);
  return [
    { what: 'verify: one npm version, both bundles, offline', value: median(rounds), unit: 'ms', budget: 60, note },
    { what: '  the first time', value: first, unit: 'ms' },
    { what: '  loading the verifier', value: loadMs, unit: 'ms' },
  ];
}

/** With the trust root made anew each time, as each look does. */
function genuine(shippedTrustRoot) {
  const response = readFileSync(sample);
  const sha512 =
    '7bea9f6e7ff37f5fab0b36bf061200fff03099fd2fd696b91d04bc5e4f225eb9fd6e0cadcad54ba980f43fb352a99e8810b4e0abeb5c0ef2cf9108cd1f258b36';
  const artifact = { subject: 'pkg:npm/sigstore', name: 'sigstore', version: '1.0.0', integrity: integrity(sha512) };
  const registries = [`https://${shippedTrustRoot().keysOf}`];
  return { response, about: { artifact, promised: { publish: true, provenance: true }, registries }, root: () => shippedTrustRoot() };
}

async function madeUp(trustRoot) {
  const { testAuthority } = await import('../test/support/signing.mjs');
  const authority = await testAuthority();
  const sha512 = createHash('sha512').update('bytes').digest('hex');
  const artifact = { subject: 'pkg:npm/notes', name: 'notes', version: '1.0.0', integrity: integrity(sha512) };
  const registry = 'https://npm-registry.invalid';
  const response = Buffer.from(JSON.stringify(await authority.attestations({ ...artifact, registry })));
  const about = { artifact, promised: { publish: true, provenance: true }, registries: [registry] };
  const root = () => trustRoot(authority.trustedRoot, authority.keys, { from: 'given', expiredAt: null });
  return { response, about, root, note: 'made up' };
}

function integrity(hex) {
  return `sha512-${Buffer.from(hex, 'hex').toString('base64')}`;
}
