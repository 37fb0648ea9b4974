import { join, posix } from 'node:path';
import { baseline } from '../../analysis/baseline-data.ts';
import { combine } from '../../analysis/closure.ts';
import type { Derived } from '../../analysis/declared/derive.ts';
import type { Host } from '../../host/host.ts';
import type { ClosurePackage, PackageFile } from '../../model/artifact.ts';
import type { CapabilityReport } from '../../model/capability.ts';
import { GuardError } from '../../model/errors.ts';
import type { TreeLaunch } from '../../model/pin.ts';
import { printable } from '../../model/printable.ts';
import { type Installed, installedPackages } from '../../sources/folder/installed.ts';
import { readFolder } from '../../sources/folder/read.ts';
import { binsOf, chooseBin } from '../../sources/npm/bins.ts';
import { type Manifest, parseManifest } from '../../sources/npm/manifest.ts';
import { analyse } from '../analyse.ts';
import { look, reasonNotToLook } from '../look.ts';
import type { Progress } from '../progress.ts';
import { openReading } from '../read-closure.ts';

/** A server under development: where it lies, and how it is started when its package.json does not say so. */
export interface FolderServer {
  /** Absolute. */
  readonly folder: string;
  /** A whole command line, `node <script> [arguments]`; null = the program that package.json names. */
  readonly command: readonly string[] | null;
  readonly bin: string | null;
}

export interface DerivedFolder extends Derived {
  /** Declared dependencies that are not installed below the folder: what they can do was not looked at. */
  readonly missing: readonly string[];
}

/**
 * What a built server in a local folder is: its own files, and the declared dependencies that are installed below the folder,
 * are read as any server's; then it is started in the sandbox. Its code never runs outside of it, although it is the user's own.
 *
 * @throws GuardError `file-not-found` (no package.json), `bin-missing`, `sandbox-unavailable`, `probe-failed`, `listing-invalid`
 */
export async function deriveFolder(server: FolderServer, host: Host, progress: Progress): Promise<DerivedFolder> {
  const folder = await host.files.realPath(server.folder);
  const reason = await reasonNotToLook('sandboxed', host);
  if (reason !== null) {
    throw new GuardError('sandbox-unavailable', 'the server cannot be started to see what it lists', {
      why: reason.absence?.detail ?? reason.evidence.detail,
      hint: 'a manifest is made where the sandbox works: see docs/sandbox.md',
    });
  }
  progress('reading the folder');
  const ownFiles = await readFolder(folder, host);
  const json = ownFiles.find(({ path }) => path === 'package.json');
  if (json === undefined)
    throw new GuardError('file-not-found', `there is no package.json in ${printable(folder)}`, {
      hint: 'pinfold manifest create <folder>',
    });
  const { manifest } = parseManifest(json.bytes, 'the folder');
  const { name, version } = manifest;
  if (name === undefined || version === undefined) {
    throw new GuardError('usage', 'the package.json has no name or no version', {
      why: 'a manifest is about one version of one package',
      hint: 'npm init (asks for both)',
    });
  }
  const start = startOf(server, { name, version }, manifest, ownFiles);
  const installed = await installedPackages(folder, manifest, host);
  const { report, environment } = await readCode({ folder, name, version, ownFiles, installed }, host, progress);
  const launch: TreeLaunch = { runtime: 'node', ...start, cwd: null, envNames: [] };
  const looked = await look('sandboxed', launch, { treePath: folder, ownFiles }, host, progress);
  if (looked.result === null) {
    throw new GuardError(looked.invalid === null ? 'probe-failed' : 'listing-invalid', 'the server did not show what it lists', {
      why: looked.absence?.detail ?? '',
      hint: 'is it built? with another command: pinfold manifest create <folder> -- node dist/index.js',
    });
  }
  const { probed, surroundings } = looked.result;
  return { name, version, probed, surroundings, capabilities: report.capabilities, environment, missing: installed.missing };
}

function startOf(
  { command, bin }: FolderServer,
  pkg: { readonly name: string; readonly version: string },
  manifest: Manifest,
  files: readonly PackageFile[],
): Pick<TreeLaunch, 'bin' | 'entry' | 'args'> {
  if (command === null) {
    const chosen = chooseBin(binsOf(pkg.name, manifest, files), bin, pkg, files);
    return { bin: chosen.name, entry: chosen.path, args: [] };
  }
  const [program, script, ...args] = command;
  const entry = posix.normalize((script ?? '').replaceAll('\\', '/'));
  if (program !== 'node' || script === undefined || !files.some(({ path }) => path === entry)) {
    throw new GuardError('usage', 'the command is not `node` and a file of the folder', {
      why: 'the server is started in the sandbox, which holds the folder and Node',
      hint: 'pinfold manifest create <folder> -- node dist/index.js',
    });
  }
  return { bin: entry, entry, args };
}

interface Code {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly ownFiles: readonly PackageFile[];
  readonly installed: Installed;
}

async function readCode({ folder, name, version, ownFiles, installed }: Code, host: Host, progress: Progress) {
  const path = `node_modules/${name}`;
  const own: ClosurePackage = { path, name, version, integrity: null, bundledIn: null, optional: false, os: [], cpu: [], libc: [] };
  const all = [own, ...installed.packages.filter((pkg) => pkg.path !== path)];
  const filesOf = (pkg: ClosurePackage): Promise<readonly PackageFile[]> =>
    pkg === own ? Promise.resolve(ownFiles) : readFolder(join(folder, pkg.path), host);
  const reading = await openReading(filesOf, host);
  try {
    reading.begin(own.path);
    for (const pkg of all) {
      progress(`reading ${pkg.name}`);
      reading.add(pkg, await filesOf(pkg));
    }
  } catch (cause) {
    await reading.close();
    throw cause;
  }
  const packageAt = (wanted: string) => all.find((pkg) => pkg.path === wanted);
  const analysed = await analyse({ reading, own, ownFiles, packageAt, filesOf });
  const root = (await reading.packages()).filter((facts) => facts.path === own.path);
  const report: CapabilityReport = analysed.capabilities;
  return { report, environment: combine(root, own.path, baseline).capabilities.environment };
}
