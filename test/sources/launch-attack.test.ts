import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runners } from '../../src/sources/launch/index.ts';
import { parseLaunch } from '../../src/sources/launch.ts';

/** Every line starts `evil` (or nothing), and reads as if it started `good`. npm's own are in `launch-npm.test.ts`. */
const decoys: readonly (readonly [what: string, argv: string | readonly string[]])[] = [
  ['an option that is not known may take the next word', 'bunx --new evil good'],
  ['pnpm reads a value that looks like an option as an option', 'pnpm --reporter --package=evil dlx good'],
  ['… also behind an equals sign', 'pnpm --reporter=--package=evil dlx good'],
  ['a package is named beside the program', 'yarn dlx -p evil good'],
  ['`--package` decides, wherever it stands', 'pnpm --package evil dlx good'],
  ['an alias', 'npx good@npm:evil@1'],
  ['an alias to a repository', ['npx', 'good@git+https://host.example/o/evil']],
  ['a GitHub repository that looks like a scope', 'npx good/evil'],
  ['user and password that look like a host', 'npx https://good@host.example/evil.tgz'],
  ['a name with a look-alike letter', 'npx g\u043eod'],
  ['a scope in capitals is another scope', 'npx @GOOD/good'],
  ['deno: `--env-file` takes a value only behind an equals sign', 'deno run --env-file npm:evil npm:good'],
  ['deno: behind -- it looks for a task', 'deno run -- npm:good'],
  ['deno: `npm:a@npm:b` is no alias', 'deno run npm:good@npm:evil'],
  ['uvx: -p is the Python, not the package', 'uvx -p good evil'],
  ['uvx: --from decides', 'uvx --from evil good'],
  ['uvx: the last --from decides', 'uvx --from good --from evil good'],
  ['uvx: a direct reference', ['uvx', 'good @ https://host.example/evil.whl']],
  ['uvx: a folder', 'uvx --from ./good evil'],
  ['uv run: --with is only beside', 'uv run --with good evil'],
  ['pipx: --spec decides', 'pipx run --spec evil good'],
  ['docker: an unknown option may take no value', 'docker run --new evil good'],
  ['docker: a cluster whose letter takes the next word', 'docker run -itv good evil'],
  ['docker: a cluster whose letter takes its rest', 'docker run -itvgood evil good'],
  ['docker: -- ends the options', 'docker run -- evil good'],
  ['docker: a host with a port', 'docker run evil:5000/good'],
  ['docker: a registry before the name', 'docker run evil.example/library/good'],
  ['docker: a digest decides, the tag does not', `docker run evil:good@sha256:${'0'.repeat(64)}`],
  ['node: code before the file', 'node --eval=evil good.js'],
  ['python: behind -c everything is an argument', 'python -c evil -m good'],
  ['python: a cluster that ends in -c', 'python -uc evil good'],
  ['python: a cluster whose module is glued on', 'python -umevil good'],
  ['go: behind the package everything is an argument', 'go run host.example/evil@v1 host.example/good@v1'],
  ['go: another program builds it', 'go run --new evil good@v1'],
  ['nix: inputs may be replaced behind the target', 'nix run good --override-input x evil'],
  ['dnx: two versions', 'dnx good@1.0.0 --version evil'],
  ['java: options from a file', 'java @evil -jar good.jar'],
  ['env: -S splits', ['env', '-Snpx evil', 'good']],
  ['env: a variable that npm reads', 'env NPM_CONFIG_PACKAGE=evil npx good'],
  ['sudo: so does sudo', 'sudo npm_config_package=evil npx good'],
  ['cross-env: so does cross-env', 'npx cross-env npm_config_package=evil npx good'],
  ['sh: a second command', ['sh', '-c', 'npx evil & npx good']],
  ['sh: a function', ['sh', '-c', 'npx() { evil; }; npx good']],
  ['sh: an alias', ['bash', '-O', 'expand_aliases', '-c', 'alias npx=evil\nnpx good']],
  ['sh: a comment', ['sh', '-c', 'npx evil # good']],
  ['sh: a line end in a word', ['sh', '-c', 'npx evil\\\n-x']],
  ['sh: a here-document', ['sh', '-c', 'sh <<good\nevil\ngood']],
  ['sh: exec with a name', ['sh', '-c', 'exec -a good evil']],
  ['sh: a redirection', ['sh', '-c', 'npx <good evil']],
  ['sh: a brace', ['sh', '-c', 'npx {-p,evil,good}']],
  ['sh: a glob', ['sh', '-c', 'npx go?d']],
  ['sh: the positions are swapped', ['sh', '-c', '"$1" "$0"', 'good', 'evil']],
  ['sh: an empty expansion', ['sh', '-c', 'npx $EMPTY evil']],
  ['cmd: a second command', ['cmd', '/c', 'npx good&evil']],
  ['cmd: the escape character', ['cmd', '/c', 'npx good^&evil']],
  ['cmd: a variable', ['cmd', '/c', 'npx %GOOD%']],
  ['cmd: quotes in the middle of a word', ['cmd', '/c', 'npx ev"i"l']],
  ['cmd: a line that begins with a quote loses its quotes', ['cmd', '/c', '"npx" good "&evil"']],
  ['cmd: quoted operator in one of several words', ['cmd', '/c', 'npx', '"good&evil"']],
  ['cmd: a command that only looks like a variable', ['cmd', '/c', 'set & npx good']],
  ['powershell: a subexpression', ['powershell', '-c', 'npx $(evil)']],
  ['powershell: -- is not passed on', ['powershell', '-c', 'npx -p evil -- good']],
  ['powershell: several commands in base64', ['powershell', '-enc', Buffer.from('evil; npx good', 'utf16le').toString('base64')]],
  ['mise: -- ends the tools', 'mise exec good -- evil'],
  ['supergateway: two servers', ['npx', 'supergateway', '--stdio', 'npx good', '--stdio=npx evil']],
  ['mcp-proxy: --headers takes two words', 'uvx mcp-proxy --headers npx good npx evil'],
  ['concurrently: every word is a command', ['npx', 'concurrently', 'npx good', 'npx evil']],
  ['npx -p: a program that no package holds', ['npx', '-p', 'good', 'sh', '-c', 'evil']],
  ['npx -p: a path', ['npx', '-p', 'good', './evil']],
  ['npx -p: another npx', 'npx -p good npx evil'],
  ['npx npx', 'npx npx -p evil good'],
  ['npx npm: npm reads on', 'npx npm exec good --package evil'],
  ['uvx --from: a program that no package holds', ['uvx', '--from', 'good', 'sh', '-c', 'evil']],
  ['npx -p with a repository', 'npx -p good/good node evil.js'],
  ['another program of the wrapper’s package', 'npx -p cross-env cross-env-shell npx good'],
  ['another program of the package that holds the runner', 'npx -p tsx evil good.js'],
];

