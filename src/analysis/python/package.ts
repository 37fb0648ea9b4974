import type { PackageFile } from '../../model/artifact.ts';
import { buildBackend, type ConsoleScript, consoleScripts } from './entry-points.ts';
import { commonCommands } from './rules.ts';
import { pythonRulesetId } from './ruleset.ts';
import { analysePythonSource, type PythonSourceFacts } from './source.ts';
import { makeViews } from './views.ts';

/** What a package was published as: a wheel is unpacked, an sdist is built first, which runs its code. */
export type PythonForm = 'wheel' | 'sdist';

/** Everything that the analysis knows of one Python package: a function of the bytes and the rules alone. */
export interface PythonPackageFacts {
  readonly name: string;
  readonly version: string;
  /** Where it lies in the tree, `site-packages/…`. */
  readonly path: string;
  readonly form: PythonForm;
  /** Id of the rules that made these facts. */
  readonly ruleset: string;
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
  /** Dotted module name → the files that may be it. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
  /** Path → the facts of that file, read when first asked for. */
  readonly sources: ReadonlyMap<string, () => PythonSourceFacts>;
  /** Every file of the package, sorted. */
  readonly files: readonly string[];
}

/** The facts of one package from its unpacked files. Never throws; the order of `files` does not matter. */
export function analysePythonPackage(
  pkg: { readonly name: string; readonly version: string; readonly path: string },
  form: PythonForm,
  files: readonly PackageFile[],
): PythonPackageFacts {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  // On copies of the bytes: the given ones are views that would hold their whole archive in memory.
  const python = new Map(
    sorted.filter(({ path }) => /\.pyw?$/.test(path)).map(({ path, bytes }) => [path, { path, bytes: new Uint8Array(bytes) }]),
  );
  const views = makeViews(python);
  const natives = sorted.filter(isCompiled).map(({ path }) => path);
  const metadata = metadataText(sorted);
  const scripts = consoleScripts(sorted);
  const startup = startupFiles(sorted);
  return {
    name: pkg.name,
    version: pkg.version,
    path: pkg.path,
    form,
    ruleset: pythonRulesetId,
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
    natives,
    modules: moduleNames([...python.keys(), ...natives], (path) => views.placeOf(path).module),
    sources: new Map([...python.keys()].map((path) => [path, once(() => analysePythonSource(path, views))])),
    files: sorted.map(({ path }) => path),
  };
}

function once<T>(make: () => T): () => T {
  let held: { readonly value: T } | null = null;
  return () => {
    held ??= { value: make() };
    return held.value;
  };
}

function moduleNames(paths: readonly string[], nameOf: (path: string) => string): ReadonlyMap<string, readonly string[]> {
  const modules = new Map<string, string[]>();
  for (const path of paths) {
    // A cached file beside a source is loaded instead of it; its name tells the module.
    const plain = path.replace(/__pycache__\/([^/.]+)\.[^/]*$/, '$1.py').replace(/([^/.]+)\.[^/]*$/, '$1.py');
    const name = nameOf(plain);
    modules.set(name, [...(modules.get(name) ?? []), path]);
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
