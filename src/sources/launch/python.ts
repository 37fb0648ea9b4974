import { parsePypiSpec } from '../pypi-spec.ts';
import { scanOptions, valuesOf, wordSet } from './options.ts';
import { requirementUnit } from './requirement.ts';
import { localUnit, plainUnit, type Reading, type Runner, uncertain, unresolved, urlPackage } from './runner.ts';

export const pipx = {
  docs: 'https://pipx.pypa.io/stable/docs/',
  programs: ['pipx'],
  packages: { 'pypi:pipx': 'pipx' },
  read(args) {
    const outer = scanOptions(args, { values: new Set(), switches: wordSet('-v --verbose -q --quiet --global') });
    if (outer.unknown !== null || outer.rest[0] !== 'run') return unresolved('pipx', 'only `pipx run` starts a server');
    const scanned = scanOptions(outer.rest.slice(1), {
      values: wordSet('--spec --python --pip-args -i --index-url --with --backend'),
      switches: wordSet('--no-cache -v --verbose -q --quiet --pypackages --fetch-missing-python --system-site-packages'),
    });
    if (scanned.unknown !== null) return unresolved('pipx', uncertain(scanned.unknown));
    const [target, ...passed] = scanned.rest;
    if (target === undefined) return unresolved('pipx', 'it names no package');
    const spec = valuesOf(scanned, '--spec').at(-1);
    const why = 'only npm packages can be installed yet';
    if (spec === undefined && /^https?:\/\//i.test(target))
      return { kind: 'unit', runner: 'pipx', packages: [urlPackage(target)], unresolved: why, passed: passed.length };
    const unit = requirementUnit(spec ?? target);
    if (unit === null || (unit.type === 'pypi' && /@/.test(spec ?? target)))
      return unresolved('pipx', `${JSON.stringify(spec ?? target)} is not a name of a package`);
    const extras = valuesOf(scanned, '--with').flatMap((text) => requirementUnit(text) ?? []);
    const program = { name: spec === undefined ? null : target, args: passed };
    const isPlain = scanned.options.every(([name]) => /^(?:--spec|--no-cache|-v|--verbose|-q|--quiet|--python)$/.test(name));
    const found = isPlain && extras.length === 0 ? parsePypiSpec(spec ?? target) : null;
    const pypi = found === null ? null : ({ source: 'pypi', ...found, bin: program.name, serverArgs: passed } as const);
    return { kind: 'unit', runner: 'pipx', packages: [...extras, unit], unresolved: why, passed: passed.length, program, pypi };
  },
} as const satisfies Runner;

const letters = new Set([...'bBdEiIOPqRsSuvx']);

/** `python [options] file | -m module | -c code`. Everything behind the module or the code belongs to it. */
export const python = {
  docs: 'https://docs.python.org/3/using/cmdline.html',
  programs: ['python', 'python3', 'python2', 'py', 'pyw', 'pythonw', 'pypy', 'pypy3'],
  read(args, program) {
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? '';
      if (!arg.startsWith('-') || arg === '-' || arg === '--') return script(arg === '--' ? args.slice(at + 1) : args.slice(at));
      // The launcher of Windows chooses a version: `py -3.12 -m mod`, `py -V:3.12`.
      if (program.startsWith('py') && program.length <= 3 && /^-(?:[23](?:\.\d+)*(?:-\d+)?|V:.+)$/.test(arg)) continue;
      if (arg.startsWith('--')) {
        if (arg !== '--check-hash-based-pycs') return unresolved('python', uncertain(arg));
        at += 1;
        continue;
      }
      const end = [...arg.slice(1)].findIndex((letter) => !letters.has(letter)) + 1;
      if (end === 0) continue;
      const tail = arg.slice(end + 1);
      const value = tail === '' ? args[at + 1] : tail;
      const passed = args.length - at - (tail === '' ? 2 : 1);
      switch (arg[end]) {
        case 'm':
          return value === undefined ? unresolved('python', 'it names no module') : module(value, passed);
        case 'c':
          return {
            kind: 'unit',
            runner: 'python',
            packages: [plainUnit('inline', '-c')],
            unresolved: 'it runs code of the command line',
            passed,
          };
        case 'W':
        case 'X':
          if (tail === '') at += 1;
          continue;
        default:
          return unresolved('python', uncertain(arg));
      }
    }
    return unresolved('python', 'it names no file');
  },
} as const satisfies Runner;

function module(name: string, passed: number): Reading {
  const why = 'it runs a module of Python, and which package that is from is not written here';
  return { kind: 'unit', runner: 'python', packages: [plainUnit('python-module', name)], unresolved: why, passed };
}

function script([file, ...passed]: readonly string[]): Reading {
  if (file === undefined || file === '-') return unresolved('python', 'it reads its program from elsewhere');
  return localUnit('python', file, { passed: passed.length });
}