test.each(decoys)('%s', (_what, argv) => {
  const [command = '', ...args] = typeof argv === 'string' ? argv.split(' ') : argv;
  const { package: unit, npm } = parseLaunch(command, args);
  expect(npm?.name ?? '').not.toMatch(/^(?:good|@s\/good)$/);
  expect(unit === null ? 'none' : `${unit.type}:${unit.name}`).not.toMatch(
    /^\w+:(?:docker\.io\/library\/)?(?:host\.example\/)?good(?:\.js|\.jar)?$/,
  );
});

test.each([
  'a\0b',
  'good\n',
  '\u200bgood',
  'good\u202e',
  ' good',
  'good ',
  '',
  '-',
  '--',
  '@',
  '@/',
  '@s/',
  'npm:',
  'good@',
  '=',
  '..',
  '/',
])('an odd word is never the name %j of something else', (word) => {
  for (const command of [
    'npx',
    'pnpx',
    'bunx',
    'uvx',
    'docker run',
    'deno run',
    'yarn dlx',
    'pipx run',
    'go run',
    'dnx',
    'nix run',
    'jbang',
  ]) {
    const [program = '', ...args] = command.split(' ');
    const { package: unit } = parseLaunch(program, [...args, word, 'evil']);
    if (unit === null || unit.type === 'local') continue;
    expect([word, `docker.io/library/${word}`, word.replace(/(?<=.)@$/, ''), 'evil', 'docker.io/library/evil']).toContain(unit.name);
    if (word !== '--' && word !== '-') expect(unit.name).toBe(word.replace(/(?<=.)@$/, ''));
  }
});

