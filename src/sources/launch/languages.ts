import type { LaunchPackage } from '../../model/client-entry.ts';
import { type OptionGrammar, scanOptions, valuesOf, wordSet } from './options.ts';
import { localUnit, plainUnit, type Reading, type Runner, uncertain, unresolved, urlPackage } from './runner.ts';

const none: ReadonlySet<string> = new Set();
const later = 'only npm packages can be installed yet';

/** `go run [build flags] path@version args…`; Go's flags have one dash or two, and `-tags=x` or `-tags x`. */
export const go = {
  docs: 'https://pkg.go.dev/cmd/go#hdr-Compile_and_run_Go_program',
  programs: ['go'],
  read(args) {
    const words = args[0] === '-C' && args.length > 1 ? args.slice(2) : args;
    if (words[0] !== 'run') return unresolved('go', 'only `go run` starts a server');
    const both = (names: string) => wordSet(names.replace(/\S+/g, '-$& --$&'));
    const { rest, unknown } = scanOptions(words.slice(1), {
      values: both(
        'C tags mod modfile ldflags gcflags asmflags gccgoflags buildmode compiler installsuffix p overlay pgo pkgdir toolexec exec',
      ),
      switches: both('a n race msan asan cover v work x linkshared modcacherw trimpath'),
      optional: both('buildvcs'),
      dashedValues: true,
    });
    const [target, ...passed] = rest;
    if (unknown !== null) return unresolved('go', uncertain(unknown));
    if (target === undefined) return unresolved('go', 'it names nothing to run');
    const at = target.indexOf('@');
    if (at === -1) return localUnit('go', target, { passed: passed.length });
    const [path, version] = [target.slice(0, at), target.slice(at + 1)];
    if (!/^[\w.~-]+(?:\/[\w.~+-]+)*$/.test(path) || !/^[\w.+/-]+$/.test(version) || path.startsWith('.'))
      return unresolved('go', `${JSON.stringify(target)} is not a package`);
    const versionKind = /^v\d+\.\d+\.\d+/.test(version)
      ? 'exact'
      : version === 'latest' || version === 'upgrade' || version === 'patch'
        ? 'tag'
        : 'ref';
    return unit('go', { type: 'golang', name: path, version, versionKind }, passed.length);
  },
} as const satisfies Runner;

export const cargo = {
  docs: 'https://doc.rust-lang.org/cargo/commands/cargo-run.html',
  programs: ['cargo'],
  read(args) {
    const words = args[0]?.startsWith('+') ? args.slice(1) : args;
    if (words[0] !== 'run' && words[0] !== 'r') return unresolved('cargo', 'only `cargo run` starts a server');
    const dashes = words.indexOf('--');
    const own = words.slice(1, dashes === -1 ? undefined : dashes);
    const folder = own
      .flatMap((arg, at) => /^--manifest-path=(.+)$/.exec(arg)?.[1] ?? (arg === '--manifest-path' ? (own[at + 1] ?? []) : []))
      .at(-1);
    return localUnit('cargo', folder ?? '.');
  },
} as const satisfies Runner;

/** A name of the flake registry, `type:owner/repo…`, or a URL. @see nix3-flake, "Flake references" */
const flakeReference =
  /^(?:[a-z][\w-]*(?:\/[\w.-]+){0,2}|[a-z]+:[\w.-]+(?:\/[\w.%-]+)*(?:\?[\w.=&%/-]*)?|[a-z][a-z+]*:\/\/[\w.:@%~/-]+(?:\?[\w.=&%/-]*)?)$/i;

