import type { PackageFile } from '../../model/artifact.ts';
import { buildBackend, type ConsoleScript, consoleScripts } from './entry-points.ts';
import { commonCommands } from './rules.ts';
import { pythonRulesetId } from './ruleset.ts';
import type { PythonSourceFacts } from './source.ts';
import { placeOf } from './views.ts';

/** What a package was published as: a wheel is unpacked, an sdist is built first, which runs its code. */
export type PythonForm = 'wheel' | 'sdist';

/** What a Python package shows before any of its sources is read: a function of its bytes and its form alone, as plain JSON. */
export interface PythonOutline {
  /** Sum of the sizes of its files. */
  readonly bytes: number;
  readonly form: PythonForm;
  readonly scripts: readonly ConsoleScript[];
  /** What runs by installing it or by starting any Python beside it, or is put in place (`runs` false): file and reason. */
  readonly installHooks: readonly { readonly file: string; readonly what: string; readonly runs: boolean }[];
  /** Modules that every start of Python loads because of this package. */
  readonly startup: readonly string[];
  /** Names of the packages that it requires, as written. */
  readonly dependencies: readonly string[];
  /** Requirements that name a URL or a repository. */
  readonly looseRequirements: readonly string[];
  /** Compiled and packed files, by ending or first bytes. */
  readonly natives: readonly string[];
  /** Paths of its Python files, sorted. */
  readonly sources: readonly string[];
  /** Every file of the package, sorted. */
  readonly files: readonly string[];
}

/** A Python package of a closure: where it lies, its outline, and the facts of its sources. */
export interface PythonPackageFacts extends Omit<PythonOutline, 'sources'> {
  readonly name: string;
  readonly version: string;
  /** Where it lies in the tree, `site-packages/…`. */
  readonly path: string;
  /** Id of the rules that made the facts of the sources. */
  readonly ruleset: string;
  /** Dotted module name → the files that may be it. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
  /** Path → the facts of that file, asked for only where it can run. */
  readonly sources: ReadonlyMap<string, () => PythonSourceFacts>;
}

/** The facts of a package from its outline and something that knows the facts of each source that is asked for. */
export function pythonPackageFacts(
  pkg: { readonly name: string; readonly version: string; readonly path: string },
  outline: PythonOutline,
  factsOf: (path: string) => PythonSourceFacts,
): PythonPackageFacts {
  const { name, version, path } = pkg;
  const modules = moduleNames([...outline.sources, ...outline.natives]);
  const sources = new Map(outline.sources.map((source) => [source, () => factsOf(source)]));
  return { ...outline, name, version, path, ruleset: pythonRulesetId, modules, sources };
}

