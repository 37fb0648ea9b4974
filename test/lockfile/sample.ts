import fc from 'fast-check';
import type { Lock } from '../../src/lockfile/lock.ts';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import type { Closure, ClosurePackage } from '../../src/model/artifact.ts';
import { type Digest, digestBytes, digestValue, integrityOf } from '../../src/model/digest.ts';
import { manifestDigest } from '../../src/model/item-digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { ManifestPin } from '../../src/model/manifest.ts';
import type { CommandPin, TreeLaunch, TreePin } from '../../src/model/pin.ts';

export function digestOf(text: string): Digest {
  return digestBytes(text);
}

export function samplePackage(name: string, more: Partial<ClosurePackage> = {}): ClosurePackage {
  const integrity = integrityOf(Buffer.from(name));
  return {
    path: `node_modules/${name}`,
    name,
    version: '1.0.0',
    integrity,
    bundledIn: null,
    optional: false,
    os: [],
    cpu: [],
    libc: [],
    ...more,
  };
}

export function closureOf(packages: readonly ClosurePackage[]): Closure {
  const sorted = packages.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { digest: digestValue(sorted as unknown as JsonValue), packages: sorted };
}

export function sampleManifest(tools: Readonly<Record<string, Digest>> = { read_file: digestOf('read') }): ManifestPin {
  const words = { tools, prompts: {}, resources: {}, resourceTemplates: {}, instructions: null };
  return { digest: manifestDigest(words), ...words, eras: ['initialize'], resourcePinning: 'templates', volatile: {}, agentSurface: [] };
}

export function samplePin(more: Partial<TreePin> = {}): TreePin {
  const launch: TreeLaunch = {
    runtime: 'node',
    bin: 'server-files',
    entry: 'node_modules/@scope/files/dist/index.js',
    args: ['{{home}}/notes'],
    cwd: null,
    envNames: ['NOTES_KEY'],
  };
  const pin: TreePin = {
    artifact: { subject: 'pkg:npm/%40scope/files', name: '@scope/files', version: '1.2.3', integrity: integrityOf(Buffer.from('files')) },
    closure: { digest: closureOf([samplePackage('@scope/files')]).digest, packages: 1, installScripts: [] },
    launch,
    launchDigest: launchDigest(launch),
    manifest: sampleManifest(),
    capabilities: { ruleset: 'js-1', classes: [{ class: 'fs.read', verdict: 'seen', reach: 'own', scopes: ['*'] }] },
    evidence: [{ source: 'npm-integrity', outcome: 'verified', detail: 'sha512 of the tarball', at: '2026-11-01T10:00:00Z' }],
    mode: 'block',
    approval: { by: 'person', who: 'ada', at: '2026-11-01T10:00:00Z', card: digestOf('card'), reason: null },
    status: 'reviewed',
    ...more,
  };
  return { ...pin, launchDigest: launchDigest(pin.launch) };
}

/** A pin of a command whose bytes are not pinned. */
export function sampleCommandPin(more: Partial<CommandPin> = {}): CommandPin {
  const { closure: _, launch: __, artifact: ___, ...common } = samplePin();
  const launch = {
    runtime: 'command',
    command: 'uvx',
    args: ['mcp-server-git', '--repository={{client}}'],
    cwd: null,
    envNames: [],
  } as const;
  const pin: CommandPin = {
    ...common,
    artifact: { subject: 'pkg:pypi/mcp-server-git', name: 'mcp-server-git', version: '', integrity: null },
    closure: null,
    unpinned: 'python',
    launch,
    status: 'grandfathered',
    ...more,
  };
  return { ...pin, launchDigest: launchDigest(pin.launch) };
}

/** Any lock that could exist: hostile tool names and arguments, every status. */
export const anyLock: fc.Arbitrary<Lock> = fc
  .dictionary(
    fc
      .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}[a-z]$/)
      .filter((name) => !['constructor', 'prototype'].includes(name) && !/^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i.test(name)),
    fc.record({
      args: fc.array(fc.string({ unit: 'grapheme' })),
      tools: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string().map(digestOf)),
      status: fc.constantFrom('reviewed' as const, 'first-use' as const, 'blocked' as const),
      seen: fc.boolean(),
    }),
    { maxKeys: 5 },
  )
  .map((pins) => ({
    version: 1,
    pins: Object.fromEntries(
      Object.entries(pins).map(([name, { args, tools, status, seen }]) => [
        name,
        samplePin({ status, launch: { ...samplePin().launch, args }, manifest: seen ? sampleManifest(tools) : null }),
      ]),
    ),
  }));
