import { scanOptions, wordSet } from './options.ts';
import { localUnit, oneUnit, type Runner, uncertain, unresolved } from './runner.ts';

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
    return oneUnit('go', { type: 'golang', name: path, version, versionKind }, passed.length);
  },
} as const satisfies Runner;
