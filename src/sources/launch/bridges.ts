import { wordSet } from './options.ts';
import { plainUnit, type Reading, type Runner, uncertain, unresolved } from './runner.ts';
import { splitShellLine } from './shell-line.ts';

const loses = 'a bridge serves it in another form';

/** `supergateway --stdio "command" | --sse URL | --streamableHttp URL`. It reads options with yargs, anywhere on the line. */
export const supergateway = {
  docs: 'https://github.com/supercorp-ai/supergateway',
  programs: ['supergateway'],
  packages: { 'npm:supergateway': 'supergateway' },
  read(args) {
    const commands = args.flatMap((arg, at) => /^--stdio=(.*)$/s.exec(arg)?.[1] ?? (arg === '--stdio' ? (args[at + 1] ?? []) : []));
    const [line] = commands;
    if (commands.length > 1) return unresolved('supergateway', 'it names several servers');
    // A server at an address: what runs here is the bridge, whose unit stands around this one.
    if (line === undefined) return remote('supergateway', args, /^--(?:sse|streamableHttp)$/);
    return nested('supergateway', line);
  },
} as const satisfies Runner;

/** `mcp-proxy [options] URL | [--] command args…` (PyPI); the npm package of that name takes `--` or a command likewise. */
export const mcpProxy = {
  docs: 'https://github.com/sparfenyuk/mcp-proxy',
  programs: ['mcp-proxy'],
  packages: { 'pypi:mcp-proxy': 'mcp-proxy', 'npm:mcp-proxy': 'mcp-proxy' },
  read(args) {
    const words: string[] = [];
    let sets: readonly string[] = [];
    // `--headers K V` and `--env K V` take two words.
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? '';
      if (/^(?:-H|--headers|-e|--env)$/.test(arg)) {
        if (/^(?:-e|--env)$/.test(arg)) sets = [...sets, args[at + 1] ?? ''];
        at += 2;
      } else if (arg === '--') return command('mcp-proxy', args.slice(at + 1), sets);
      else if (!arg.startsWith('-')) {
        words.push(...args.slice(at));
        break;
      } else if (proxyValues.has(arg)) at += 1;
      else if (!proxySwitches.has(arg) && !(arg.includes('=') && proxyValues.has(arg.split('=', 1)[0] ?? '')))
        return unresolved('mcp-proxy', uncertain(arg));
    }
    return command('mcp-proxy', words, sets);
  },
} as const satisfies Runner;

const proxyValues = wordSet(
  `--port --host --sse-port --sse-host --transport --allow-origin --cwd --log-level --server --endpoint --sseEndpoint --streamEndpoint
   --client-id --client-secret --token-url --apiKey`,
);
const proxySwitches = wordSet('--pass-environment --no-pass-environment --stateless --no-stateless --debug --no-debug --no-verify-ssl');

/** `mcpo [options] -- command`; with `--config` the servers stand in a file. */
export const mcpo = {
  docs: 'https://github.com/open-webui/mcpo',
  programs: ['mcpo'],
  packages: { 'pypi:mcpo': 'mcpo' },
  read(args) {
    const at = args.indexOf('--');
    const own = at === -1 ? args : args.slice(0, at);
    const file = own.find((arg) => /^(?:-c|--config)(?:=|$)/.test(arg));
    if (file !== undefined) return unresolved('mcpo', 'it starts the servers of a file, which is not read');
    return at === -1 ? unresolved('mcpo', 'nothing says where the command begins') : command('mcpo', args.slice(at + 1), []);
  },
} as const satisfies Runner;

/** Launchers whose servers stand in their own state, or that start several. */
export const managed = {
  docs: 'https://docs.stacklok.com/toolhive/reference/cli/thv_run',
  programs: ['thv', 'toolhive', 'mcpm', 'mcp-hub', 'smithery', 'odr', 'concurrently', 'cross-env-shell', 'npm-run-all', 'wait-on', 'pm2'],
  packages: {
    ...{ 'npm:@smithery/cli': 'smithery', 'npm:mcp-hub': 'mcp-hub', 'npm:concurrently': 'concurrently', 'pypi:mcpm': 'mcpm' },
    ...{ 'npm:npm-run-all': 'npm-run-all', 'npm:pm2': 'pm2' },
  },
  read(args, program) {
    if (program === 'smithery') return smithery(args);
    if (program === 'thv' || program === 'toolhive' || program === 'mcpm') {
      const [name] = args[0] === 'run' ? args.slice(1) : [];
      if (name === undefined || name.startsWith('-')) return unresolved(program, 'it starts a server that its own settings name');
      return gateway(program, name);
    }
    if (program === 'mcp-hub') return gateway(program, null);
    if (program === 'odr') return gateway(program, args[args.indexOf('--proxy') + 1] ?? null);
    return unresolved(program, `${program} starts other commands`);
  },
} as const satisfies Runner;

/** `smithery run @owner/server [--key …]`: its registry says at each start what runs. */
function smithery(args: readonly string[]): Reading {
  const [subcommand, name] = args;
  if (subcommand !== 'run' || name === undefined || name.startsWith('-'))
    return unresolved('smithery', 'only `smithery run` starts a server');
  const unit = { type: 'smithery', name: name.replace(/(?<=.)@[^@/]*$/, ''), version: null, versionKind: 'none' } as const;
  return {
    kind: 'unit',
    runner: 'smithery',
    packages: [unit],
    unresolved: 'the Smithery registry says at each start what runs',
    passed: args.length - 2,
  };
}

function gateway(runner: string, name: string | null): Reading {
  const unit = plainUnit('gateway', name === null ? runner : `${runner}:${name}`);
  return { kind: 'unit', runner, packages: [unit], unresolved: 'it starts a server that its own settings name' };
}

function nested(runner: string, line: string): Reading {
  const words = splitShellLine(line);
  if (words === null) return unresolved(runner, 'it runs a line that only a shell can read');
  return command(runner, words, []);
}

function command(runner: string, [name, ...args]: readonly string[], sets: readonly string[]): Reading {
  if (name === undefined) return unresolved(runner, 'it names no command');
  if (/^https?:\/\//i.test(name)) return { kind: 'itself', runner };
  return { kind: 'command', command: name, args, sets, loses };
}

function remote(runner: string, args: readonly string[], option: RegExp): Reading {
  const address =
    args.find((_arg, at) => option.test(args[at - 1] ?? '')) ??
    args.map((arg) => /^--(?:sse|streamableHttp)=(.+)$/.exec(arg)?.[1]).find((one) => one !== undefined);
  return address === undefined ? unresolved(runner, 'it names no server') : command(runner, [address], []);
}