/** `nix run [options] flakeref [--] args…` */
export const nix = {
  docs: 'https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-run',
  programs: ['nix'],
  read(args) {
    const grammar: OptionGrammar = {
      values: wordSet(
        '--extra-experimental-features --experimental-features -I --include --update-input --inputs-from -f --file --log-format -j --max-jobs --cores --reference-lock-file --output-lock-file',
      ),
      switches: wordSet(
        '--impure --refresh --offline --accept-flake-config --no-write-lock-file --no-update-lock-file --quiet -v --verbose -L --print-build-logs --show-trace --no-registries',
      ),
    };
    const outer = scanOptions(args, grammar);
    if (outer.unknown !== null || outer.rest[0] !== 'run') return unresolved('nix', 'only `nix run` starts a server');
    const scanned = scanOptions(outer.rest.slice(1), grammar);
    const [target = '.', ...passed] = scanned.rest;
    if (scanned.unknown !== null) return unresolved('nix', uncertain(scanned.unknown));
    if (valuesOf(outer, '-f', '--file').length + valuesOf(scanned, '-f', '--file').length > 0)
      return unresolved('nix', 'it runs an expression of a file');
    // nix goes on reading options behind the target, until `--`.
    const end = passed.indexOf('--');
    if (passed.slice(0, end === -1 ? undefined : end).some((word) => word.startsWith('-')))
      return unresolved('nix', 'options stand behind what it runs');
    if (/^(?:[./~]|path:)/.test(target)) return localUnit('nix', target);
    const [ref = ''] = target.split('#');
    if (!flakeReference.test(ref)) return unresolved('nix', `${JSON.stringify(target)} is not a flake`);
    const pinned =
      /[?&]rev=([0-9a-f]{40})\b/.exec(ref)?.[1] ?? /^(?:github|gitlab|sourcehut):[^/]+\/[^/]+\/([0-9a-f]{40})(?:\?|$)/.exec(ref)?.[1];
    const branch = /^(?:github|gitlab|sourcehut):[^/]+\/[^/]+\/([^?]+)/.exec(ref)?.[1] ?? /[?&]ref=([^&]+)/.exec(ref)?.[1];
    const version = pinned ?? branch ?? null;
    const name = target.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
    return unit('nix', { type: 'nix', name, version, versionKind: version === null ? 'none' : 'ref' }, 0);
  },
} as const satisfies Runner;

/** `dnx Pkg[@version] [options] [--] args` = `dotnet dnx` = `dotnet tool exec`; `dotnet x.dll` and `dotnet run` are local. */
export const dotnet = {
  docs: 'https://learn.microsoft.com/dotnet/core/tools/dotnet-tool-exec',
  programs: ['dotnet', 'dnx'],
  read(args, program) {
    if (program === 'dnx') return dnx(program, args);
    if (args[0] === 'dnx') return dnx(program, args.slice(1));
    if (args[0] === 'tool' && (args[1] === 'exec' || args[1] === 'execute')) return dnx(program, args.slice(2));
    if (args[0] === 'run') {
      const at = args.findIndex((arg) => arg === '--project' || arg === '-p' || arg === '--file');
      const dashes = args.indexOf('--');
      const project = at === -1 || (dashes !== -1 && at > dashes) ? '.' : (args[at + 1] ?? '.');
      return localUnit(program, project);
    }
    const file = args[0] === 'exec' ? args[1] : args[0];
    return file !== undefined && /\.dll$/i.test(file) ? localUnit(program, file) : unresolved(program, 'it is not certain what it runs');
  },
} as const satisfies Runner;

/** Its options may stand on both sides of the package; what it does not know goes to the tool only behind `--`. */
function dnx(runner: string, args: readonly string[]): Reading {
  const grammar: OptionGrammar = {
    values: wordSet('--version --source --add-source --configfile --verbosity -v --framework -f'),
    switches: wordSet(
      '-y --yes --prerelease --allow-roll-forward --disable-parallel --ignore-failed-sources --no-http-cache --interactive',
    ),
  };
  const before = scanOptions(args, grammar);
  const [target, ...more] = before.rest;
  if (before.unknown !== null) return unresolved(runner, uncertain(before.unknown));
  if (target === undefined) return unresolved(runner, 'it names no package');
  const after = scanOptions(more, grammar);
  const found = /^([A-Za-z0-9_][\w.-]*?)(?:@(.+))?$/.exec(target);
  if (found === null) return unresolved(runner, `${JSON.stringify(target)} is not a name of a package`);
  const asked = [...valuesOf(before, '--version'), ...valuesOf(after, '--version')].at(-1);
  if (asked !== undefined && found[2] !== undefined) return unresolved(runner, 'it names two versions');
  const version = asked ?? found[2] ?? null;
  // Without a range's signs NuGet means exactly this version.
  const versionKind = version === null ? 'none' : /^\d+(?:\.\d+)*(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version) ? 'exact' : 'range';
  return unit(runner, { type: 'nuget', name: found[1] ?? '', version, versionKind }, 0);
}

