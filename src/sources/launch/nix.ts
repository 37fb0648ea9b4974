import { type OptionGrammar, scanOptions, valuesOf, wordSet } from './options.ts';
import { localUnit, oneUnit, type Runner, uncertain, unresolved } from './runner.ts';

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
    return oneUnit('nix', { type: 'nix', name, version, versionKind: version === null ? 'none' : 'ref' }, 0);
  },
} as const satisfies Runner;