const programs = runners.flatMap((runner) => [...runner.programs]);
const packages = runners.flatMap((runner) => Object.keys(runner.packages ?? {}).map((key) => key.slice(key.indexOf(':') + 1)));
const words = [
  ...[
    'run',
    'exec',
    'x',
    'dlx',
    'tool',
    'compose',
    'mcp',
    'gateway',
    'container',
    'python',
    'npx good',
    'set A=b && npx good',
    '"$0" "$@"',
  ],
  ...[
    '-c',
    '-p',
    '-m',
    '-e',
    '-S',
    '-it',
    '-u',
    '-n',
    '--',
    '-',
    '--stdio',
    '--package',
    '--from',
    '--with',
    '--foo',
    '/c',
    '/d',
    '-Command',
  ],
  ...[
    'good',
    '@s/p@1',
    'A=b',
    'npm:good',
    'https://u:p@host.example/x',
    'git+https://host.example/o/r@v',
    'a/b:1@sha256:0',
    './x.py',
    '\0',
    '',
    '"',
    "'",
    '$X',
  ],
];
const word = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...programs),
  fc.constantFrom(...packages),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.tuple(fc.constantFrom('-', '--', '/'), fc.string({ maxLength: 6 })).map(([dashes, text]) => dashes + text),
);

describe('whatever the argv', () => {
  test('it is read without an error, and what comes out fits together', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...programs), word),
        fc.array(word, { maxLength: 12 }),
        fc.array(word, { maxLength: 2 }),
        (command, args, names) => {
          const launch = parseLaunch(command, args, names);
          expect(launch.npm === null).toBe(launch.unresolved !== null);
          expect(launch.package).toEqual(launch.package === null ? null : launch.packages.at(-1));
          for (const { name, version, versionKind } of launch.packages) {
            expect(typeof name).toBe('string');
            expect(version === null).toBe(versionKind === 'none' || versionKind === 'n/a');
          }
          if (launch.npm !== null)
            expect(launch.packages).toEqual([
              { type: 'npm', name: launch.npm.name, version: launch.npm.spec, versionKind: launch.npm.specKind },
            ]);
        },
      ),
      { numRuns: 6000 },
    );
  });

  test('an option that no grammar knows in front of everything resolves nothing, unless it cannot take a value', () => {
    // npm reads an unknown option as a switch; a binary and a script get what is theirs.
    const free = new Set(['npx', 'npx-cli.js', 'npm', 'npm-cli.js', 'mcp-hub', 'concurrently']);
    for (const program of programs.filter((name) => !free.has(name))) {
      for (const subcommand of [[], ['run'], ['exec'], ['dlx'], ['x'], ['tool', 'run'], ['/c']]) {
        const { package: unit } = parseLaunch(program, [...subcommand, '--unheard-of', 'evil', 'good']);
        // The folder that a script of the project stands in is named by nothing on the line.
        if (unit !== null)
          expect(
            [unit.type, ['.', program, '--unheard-of', ...subcommand].includes(unit.name) || unit.type === 'gateway'],
            program,
          ).toEqual([unit.type, true]);
      }
    }
  });

  test('long and deep ones end', () => {
    const long = 'x'.repeat(200_000);
    const deep = Array.from({ length: 5000 }, () => 'env');
    const nested = Array.from({ length: 6 }).reduce<string>((line) => `sh -c '${line.replaceAll("'", "'\\''")}'`, 'npx good');
    const lines = [
      ['npx', long],
      ['npx', `--${long}`, 'x'],
      ['npx', `-${'p'.repeat(100_000)}`, 'x'],
      ['uvx', `${long}[`],
      ['uvx', `${'a-'.repeat(50_000)}!`],
      ['docker', 'run', `${'a/'.repeat(50_000)}A`],
      ['docker', 'run', `${'a-'.repeat(50_000)}:`],
      ['sh', '-c', `npx ${long}`],
      ['sh', '-c', '$'.repeat(50_000)],
      ['cmd', '/c', `${'" "'.repeat(20_000)}x`],
      ['powershell', '-c', `'${long}`],
      ['deno', 'run', `npm:${'@a/'.repeat(40_000)}`],
      ['jbang', `${'a.'.repeat(50_000)}:`],
      ['uvx', `git+https://${'a/'.repeat(50_000)}@@@`],
      ['nix', 'run', `github:${'a/'.repeat(50_000)}`],
      ['uvx', `a${' '.repeat(50_000)}b`],
      ['go', 'run', `${'a/'.repeat(50_000)}@`],
      deep,
      nested.split(' '),
      ['sh', '-c', nested],
      ['sh', '-c', Array.from({ length: 3000 }, () => 'npx good').join(';')],
    ];
    // What is not bounded takes longer than any test may.
    for (const [command = '', ...args] of lines) expect(parseLaunch(command, args).packages).toBeInstanceOf(Array);
  });
});