/** `java [options] -jar file`, `java -cp … Class`: local code. */
export const java = {
  docs: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
  programs: ['java', 'javaw'],
  read(args) {
    const before: LaunchPackage[] = [];
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? '';
      const agent = /^-(?:javaagent|agentpath):([^=]+)/.exec(arg)?.[1];
      if (agent !== undefined) before.push(plainUnit('local', agent));
      else if (arg === '-jar') return localWith(before, args[at + 1], args.length - at - 2);
      else if (/^(?:-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|--add-exports|--add-reads)$/.test(arg)) at += 1;
      else if (arg === '-m' || arg === '--module') return localWith(before, args[at + 1], args.length - at - 2);
      else if (arg.startsWith('@')) return unresolved('java', 'it reads its options from a file');
      else if (!/^-(?:[DX]|ea$|esa$|da$|server$|client$|verbose|enable|-(?:enable|[a-z-]+=)|javaagent|agentlib)/.test(arg))
        return arg.startsWith('-') ? unresolved('java', uncertain(arg)) : localWith(before, arg, args.length - at - 1);
    }
    return unresolved('java', 'it names nothing to run');
  },
} as const satisfies Runner;

function localWith(before: readonly LaunchPackage[], name: string | undefined, passed: number): Reading {
  if (name === undefined) return unresolved('java', 'it names no file', before);
  return { kind: 'unit', runner: 'java', packages: [...before, plainUnit('local', name)], unresolved: 'it runs local code', passed };
}

/** `jbang [run] group:artifact:version | file | URL | alias@catalog`. */
export const jbang = {
  docs: 'https://www.jbang.dev/documentation/jbang/latest/javaversions.html',
  programs: ['jbang'],
  read(args) {
    const grammar: OptionGrammar = {
      values: wordSet('-j --java -m --main --deps --repos --cp --class-path -R --runtime-option --java-options'),
      switches: wordSet('--quiet --fresh -o --offline --verbose --insecure'),
      optional: new Set([...args.filter((arg) => /^(?:-D|-R|--(?:java|main|deps|repos|cp|java-options|runtime-option))\S*=/.test(arg))]),
    };
    const outer = scanOptions(args, grammar);
    const scanned = outer.rest[0] === 'run' && outer.unknown === null ? scanOptions(outer.rest.slice(1), grammar) : outer;
    const [target, ...passed] = scanned.rest;
    if (scanned.unknown !== null) return unresolved('jbang', uncertain(scanned.unknown));
    if (target === undefined) return unresolved('jbang', 'it names nothing to run');
    if (/^https?:\/\//i.test(target)) return unit('jbang', urlPackage(target), passed.length);
    const maven = /^([\w.-]+:[\w.-]+):([\w.+-]+)(?::[\w.-]+)?(?:@[\w-]+)?$/.exec(target);
    if (maven !== null) {
      const [, name = '', version = ''] = maven;
      const floats = /^(?:LATEST|RELEASE)$|-SNAPSHOT$|\+$/.test(version);
      return unit('jbang', { type: 'maven', name, version, versionKind: floats ? 'tag' : 'exact' }, passed.length);
    }
    if (/^[\w.-]*@[\w./-]+$/.test(target)) return unresolved('jbang', 'a catalog says what this name is');
    return localUnit('jbang', target, { passed: passed.length });
  },
} as const satisfies Runner;

/** Interpreters whose first word that is no option is a file of this machine. */
export const scripts = {
  docs: 'https://www.php.net/manual/en/features.commandline.options.php',
  programs: ['php', 'ruby', 'perl', 'lua', 'julia', 'Rscript', 'elixir', 'osascript'],
  read(args, program) {
    const inline = /^(?:-[er]|--eval|--run|-E)$/.test(args[0] ?? '');
    if (inline)
      return {
        kind: 'unit',
        runner: program,
        packages: [plainUnit('inline', args[0] ?? '')],
        unresolved: 'it runs code of the command line',
      };
    const { rest, unknown } = scanOptions(args, { values: none, switches: wordSet('-w -W -n -q -u') });
    const [file, ...passed] = rest;
    if (unknown !== null || file === undefined) return unresolved(program, unknown === null ? 'it names no file' : uncertain(unknown));
    return localUnit(program, file, { passed: passed.length });
  },
} as const satisfies Runner;

function unit(runner: string, launchPackage: LaunchPackage, passed: number): Reading {
  return { kind: 'unit', runner, packages: [launchPackage], unresolved: later, passed };
}
