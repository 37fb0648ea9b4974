import type { LaunchPackage } from '../../model/client-entry.ts';
import { isNpmSpec, parseNpmSpec } from '../npm-spec.ts';
import { type OptionGrammar, scanOptions, valuesOf, wordSet } from './options.ts';
import { plainUnit, type Reading, type Runner, uncertain, unresolved, urlPackage } from './runner.ts';

/** `deno run --help` of Deno 2: few options take the next word, most carry `=value` or none. */
const grammar: OptionGrammar = {
  values: wordSet(
    `-c --config --import-map --cert --location --seed --ext --preload --require --conditions --node-modules-linker --min-dep-age
     --inspect-publish-uid -L --log-level`,
  ),
  optional: wordSet(
    `-A --allow-all -R --allow-read -W --allow-write -N --allow-net -E --allow-env -S --allow-sys -I --allow-import --allow-run --allow-ffi
     --allow-hrtime --allow-scripts --deny-read --deny-write --deny-net --deny-env --deny-sys --deny-run --deny-ffi --deny-import
     --ignore-env --ignore-read -P --permission-set --check --no-check --watch --hmr --watch-exclude --env-file --env --coverage
     --node-modules-dir --vendor -r --reload --frozen --frozen-lockfile --inspect --inspect-brk --inspect-wait --v8-flags
     --unsafely-ignore-certificate-errors`,
  ),
  switches: wordSet(
    `--no-prompt --no-clear-screen --no-code-cache --use-env-proxy --no-remote --no-npm --no-config --no-lock --cached-only -q --quiet
     --unstable --unstable-bare-node-builtins --unstable-broadcast-channel --unstable-byonm --unstable-cron --unstable-detect-cjs
     --unstable-ffi --unstable-fs --unstable-http --unstable-kv --unstable-lazy-dynamic-imports --unstable-net
     --unstable-node-globals --unstable-npm-lazy-caching --unstable-otel --unstable-process --unstable-raw-imports
     --unstable-sloppy-imports --unstable-temporal --unstable-unsafe-proto --unstable-vsock --unstable-webgpu --unstable-worker-options`,
  ),
};
const permissions = /^-[ARWNESI]{2,}$/;

/** `deno run [--allow-…] target`. */
export const deno = {
  docs: 'https://docs.deno.com/runtime/reference/cli/run/',
  programs: ['deno'],
  packages: { 'npm:deno': 'deno' },
  read(args) {
    const outer = scanOptions(args, {
      ...grammar,
      switches: new Set([...grammar.switches, ...args.filter((arg) => permissions.test(arg))]),
    });
    const [first] = outer.rest;
    const words = first === 'run' ? outer.rest.slice(1) : outer.rest;
    if (outer.unknown !== null) return unresolved('deno', uncertain(outer.unknown));
    if (first === 'eval')
      return { kind: 'unit', runner: 'deno', packages: [plainUnit('inline', 'eval')], unresolved: 'it runs code of the command line' };
    // Behind the target everything is the server's; before `run` Deno takes only a few of these options, and fails on others.
    const switches = new Set([...grammar.switches, ...words.filter((arg) => permissions.test(arg))]);
    const scanned = first === 'run' ? scanOptions(words, { ...grammar, switches }) : { ...outer, rest: words };
    if (scanned.unknown !== null) return unresolved('deno', uncertain(scanned.unknown));
    const [target, ...passed] = scanned.rest;
    if (target === undefined) return unresolved('deno', 'it names nothing to run');
    // `deno run -- npm:x` was tried with Deno 2.9: it looks for a task.
    if (outer.ended || scanned.ended) return unresolved('deno', uncertain('--'));
    if (subcommands.has(target) && first !== 'run') return unresolved('deno', 'only `deno run` starts a server');
    const unit = unitOf(target);
    const before = [...valuesOf(outer, '--preload', '--require'), ...valuesOf(scanned, '--preload', '--require')].map(unitOf);
    const units = [...new Set(before), unit].filter((one) => one !== null);
    if (unit === null) return unresolved('deno', `${JSON.stringify(target)} is not a name of a package`, units);
    const why = unit.type === 'local' ? 'it runs local code' : 'it runs in Deno, whose packages cannot be pinned yet';
    return { kind: 'unit', runner: 'deno', packages: units, unresolved: why, passed: passed.length } satisfies Reading;
  },
} as const satisfies Runner;

const subcommands = wordSet(
  `add audit bench bump-version bundle cache check clean compile completions coverage create deploy desktop doc fmt help info init
   install i jupyter lint lsp outdated pack publish remove repl sandbox serve task test transpile types uninstall update upgrade
   vendor why x approve-scripts list ls link unlink ci exec audit pm`,
);

/** `npm:@s/p@1/sub/path`, `npm:/p@1`, `jsr:@s/p@1`, a URL, or a file. */
function unitOf(target: string): LaunchPackage | null {
  const registry = /^(npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?(?:\/.*)?$/i.exec(target);
  if (registry !== null) {
    const [, type, name = '', version] = registry;
    const spec = parseNpmSpec(version === undefined ? name : `${name}@${version}`);
    if (!isNpmSpec(spec) || spec.name !== name) return null;
    return { type: type?.toLowerCase() === 'jsr' ? 'jsr' : 'npm', name: spec.name, version: spec.spec, versionKind: spec.specKind };
  }
  if (/^(?:https?):\/\//i.test(target)) return urlPackage(target);
  if (/^(?:data|blob):/i.test(target)) return plainUnit('inline', target.slice(0, target.indexOf(':')));
  // Another scheme is another place.
  if (/^[a-z][a-z0-9+.-]+:/i.test(target) && !/^file:/i.test(target)) return null;
  return plainUnit('local', target);
}
