import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import type { Closure, ClosurePackage, PackageFile, Platform } from '../../src/model/artifact.ts';
import type { SealedPlace, TreeTicket } from '../../src/model/ticket.ts';
import { type MaterialiseRequest, materialise, type Tree } from '../../src/store/tree.ts';
import { closureOf, samplePackage, samplePin } from '../lockfile/sample.ts';
import { homeEnvironment, temporaryHome } from '../support/home.ts';

export const platform: Platform = { os: 'linux', cpu: 'x64', libc: 'glibc' };

export function fileOf(path: string, text: string, executable = false): PackageFile {
  return { path, bytes: Buffer.from(text), executable };
}

const server = samplePackage('server');
const dependency = samplePackage('dependency', { path: 'node_modules/server/node_modules/dependency' });

export const sampleClosure: Closure = closureOf([server, dependency]);

/** What the sample packages unpack to. */
export async function sampleFiles(one: ClosurePackage): Promise<readonly PackageFile[]> {
  if (one.name !== 'server') return [fileOf('package.json', `{"name":"${one.name}"}`), fileOf('index.js', 'export default 1;\n')];
  return [
    fileOf('package.json', '{"name":"server"}'),
    fileOf('dist/index.js', 'console.log("hello");\n'),
    fileOf('dist/bin.js', '#!/usr/bin/env node\r\n', true),
    fileOf('dist/empty.txt', ''),
    fileOf('docs/ünï cödé 日本.md', 'text'),
  ];
}

export function sampleRequest(more: Partial<MaterialiseRequest> = {}): MaterialiseRequest {
  return { closure: sampleClosure, platform, files: sampleFiles, ...more };
}

/** A home whose path has a space and letters beyond ASCII, as homes do. */
export function oddHost(): Host {
  const { home } = temporaryHome();
  const odd = join(home, 'Jürgen  Ø 日本');
  mkdirSync(odd);
  return nodeHost({ env: homeEnvironment(odd), cwd: odd });
}

export async function sampleTree(host: Host): Promise<Tree> {
  return materialise(sampleRequest(), host);
}

export function sampleTicket(tree: SealedPlace, more: Partial<TreeTicket> = {}): TreeTicket {
  const pin = samplePin();
  return {
    version: 1,
    name: 'files',
    scope: 'user',
    lockPath: '/config/lock.json',
    pinDigest: pin.launchDigest,
    label: 'pkg:npm/%40scope/files@1.2.3',
    tree,
    launch: { runtime: '/usr/bin/node', entry: pin.launch.entry, args: pin.launch.args, cwd: null },
    state: 'pinned',
    mode: 'block',
    manifest: pin.manifest,
    templates: { 'tools/read_file': { name: 'read_file', description: '{{cwd}}' }, instructions: 'in {{cwd}}' },
    policy: [{ path: '/etc/pinfold/policy.json', digest: null }],
    ...more,
  };
}
