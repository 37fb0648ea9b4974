import type { LaunchPackage } from '../../model/client-entry.ts';
import { scanOptions, valuesOf } from './options.ts';
import { type Reading, type Runner, unresolved } from './runner.ts';

/** Long options of `uvx` and `uv run` that take a value; `-p` is `--python` here, not a package. */
const uvValues = new Set(
  `--from --with -w --with-editable --with-requirements -c --constraints -b --build-constraints --overrides --env-file --index
   --default-index -i --index-url --extra-index-url -f --find-links -P --upgrade-package --index-strategy --keyring-provider --resolution
   --prerelease --fork-strategy -C --config-setting --exclude-newer --link-mode --refresh-package --reinstall-package --no-build-package
   --no-binary-package -p --python --python-platform --torch-backend --allow-insecure-host --color --cache-dir --directory --project
   --config-file --package --extra --group`.split(/\s+/),
);
const uvSwitches = new Set(
  `-q --quiet -v --verbose --isolated --offline --no-cache -n --refresh --reinstall --upgrade -U --native-tls --no-config --no-progress
   --no-env-file --managed-python --no-managed-python --no-python-downloads --no-index --no-build --no-binary --no-sources --frozen
   --locked --no-sync --no-project --all-extras --no-dev --dev --active --exact --lfs`.split(/\s+/),
);

export const uv = {
  docs: 'https://docs.astral.sh/uv/reference/cli/#uv-tool-run',
  programs: ['uv', 'uvx'],
  read(args, program) {
    if (program === 'uvx') return toolRun('uvx', args);
    const outer = scanOptions(args, { values: uvValues, switches: uvSwitches });
    const [first, second, ...rest] = outer.rest;
    if (first === 'tool' && second === 'run') return toolRun('uv', rest);
    if (first !== 'run' || outer.unknown !== null) return unresolved('uv', 'only `uv tool run` and `uv run` start a server');
    const scanned = scanOptions(second === undefined ? [] : [second, ...rest], { values: uvValues, switches: uvSwitches });
    const [target] = scanned.rest;
    if (scanned.unknown !== null || target === undefined) return unresolved('uv', 'it is not certain what it runs');
    if (/^https?:/i.test(target)) return unit('uv', { type: 'url', name: target, version: null, versionKind: 'none' });
    const folder = [...valuesOf(outer, '--directory', '--project'), ...valuesOf(scanned, '--directory', '--project')].at(-1);
    return unit('uv', { type: 'local', name: folder ?? target, version: null, versionKind: 'n/a' });
  },
} as const satisfies Runner;

export const pipx = {
  docs: 'https://pipx.pypa.io/stable/docs/',
  programs: ['pipx'],
  read(args) {
    if (args[0] !== 'run') return unresolved('pipx', 'only `pipx run` starts a server');
    const scanned = scanOptions(args.slice(1), {
      values: new Set(['--spec', '--python', '--pip-args', '--index-url']),
      switches: new Set(['--no-cache', '--verbose', '--quiet', '--pypackages', '--fetch-missing-python', '--system-site-packages']),
    });
    const target = valuesOf(scanned, '--spec').at(-1) ?? scanned.rest[0];
    if (scanned.unknown !== null || target === undefined) return unresolved('pipx', 'it is not certain what it runs');
    return requirement('pipx', target);
  },
} as const satisfies Runner;

export const python = {
  docs: 'https://docs.python.org/3/using/cmdline.html',
  programs: ['python', 'python3', 'python2', 'py', 'pythonw', 'pypy', 'pypy3'],
  read(args) {
    const scanned = scanOptions(args, {
      values: new Set(['-m', '-c', '-X', '-W']),
      switches: new Set(['-u', '-B', '-E', '-I', '-O', '-OO', '-s', '-S', '-v', '-q', '-i', '-P', '-d', '-b', '-3', '-2']),
      clusters: true,
    });
    // What follows `-m mod` or `-c code` belongs to the module; the scan may have read on, so the first one counts.
    const started = scanned.options.find(([name]) => name === '-m' || name === '-c');
    if (started !== undefined) {
      const [name, value] = started;
      return name === '-c'
        ? unit('python', { type: 'inline', name: '-c', version: null, versionKind: 'n/a' })
        : unit('python', { type: 'python-module', name: value ?? '', version: null, versionKind: 'n/a' });
    }
    const [file] = scanned.rest;
    if (scanned.unknown !== null || file === undefined) return unresolved('python', 'it is not certain what it runs');
    return unit('python', { type: 'local', name: file, version: null, versionKind: 'n/a' });
  },
} as const satisfies Runner;

function toolRun(runner: string, args: readonly string[]): Reading {
  const scanned = scanOptions(args, { values: uvValues, switches: uvSwitches });
  const target = valuesOf(scanned, '--from').at(-1) ?? scanned.rest[0];
  if (scanned.unknown !== null) return unresolved(runner, `it is not certain how ${JSON.stringify(scanned.unknown)} is understood`);
  return target === undefined ? unresolved(runner, 'it names no package') : requirement(runner, target);
}

/** `name[extra]@1.2`, `name==1.2`, `name>=1`, `git+https://…@ref`, or a URL. Names are PEP 503 normalised. */
function requirement(runner: string, text: string): Reading {
  const git = /^(?:[\w.[\]-]+ *@ *)?git\+(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^@#]+?)(?:\.git)?(?:@([^#]+))?(?:#.*)?$/.exec(text);
  if (git !== null)
    return unit(runner, { type: 'git', name: git[1] ?? '', version: git[2] ?? null, versionKind: git[2] === undefined ? 'none' : 'ref' });
  if (/^https?:/i.test(text)) return unit(runner, { type: 'url', name: text, version: null, versionKind: 'none' });
  if (/^[./~]/.test(text)) return unit(runner, { type: 'local', name: text, version: null, versionKind: 'n/a' });
  const found = /^([a-z0-9](?:[\w.-]*[a-z0-9])?)(?:\[[^\]]*\])?(?: *(@|===?|[<>~!]=?) *(.+))?$/i.exec(text);
  if (found === null) return unresolved(runner, `${JSON.stringify(text)} is not a name of a package`);
  const [, name = '', operator, version = null] = found;
  const pypi = { type: 'pypi', name: name.toLowerCase().replace(/[-_.]+/g, '-'), version } as const;
  if (operator === undefined) return unit(runner, { ...pypi, versionKind: 'none' });
  const exact = (operator === '@' || operator === '==' || operator === '===') && /^\d[^,*\s]*$/.test(version ?? '');
  return unit(runner, { ...pypi, versionKind: exact ? 'exact' : operator === '@' ? 'tag' : 'range' });
}

function unit(runner: string, launchPackage: LaunchPackage): Reading {
  return { kind: 'unit', runner, packages: [launchPackage], unresolved: 'only npm packages can be installed yet' };
}
