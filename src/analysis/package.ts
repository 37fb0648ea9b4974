import type { PackageFile } from '../model/artifact.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { rulesetId } from './rules/ruleset.ts';
import type { SourceFacts } from './source-facts.ts';

/** What a package shows before any of its sources is read: a function of its bytes alone, as plain JSON. */
export interface PackageOutline {
  /** Sum of the sizes of its files. */
  readonly bytes: number;
  /** Paths of the files that a bin names, sorted by bin name; attacker-controlled, may not exist. */
  readonly bins: readonly string[];
  /** `main`, `module` and what a bare import may resolve to otherwise. */
  readonly mains: readonly string[];
  /** `exports` and `imports` as published; null when absent. */
  readonly exports: JsonObject[string];
  readonly imports: JsonObject[string];
  readonly dependencies: readonly string[];
  /** Scripts that npm would run at install, and `binding.gyp`: name and command. */
  readonly installScripts: readonly { readonly name: string; readonly command: string }[];
  /** `name@spec` of dependencies that come from a tag, git or a URL. */
  readonly looseDependencies: readonly string[];
  /** Native and WebAssembly files, by magic bytes or ending. */
  readonly natives: readonly string[];
  /** Paths of the files that may be code, sorted. */
  readonly sources: readonly string[];
  /** Every file of the package, sorted: what an import can resolve to. */
  readonly files: readonly string[];
}

/** A package of a closure: where it lies, its outline, and the facts of its sources. */
export interface PackageFacts extends Omit<PackageOutline, 'sources'> {
  readonly name: string;
  readonly version: string;
  /** Where it lies in the tree, `node_modules/…`. */
  readonly path: string;
  /** Id of the rules that made the facts of the sources. */
  readonly ruleset: string;
  /** Path → the facts of that source, asked for only where the file can run: most sources of a closure never can. */
  readonly sources: ReadonlyMap<string, () => SourceFacts>;
}

/** A package in its place. */
export interface PackagePlace {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

const sourceName = /\.(?:[cm]?js|[cm]?ts)$/;
const typesName = /\.d\.[cm]?ts$/;
const scriptNames = ['preinstall', 'install', 'postinstall'] as const;

/** The facts of a package from its outline and something that knows the facts of each source that is asked for. */
export function packageFacts(pkg: PackagePlace, outline: PackageOutline, factsOf: (path: string) => SourceFacts): PackageFacts {
  const { name, version, path } = pkg;
  const sources = new Map(outline.sources.map((source) => [source, () => factsOf(source)]));
  return { ...outline, name, version, path, ruleset: rulesetId, sources };
}

/** The outline of one package from its unpacked files. Never throws; the order of `files` does not matter. */
export function outlinePackage(files: readonly PackageFile[]): PackageOutline {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = readManifest(sorted);
  const bins = binPaths(manifest);
  return {
    bytes: sorted.reduce((sum, file) => sum + file.bytes.length, 0),
    bins,
    mains: ['main', 'module', 'jsnext:main'].flatMap((member) => text(manifest[member])),
    exports: manifest['exports'] ?? null,
    imports: manifest['imports'] ?? null,
    dependencies: [
      ...new Set(['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) => names(manifest[kind]))),
    ].sort(),
    installScripts: installScripts(manifest, sorted),
    looseDependencies: looseDependencies(manifest),
    natives: sorted.filter(isNative).map((file) => file.path),
    sources: sorted.filter((file) => isSource(file, bins)).map((file) => file.path),
    files: sorted.map((file) => file.path),
  };
}

/** A script without an ending still runs when a bin names it, or when its first line says so. */
function isSource(file: PackageFile, bins: readonly string[]): boolean {
  if (typesName.test(file.path) || isNative(file)) return false;
  if (sourceName.test(file.path)) return true;
  const base = file.path.split('/').pop() ?? '';
  return (
    bins.includes(file.path) || (!base.includes('.') && startsWith(file.bytes, '#!') && /node|bun|deno|tsx/.test(ascii(file.bytes, 80)))
  );
}

function readManifest(files: readonly PackageFile[]): JsonObject {
  const file = files.find((candidate) => candidate.path === 'package.json');
  if (file === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(file.bytes));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function binPaths(manifest: JsonObject): readonly string[] {
  const bin = manifest['bin'];
  const found =
    typeof bin === 'string'
      ? [bin]
      : isObject(bin)
        ? Object.keys(bin)
            .sort()
            .flatMap((name) => text(bin[name]))
        : [];
  return [...new Set(found.map((path) => path.replace(/^(?:\.?\/)+/, '')))];
}

function installScripts(manifest: JsonObject, files: readonly PackageFile[]): PackageFacts['installScripts'] {
  const scripts = isObject(manifest['scripts']) ? manifest['scripts'] : {};
  const declared = scriptNames.flatMap((name) => text(scripts[name]).map((command) => ({ name, command })));
  // npm runs `node-gyp rebuild` by itself when there is a binding.gyp and neither script says otherwise.
  const implicit =
    files.some((file) => file.path === 'binding.gyp') &&
    !declared.some(({ name }) => name !== 'postinstall') &&
    manifest['gypfile'] !== false;
  return implicit ? [...declared, { name: 'install', command: 'node-gyp rebuild' }] : declared;
}

/**
 * Exact versions and ranges are chosen once, by the closure's lock. A tag means what its owner says today, and git, a URL
 * or a folder was never a version; only a whole commit stays what it is.
 */
function looseDependencies(manifest: JsonObject): readonly string[] {
  return ['dependencies', 'optionalDependencies'].flatMap((kind) => {
    const dependencies = isObject(manifest[kind]) ? manifest[kind] : {};
    return Object.keys(dependencies)
      .sort()
      .flatMap((name) => text(dependencies[name]).map((spec) => [name, spec] as const))
      .filter(([, spec]) => isLoose(spec))
      .map(([name, spec]) => `${name}@${spec}`);
  });
}

function isLoose(spec: string): boolean {
  const isElsewhere = /^(?:git|https?:|file:|link:|github:|gitlab:|bitbucket:|gist:)|^[\w.-]+\/[\w.-]+(?:#|$)/.test(spec);
  if (isElsewhere) return !/#[0-9a-f]{40}$/.test(spec);
  // `npm:name@spec` is another name for what the registry has.
  const version = spec.replace(/^npm:(?:@[^/@]+\/)?[^/@]+@?/, '').trim();
  return /^[a-z][\w.-]*$/i.test(version) && !/^(?:v?\d.*|x|workspace)$/i.test(version);
}

function isNative(file: PackageFile): boolean {
  if (/\.(?:node|wasm|dylib|dll|exe|so)$/.test(file.path)) return true;
  const [a, b, c, d] = file.bytes;
  const magic = ((a ?? 0) * 0x1000000 + ((b ?? 0) << 16) + ((c ?? 0) << 8) + (d ?? 0)) >>> 0;
  // ELF, WebAssembly, the five Mach-O forms (a Java class file shares the last one), and `MZ`.
  if ([0x7f454c46, 0x0061736d, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic)) return true;
  return a === 0x4d && b === 0x5a && !isText(file.bytes);
}

function isText(bytes: Uint8Array): boolean {
  return !bytes.subarray(0, 512).includes(0);
}

function startsWith(bytes: Uint8Array, prefix: string): boolean {
  return ascii(bytes, prefix.length) === prefix;
}

function ascii(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length)).split('\n')[0] ?? '';
}

function names(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function text(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}