/** The outline of one package from its unpacked files. Never throws; the order of `files` does not matter. */
export function outlinePythonPackage(form: PythonForm, files: readonly PackageFile[]): PythonOutline {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const metadata = metadataText(sorted);
  const scripts = consoleScripts(sorted);
  const startup = startupFiles(sorted);
  return {
    bytes: sorted.reduce((sum, { bytes }) => sum + bytes.length, 0),
    form,
    scripts,
    installHooks: [
      ...buildHooks(form, sorted),
      ...startup.map(({ file, what }) => ({ file, what, runs: true })),
      ...placedScripts(sorted),
      ...shadowing(scripts),
    ],
    startup: startup.flatMap(({ modules }) => modules),
    dependencies: requirements(metadata).flatMap((line) => /^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? []),
    looseRequirements: requirements(metadata).filter((line) => /^[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*\S/.test(line)),
    natives: sorted.filter(isCompiled).map(({ path }) => path),
    sources: sorted.filter(isPythonSource).map(({ path }) => path),
    files: sorted.map(({ path }) => path),
  };
}

/** True for what Python reads as source by its ending. */
export function isPythonSource({ path }: Pick<PackageFile, 'path'>): boolean {
  return /\.pyw?$/.test(path);
}

function moduleNames(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const modules = new Map<string, string[]>();
  for (const path of paths) {
    // A cached file beside a source is loaded instead of it; its name tells the module.
    const plain = path.replace(/__pycache__\/([^/.]+)\.[^/]*$/, '$1.py').replace(/([^/.]+)\.[^/]*$/, '$1.py');
    const name = placeOf(plain).module;
    const held = modules.get(name) ?? [];
    modules.set(name, held);
    held.push(path);
  }
  return modules;
}

const compiledName = /\.(?:so|pyd|dylib|dll|exe|wasm)(?:\.\d+)*$|\.(?:pyc|pyo|pyz|egg|whl|zip)$/;

/** ELF, PE, Mach-O (both orders and universal), WebAssembly. */
function isCompiled({ path, bytes }: PackageFile): boolean {
  if (compiledName.test(path)) return true;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const magic = (a * 0x1000000 + (b << 16) + (c << 8) + d) >>> 0;
  return (
    [0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0x0061736d].includes(magic) ||
    (a === 0x4d && b === 0x5a && /\.\w{0,3}$/.test(path) && bytes.byteLength > 1_000 && !/\.(?:txt|md|py)$/.test(path))
  );
}

function metadataText(files: readonly PackageFile[]): string {
  const file = files.find(({ path }) => /^[^/]+\.dist-info\/METADATA$/.test(path)) ?? files.find(({ path }) => path === 'PKG-INFO');
  return file === undefined ? '' : (new TextDecoder().decode(file.bytes).split(/\r?\n\r?\n/, 1)[0] ?? '');
}

function requirements(metadata: string): readonly string[] {
  return [...metadata.matchAll(/^Requires-Dist:\s*(\S.*)$/gm)].slice(0, 2_000).map(([, line = '']) => line.trim());
}

function buildHooks(form: PythonForm, files: readonly PackageFile[]): PythonPackageFacts['installHooks'] {
  if (form === 'wheel') return [];
  const setup = files.some(({ path }) => path === 'setup.py');
  const backend = buildBackend(files);
  return [
    ...(setup ? [{ file: 'setup.py', what: 'setup.py', runs: true }] : []),
    ...(backend === null ? [] : [{ file: 'pyproject.toml', what: backend, runs: true }]),
    ...(setup || backend !== null ? [] : [{ file: 'PKG-INFO', what: 'build from source', runs: true }]),
  ];
}

/** Lines of a `.pth` file that begin with `import` run at every start of Python, and so does `sitecustomize`. @see Python docs, site */
function startupFiles(
  files: readonly PackageFile[],
): readonly { readonly file: string; readonly what: string; readonly modules: readonly string[] }[] {
  return files.flatMap(({ path, bytes }) => {
    const atRoot = path.replace(/^[^/]+\.data\/(?:purelib|platlib)\//, '').replace(/^src\//, '');
    if (/^(?:sitecustomize|usercustomize)(?:\.py|\/__init__\.py)$/.test(atRoot))
      return [{ file: path, what: atRoot, modules: [/^\w+/.exec(atRoot)?.[0] ?? ''] }];
    if (!/^[^/]+\.pth$/.test(atRoot)) return [];
    const lines = new TextDecoder()
      .decode(bytes)
      .split(/\r\n|\r|\n/)
      .filter((line) => /^import[ \t]/.test(line));
    if (lines.length === 0) return [];
    const modules = lines.flatMap((line) => [...line.matchAll(/\b(?:import|from)[ \t]+([\w.]+)/g)].map(([, name = '']) => name));
    return [{ file: path, what: (lines[0] ?? '').slice(0, 200), modules }];
  });
}

function placedScripts(files: readonly PackageFile[]): PythonPackageFacts['installHooks'] {
  return files.flatMap(({ path }) => {
    const name = /^[^/]+\.data\/scripts\/(.+)$/.exec(path)?.[1];
    return name === undefined ? [] : [{ file: path, what: `puts the program ${name} on the path`, runs: false }];
  });
}

function shadowing(scripts: readonly ConsoleScript[]): PythonPackageFacts['installHooks'] {
  return scripts
    .filter(({ name }) => commonCommands.has(name.toLowerCase()))
    .map(({ name, file }) => ({ file, what: `puts the program ${name} on the path`, runs: false }));
}
