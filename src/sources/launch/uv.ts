import type { LaunchPackage } from '../../model/client-entry.ts';
import { parsePypiSpec } from '../pypi-spec.ts';
import { type OptionGrammar, type ScannedOptions, scanOptions, valuesOf, wordSet } from './options.ts';
import { requirementUnit } from './requirement.ts';
import { plainUnit, type Reading, type Runner, uncertain, unresolved, urlPackage } from './runner.ts';

/** Options of `uvx` and `uv run` that take a value; `-p` is `--python` here, not a package. uv reads options with clap. */
const grammar: OptionGrammar = {
  values: wordSet(
    `--from --with -w --with-editable --with-requirements -c --constraints --constraint -b --build-constraints --build-constraint
     --overrides --override --env-file --index --default-index -i --index-url --extra-index-url -f --find-links -P --upgrade-package
     --index-strategy --keyring-provider --resolution --prerelease --fork-strategy -C --config-setting --config-settings --exclude-newer
     --link-mode --refresh-package --reinstall-package --no-build-package --no-binary-package -p --python --python-platform
     --torch-backend --allow-insecure-host --color --cache-dir --directory --project --config-file`,
  ),
  switches: wordSet(
    `-q --quiet -v --verbose --isolated --offline --no-cache -n --refresh --reinstall --upgrade -U --native-tls --no-config --no-progress
     --no-env-file --managed-python --no-managed-python --no-python-downloads --no-index --no-build --no-binary --no-sources
     --no-build-isolation --compile-bytecode --lfs`,
  ),
  clusters: true,
};

const runGrammar: OptionGrammar = {
  ...grammar,
  values: new Set([...grammar.values, ...wordSet('--package --extra --group --only-group --no-group --no-extra --env-file')]),
  switches: new Set([
    ...grammar.switches,
    ...wordSet(
      `--frozen --locked --no-sync --no-project --all-extras --all-groups --no-dev --dev --only-dev --no-default-groups --active --exact
       --no-editable --all-packages -m --module -s --script --gui-script`,
    ),
  ]),
};

/** `uvx target`, which is `uv tool run target`, and `uv run`. */
export const uv = {
  docs: 'https://docs.astral.sh/uv/reference/cli/#uv-tool-run',
  programs: ['uv', 'uvx'],
  packages: { 'pypi:uv': 'uv' },
  read(args, program) {
    if (program === 'uvx') return toolRun('uvx', args, scanOptions([], grammar));
    const outer = scanOptions(args, grammar);
    const [first, second, ...rest] = outer.rest;
    if (outer.unknown !== null) return unresolved('uv', uncertain(outer.unknown));
    if (first === 'tool' && second === 'run') return toolRun('uv', rest, outer);
    if (first === 'x') return toolRun('uv', outer.rest.slice(1), outer);
    if (first === 'run') return run(outer, outer.rest.slice(1));
    return unresolved('uv', 'only `uv tool run` and `uv run` start a server');
  },
} as const satisfies Runner;

function toolRun(runner: string, args: readonly string[], outer: ScannedOptions): Reading {
  const scanned = scanOptions(args, grammar);
  if (scanned.unknown !== null) return unresolved(runner, uncertain(scanned.unknown), extras(scanned));
  const [target, ...passed] = scanned.rest;
  const from = [...valuesOf(outer, '--from'), ...valuesOf(scanned, '--from')].at(-1);
  if (target === undefined) return unresolved(runner, 'it names no package', extras(scanned));
  // `uvx python@3.12 -m mod` asks for an interpreter, and `uvx --from pkg python` for the one that has the package.
  if (/^(?:python|pypy|cpython|graalpy)(?:[\d.@]|$)/i.test(target)) return interpreter(runner, from, passed, scanned);
  const unit = requirementUnit(from ?? target);
  if (unit === null) return unresolved(runner, `${JSON.stringify(from ?? target)} is not a name of a package`, extras(scanned));
  const packages = [...extras(scanned), unit];
  const program = { name: from === undefined ? null : target.replace(/(?<=.)@.*$/, ''), args: passed };
  const spec = isPlain(outer) && isPlain(scanned) && packages.length === 1 ? parsePypiSpec(from ?? target) : null;
  const pypi = spec === null ? null : ({ source: 'pypi', ...spec, bin: program.name, serverArgs: passed } as const);
  return { kind: 'unit', runner, packages, unresolved: 'only npm packages can be installed yet', passed: passed.length, program, pypi };
}

