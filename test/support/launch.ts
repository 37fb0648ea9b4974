import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { launchDigest, secretPurpose } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { type Digest, digestBytes } from '../../src/model/digest.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest, ProbedManifest } from '../../src/model/manifest.ts';
import type { LockScope, TreePin } from '../../src/model/pin.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import type { Surroundings } from '../../src/model/surroundings.ts';
import { readPolicyFiles } from '../../src/store/policy-files.ts';
import { keptForServer, keptOf, saveSecrets } from '../../src/store/secrets.ts';
import { buildTicket, planTicket } from '../../src/store/ticket.ts';
import { transact } from '../../src/store/transaction.ts';
import { sealedTree } from '../../src/store/tree.ts';
import { contentDigest, printIndex } from '../../src/store/tree-index.ts';
import { scanTree } from '../../src/store/tree-scan.ts';

/** What a test approves. */
export interface Approval {
  readonly name: string;
  /** A file of `fixtures/servers`. */
  readonly server: string;
  readonly args?: readonly string[];
  /** The words that are pinned; null = none were seen. */
  readonly manifest?: Partial<Manifest> | null;
  readonly probed?: Partial<ProbedManifest>;
  readonly surroundings?: Surroundings;
  readonly agentSurface?: readonly string[];
  readonly pin?: Partial<TreePin>;
  /** Variables that are kept for it, in a file. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Real path of the project's folder; user scope without. */
  readonly project?: string;
}

/** Writes tree, lock and ticket as an approval would, and returns where the tree and the lock lie. */
export async function approve(approval: Approval, host: Host): Promise<{ readonly tree: string; readonly lock: string }> {
  const { name, server } = approval;
  const project = approval.project ?? null;
  const scope: LockScope = project === null ? 'user' : 'project';
  const tree = join(host.places.data, 'trees', name);
  await host.files.create(join(tree, server), readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'servers', server)), 0o444);
  await host.files.chmod(tree, 0o555);
  const { entries } = await scanTree(tree, host);
  await host.files.writeAtomic(`${tree}.index.json`, printIndex(entries));
  const sealed = await sealedTree(tree, host);
  if (sealed === null) throw new Error('the tree was not sealed');
  const manifest = approval.manifest === null ? null : probedManifest(approval);
  const pinned = manifest === null ? null : pinManifest(manifest, approval.surroundings ?? {}, approval.agentSurface ?? []);
  const pin = {
    ...samplePin(basename(server), approval.args ?? [], contentDigest(entries)),
    manifest: pinned?.pin ?? null,
    ...approval.pin,
  };
  const lock = join(project === null ? host.places.config : join(project, '.pinfold'), 'lock.json');
  await host.files.writeAtomic(lock, printLock({ version: 1, pins: { [name]: pin } }));
  const files = await readPolicyFiles(host, project);
  const place = { name, scope, project };
  const purpose = secretPurpose(pin);
  const values = Object.fromEntries(Object.entries(approval.secrets ?? {}).map(([variable, value]) => [`env ${variable}`, value]));
  if (approval.secrets !== undefined) await saveSecrets(place, { purpose, values, where: 'file' }, host);
  const kept = keptOf(
    pin,
    (await keptForServer(place, pin, host)).map((one) => one.name),
  );
  const ticket = buildTicket({
    ...(kept === undefined ? {} : { kept }),
    pin,
    name,
    scope,
    lockPath: lock,
    tree: sealed.tree,
    runtime: host.machine.nodePath,
    mode: pin.mode,
    templates: pinned?.templates ?? {},
    policy: files.map(({ path, digest }) => ({ path, digest })),
  });
  await transact([await planTicket(ticket, { name, scope, project }, host)], host);
  return { tree, lock };
}

/** A manifest as a probe would have seen it. */
export function probedManifest(approval: Pick<Approval, 'manifest' | 'probed'>): ProbedManifest {
  const nothing = { serverInfo: null, instructions: null, capabilities: {}, tools: [], prompts: [], resources: [], resourceTemplates: [] };
  return {
    manifest: { ...nothing, eras: ['initialize'], ...approval.manifest },
    agentRequests: [],
    volatile: {},
    resourcePinning: 'exact',
    differences: [],
    ...approval.probed,
  };
}

function samplePin(entry: string, args: readonly string[], closure: Digest): TreePin {
  const launch = { runtime: 'node', bin: 'sample', entry, args, cwd: null, envNames: [] } as const;
  return {
    artifact: { name: 'sample', subject: 'pkg:npm/sample', version: '1.0.0', integrity: `sha512-${Buffer.alloc(64).toString('base64')}` },
    closure: { digest: closure, packages: 1, installScripts: [] },
    launch,
    launchDigest: launchDigest(launch),
    manifest: null,
    capabilities: { ruleset: 'test', classes: [] },
    evidence: [],
    mode: 'block',
    approval: { by: 'person', who: 'test', at: '2026-01-01T00:00:00Z', card: digestBytes(''), reason: null },
    status: 'reviewed',
  };
}

/** A tool as most servers list it. */
export function tool(name: string, more: JsonObject = {}): JsonObject {
  return { name, description: `what ${name} does`, inputSchema: { type: 'object', properties: {} }, ...more };
}
