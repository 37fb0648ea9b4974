import { type OptionGrammar, scanOptions, valuesOf, wordSet } from './options.ts';
import { plainUnit, type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `node --help` of Node 20 to 24; Node itself stops at an option that it does not know. */
const grammar: OptionGrammar = {
  values: wordSet(
    `-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists --title --icu-data-dir
     --input-type --experimental-default-type --diagnostic-dir --disable-warning --disable-proto --dns-result-order --openssl-config
     --redirect-warnings --unhandled-rejections --tls-cipher-list --tls-keylog --trace-event-categories --trace-event-file-pattern
     --max-http-header-size --stack-trace-limit --watch-path --allow-fs-read --allow-fs-write --localstorage-file`,
  ),
  optional: wordSet('--inspect --inspect-brk --inspect-wait --max-old-space-size --max_old_space_size --max-semi-space-size --stack-size'),
  switches: wordSet(
    `--no-warnings --enable-source-maps --trace-warnings --trace-deprecation --trace-uncaught --trace-exit --trace-sigint
     --throw-deprecation --no-deprecation --pending-deprecation --experimental-strip-types --experimental-transform-types
     --no-experimental-strip-types --use-system-ca --use-openssl-ca --use-bundled-ca --preserve-symlinks --preserve-symlinks-main
     --watch --watch-preserve-output --expose-gc --frozen-intrinsics --jitless --no-addons --no-global-search-paths
     --experimental-vm-modules --experimental-wasm-modules --experimental-modules --experimental-import-meta-resolve
     --experimental-websocket --experimental-eventsource --experimental-sqlite --experimental-fetch --no-experimental-fetch
     --experimental-require-module --no-experimental-require-module --experimental-permission --permission --allow-addons
     --allow-child-process --allow-wasi --allow-worker --allow-net --insecure-http-parser --openssl-legacy-provider
     --network-family-autoselection --no-network-family-autoselection --use-env-proxy --es-module-specifier-resolution=node`,
  ),
};
const tsxGrammar: OptionGrammar = {
  ...grammar,
  values: new Set([...grammar.values, '--tsconfig']),
  switches: new Set([...grammar.switches, '--no-cache']),
};
const tsNodeGrammar: OptionGrammar = {
  values: wordSet('-r --require -P --project -C --compiler -I --ignore -O --compiler-options --cwd'),
  switches: wordSet(
    '-T --transpile-only --transpileOnly --esm --files --swc --prefer-ts-exts -H --compiler-host --skip-project --log-error --pretty',
  ),
};
const preloads = ['-r', '--require', '--import', '--loader', '--experimental-loader'];

/** `node file`: local code. `-e` and `-p` are inline code. */
export const node = {
  docs: 'https://nodejs.org/api/cli.html',
  programs: ['node', 'nodejs'],
  packages: { 'npm:node': 'node' },
  read(args, program) {
    const scanned = scanOptions(args, grammar);
    const [file = '', ...rest] = scanned.rest;
    // npm's own programs, where an installation of Node puts them.
    const cli =
      /[\\/]node_modules[\\/](?:npm[\\/]bin[\\/](np[mx]-cli\.js)|pnpm[\\/]bin[\\/](pnp[mx]\.cjs)|corepack[\\/]dist[\\/](\w+)\.js)$/.exec(
        file,
      );
    const name = cli?.[1] ?? cli?.[2] ?? cli?.[3];
    if (name !== undefined && scanned.options.length === 0 && scanned.unknown === null)
      return { kind: 'command', command: name, args: rest };
    return fileOrCode(program, scanned);
  },
} as const satisfies Runner;

/** Programs that run a file as Node does. Those whose options are not known here run it only as their first word. */
export const nodeTools = {
  docs: 'https://tsx.is/',
  programs: ['tsx', 'ts-node', 'ts-node-esm', 'esno', 'nodemon', 'vite-node', 'babel-node', 'jiti', 'swc-node'],
  packages: {
    ...{ 'npm:tsx': 'tsx', 'npm:ts-node': 'ts-node', 'npm:esno': 'esno', 'npm:nodemon': 'nodemon', 'npm:vite-node': 'vite-node' },
    ...{ 'npm:@babel/node': 'babel-node', 'npm:jiti': 'jiti' },
  },
  read(args, program) {
    const words = program === 'tsx' && args[0] === 'watch' ? args.slice(1) : args;
    const options =
      program === 'tsx'
        ? tsxGrammar
        : program.startsWith('ts-node')
          ? tsNodeGrammar
          : { values: new Set<string>(), switches: new Set<string>() };
    return fileOrCode(program, scanOptions(words, options));
  },
} as const satisfies Runner;

function fileOrCode(runner: string, scanned: ReturnType<typeof scanOptions>): Reading {
  const before = valuesOf(scanned, ...preloads).map((name) =>
    plainUnit(/^data:/i.test(name) ? 'inline' : 'local', /^data:/i.test(name) ? 'data:' : name),
  );
  const { rest, unknown } = scanned;
  if (unknown !== null && /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/.test(unknown)) {
    return { kind: 'unit', runner, packages: [...before, plainUnit('inline', '-e')], unresolved: 'it runs code of the command line' };
  }
  if (unknown !== null) return unresolved(runner, uncertain(unknown), before);
  const [file, ...passed] = rest;
  if (file === undefined || file === '-') return unresolved(runner, 'it names no file', before);
  return { kind: 'unit', runner, packages: [...before, plainUnit('local', file)], unresolved: 'it runs local code', passed: passed.length };
}