/** True when no option changes which packages are taken, or from where. */
function isPlain({ options }: ScannedOptions): boolean {
  return options.every(([name]) => plainOptions.has(name));
}

const plainOptions = wordSet(
  `--from -q --quiet -v --verbose --isolated --no-cache -n --refresh --reinstall -U --upgrade --no-progress --native-tls --color -p --python
   --no-config --compile-bytecode --link-mode --cache-dir`,
);

function interpreter(runner: string, from: string | undefined, args: readonly string[], scanned: ScannedOptions): Reading {
  const unit = from === undefined ? null : requirementUnit(from);
  const known = [...extras(scanned), ...(unit === null ? [] : [unit])];
  if (args[0] === '-m' && args[1] !== undefined) {
    return { kind: 'unit', runner, packages: [...known, plainUnit('python-module', args[1])], unresolved: 'it runs a module of Python' };
  }
  return unresolved(runner, 'it starts a Python, and what that runs is not certain', known);
}

function run(outer: ScannedOptions, args: readonly string[]): Reading {
  const scanned = scanOptions(args, runGrammar);
  const known = extras(scanned);
  if (scanned.unknown !== null) return unresolved('uv', uncertain(scanned.unknown), known);
  const [target, ...passed] = scanned.rest;
  if (target === undefined) return unresolved('uv', 'it names nothing to run', known);
  const unit = (last: LaunchPackage, why: string): Reading => ({
    kind: 'unit',
    runner: 'uv',
    packages: [...known, last],
    unresolved: why,
    passed: passed.length,
  });
  const folder = [...valuesOf(outer, '--directory', '--project'), ...valuesOf(scanned, '--directory', '--project')].at(-1);
  if (/^https?:\/\//i.test(target)) return unit(urlPackage(target), 'it runs a script of the network');
  const asModule = scanned.options.some(([name]) => name === '-m' || name === '--module');
  const asScript = scanned.options.some(([name]) => name === '-s' || name === '--script' || name === '--gui-script');
  if (folder !== undefined) return unit(plainUnit('local', folder), 'it runs local code');
  if (asModule) return unit(plainUnit('python-module', target), 'it runs a module of Python');
  // A program of one `--with` package is that package; of several it may be of any.
  const [only, ...others] = known;
  if (!asScript && only?.type === 'pypi' && others.length === 0 && !/[./\\]/.test(target) && sameName(only.name, target)) {
    return { kind: 'unit', runner: 'uv', packages: [only], unresolved: 'only npm packages can be installed yet', passed: passed.length };
  }
  if (/^python[\d.]*$/.test(target) && passed[0] === '-m' && passed[1] !== undefined)
    return unit(plainUnit('python-module', passed[1]), 'it runs a module of Python');
  if (/^python[\d.]*$/.test(target) && passed[0] !== undefined && !passed[0].startsWith('-'))
    return unit(plainUnit('local', passed[0]), 'it runs local code');
  return unit(plainUnit('local', target), 'it runs local code');
}

function sameName(name: string, program: string): boolean {
  return name === program.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The packages that are put beside the target, in order. */
function extras(scanned: ScannedOptions): readonly LaunchPackage[] {
  return scanned.options.flatMap(([name, value]) => {
    if (name === '--with' || name === '-w') return splitRequirements(value ?? '').flatMap((text) => requirementUnit(text) ?? []);
    if (name === '--with-editable' || name === '--with-requirements')
      return (value ?? '').split(',').map((path) => plainUnit('local', path));
    return [];
  });
}

/** `a,b>=1,<2`: a comma before a name begins another requirement. */
function splitRequirements(text: string): readonly string[] {
  return text.split(/,(?=\s*[a-z0-9./~])/i).map((part) => part.trim());
}
