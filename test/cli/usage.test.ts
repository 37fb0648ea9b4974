import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Cli, type CommandClass } from 'clipanion';
import { expect, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { machine } from '../support/cli.ts';
import { program } from '../support/guarded.ts';
import { temporaryHome } from '../support/home.ts';

test('no words at all print one screen of help', async () => {
  const m = await machine();
  const ran = await m.run();
  expect(ran.code).toBe(0);
  expect(ran.stdout.split('\n').length).toBeLessThanOrEqual(40);
  expect(await m.run('help')).toEqual(ran);
  expect(await m.run('--help')).toEqual(ran);
  for (const { paths } of commands) for (const path of paths.slice(0, 1)) expect(ran.stdout).toContain(path.at(-1));
});

test.each(commands.flatMap(({ paths }) => paths.slice(0, 1)).filter(([first]) => first !== 'help'))(
  'pinfold %s %s --help says how it is used, and so does help in front',
  async (...path) => {
    const m = await machine();
    const words = path.filter((word) => word !== undefined);
    const ran = await m.run(...words, '--help');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain(`$ pinfold ${words.join(' ')}`);
    expect(ran.stdout).toContain('--json');
    expect((await m.run('help', ...words)).stdout).toBe(ran.stdout);
  },
);

test('--version prints the version alone', async () => {
  const m = await machine();
  expect(await m.run('--version')).toMatchObject({ code: 0, stdout: `${m.host.machine.version}\n`, stderr: '' });
});

test('every wrong command line is exit 2 with a lower-case line, a hint that works, and nothing on stdout', async () => {
  const m = await machine();
  const before = m.files();
  const said: string[] = [];
  for (const words of [
    ['frobnicate'],
    ['infoo', 'x'],
    ['store'],
    ['store', 'frob'],
    ['help', 'nope'],
    ['--json'],
    ['info'],
    ['info', 'a', 'b'],
    ['info', ''],
    ['info', '--'],
    ['info', '--frob', 'x'],
    ['info', 'git+ssh://host/x'],
    ['info', '--', 'uvx', '--with', 'other', 'thing'],
    ['install', '--client'],
    ['install', 'x', '--scope', 'both'],
    ['install', 'x', '--env', 'TOKEN'],
    ['install', 'x', '--name', '../x'],
    ['diff'],
    ['diff', 'a'],
    ['diff', 'a', 'b', 'c'],
    ['update'],
    ['remove'],
    ['list', 'extra'],
    ['list', '--client', 'emacs'],
    ['remove', 'x', '--client', 'emacs'],
    ['install', '--scope', 'project', 'x'],
    ['trust'],
    ['isntall', 'x'],
    ['sandbox'],
    ['sandbox', 'allow', 'x'],
    ['sandbox', 'allow', 'x', 'frob', 'y'],
    ['verify'],
    ['open'],
    ['approve', 'x', '--reject', '--block'],
    ['review', '--web', 'x'],
    ['unblock'],
    ['install', 'x', '--file=x'],
    ['--json=x', 'audit'],
    ['audit', '--frob=x'],
    ['frobnicate', 'x', '--env', 'TOKEN=canary-value'],
    ['--frob=canary-value', 'frobnicate'],
  ]) {
    const ran = await m.run(...words);
    expect({ words, code: ran.code, stdout: ran.stdout }).toEqual({ words, code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^error: (?![A-Z])/);
    expect(ran.stderr).toMatch(/^ {2}why: \S/m);
    expect(ran.stderr).toMatch(/^ hint: \S/m);
    said.push(`${words.join(' ')}\n${ran.stderr}`);
    const hint = / hint: pinfold (.*)$/m.exec(ran.stderr)?.[1];
    if (hint !== undefined && !hint.includes('<')) expect((await m.run(...hint.split(' '))).code, hint).not.toBe(2);
  }
  expect(m.files()).toEqual(before);
  expect(said.filter((text) => /error:.*canary/.test(text))).toEqual([]);
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "frobnicate
    error: \`frobnicate\` is not a pinfold command
      why: commands are the words that pinfold help lists
     hint: pinfold help

    infoo x
    error: \`infoo x\` is not a pinfold command
      why: commands are the words that pinfold help lists
     hint: pinfold info --help

    store
    error: \`pinfold store\` takes prune or verify
      why: the second word says what to do
     hint: pinfold store verify --help

    store frob
    error: \`pinfold store\` takes prune or verify
      why: the second word says what to do
     hint: pinfold store verify --help

    help nope
    error: \`help nope\` is not a pinfold command
      why: commands are the words that pinfold help lists
     hint: pinfold help

    --json
    error: there is no option \`--json\` here
      why: every command has options of its own
     hint: pinfold help

    info
    error: nothing was given
      why: it names no package
     hint: accepted: @scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp

    info a b
    error: \`a b\` is more than one reference
      why: one package at a time
     hint: a server's own arguments follow a --: a -- b (accepted: @scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp)

    info 
    error: \`\` is not a package reference
      why: it is empty
     hint: accepted: @scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp

    info --
    error: nothing was given after --
      why: a launch command belongs there
     hint: for example: -- npx -y @scope/name --flag (accepted: @scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp)

    info --frob x
    error: there is no option \`--frob\` here
      why: every command has options of its own
     hint: pinfold info --help

    info git+ssh://host/x
    error: \`git+ssh://host/x\` is not a package reference
      why: this looks like a git repository; code that is not published cannot be pinned yet
     hint: accepted: @scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp

    info -- uvx --with other thing
    error: \`uvx --with other thing\` cannot be installed as it is
      why: only npm packages can be installed yet
     hint: accepted: @scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp

    install --client
    error: --client takes a value
      why: nothing follows it
     hint: pinfold install --help

    install x --scope both
    error: --scope is user or project, not \`both\`
      why: a lock belongs to you or to one project
     hint: --scope user

    install x --env TOKEN
    error: --env takes NAME=VALUE
      why: the entry needs a variable and its value
     hint: for example: --env GITHUB_TOKEN=…

    install x --name ../x
    error: \`../x\` cannot be the name of a server
      why: a name has 1 to 64 letters, digits, dots, dashes or underscores, starts with a letter or digit, and is no reserved word
     hint: --name <name>

    diff
    error: \`pinfold diff\` needs one word more
      why: without it nobody knows what it is about
     hint: pinfold diff --help

    diff a
    error: \`a\` is not the name of a pin
      why: with one side only, that side has to be a pin
     hint: pinfold diff a <another version>

    diff a b c
    error: diff takes one or two sides
      why: one side is compared with what is pinned, two with each other
     hint: pinfold diff --help

    update
    error: \`pinfold update\` needs one word more
      why: without it nobody knows what it is about
     hint: pinfold update --help

    remove
    error: \`pinfold remove\` needs one word more
      why: without it nobody knows what it is about
     hint: pinfold remove --help

    list extra
    error: \`extra\` is one word too many
      why: arguments of a server follow a --
     hint: pinfold list --help

    list --client emacs
    error: there is no client \`emacs\`
      why: pinfold does not know it
     hint: for example claude-code, cursor, vscode, codex; docs/clients.md names all 77

    remove x --client emacs
    error: there is no client \`emacs\`
      why: pinfold does not know it
     hint: for example claude-code, cursor, vscode, codex; docs/clients.md names all 77

    install --scope project x
    error: there is no project here
      why: no folder from here upwards has .git or .pinfold
     hint: run this inside the repository, or use --scope user

    trust
    error: there is no project here
      why: no folder from here upwards has .git or .pinfold
     hint: run this inside the repository, or use --scope user

    isntall x
    error: \`isntall x\` is not a pinfold command
      why: commands are the words that pinfold help lists
     hint: pinfold install --help

    sandbox
    error: \`pinfold sandbox\` takes show or allow
      why: the second word says what to do
     hint: pinfold sandbox allow --help

    sandbox allow x
    error: \`pinfold sandbox\` needs one word more
      why: without it nobody knows what it is about
     hint: pinfold sandbox allow --help

    sandbox allow x frob y
    error: a sandbox allows net, read, write or listen, not \`frob\`
      why: a host, a file or folder, or a port of its own
     hint: pinfold sandbox allow --help

    verify
    error: verify what?
      why: a name says which server, --all takes every one
     hint: pinfold verify --all

    open
    error: open takes a link
      why: it shows what the button of a web page would install
     hint: pinfold open --help

    approve x --reject --block
    error: --reject and --block are two answers
      why: one forgets the words, the other keeps them from being asked about
     hint: give one of them

    review --web x
    error: --web takes no name, and neither --json, --yes nor --remove
      why: the page shows all that waits, and is answered there
     hint: pinfold review --web

    unblock
    error: \`pinfold unblock\` needs one word more
      why: without it nobody knows what it is about
     hint: pinfold unblock --help

    install x --file=x
    error: \`--file\` takes no value
      why: it is given or left out
     hint: pinfold install --help

    --json=x audit
    error: \`--json\` takes no value
      why: it is given or left out
     hint: pinfold audit --help

    audit --frob=x
    error: there is no option \`--frob\` here
      why: every command has options of its own
     hint: pinfold audit --help

    frobnicate x --env TOKEN=canary-value
    error: \`frobnicate x\` is not a pinfold command
      why: commands are the words that pinfold help lists
     hint: pinfold help

    --frob=canary-value frobnicate
    error: there is no option \`--frob\` here
      why: every command has options of its own
     hint: pinfold help
    "
  `);
});

test('a reader that has seen enough is no failure', async () => {
  const { env } = temporaryHome();
  const child = spawn(process.execPath, [program, 'help'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toBe('');
});

test('`run` without a word says what it takes, why, and where names are', async () => {
  const { env } = temporaryHome();
  const child = spawn(process.execPath, [program, 'run'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  expect([...((await once(child, 'close')) as [number]), out]).toEqual([2, null, '']);
  expect(said).toMatchInlineSnapshot(`
    "error: \`pinfold run\` takes the name of a pinned server, or a command after --
      why: it is pinfold run [--scope user|project] <name> [-- values…], or pinfold run [--pins FILE] -- <command>
     hint: pinfold list
    "
  `);
});

test('a pipe gets no colour and no control characters, whatever TERM says', async () => {
  const { env } = temporaryHome();
  const child = spawn(process.execPath, [program, 'audit'], { env: { ...env, TERM: 'xterm-256color' }, stdio: 'pipe' });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(4);
  expect(out).toBe('nothing to audit: no client on this machine has a server\n');
});

test('a command of two words that misses its second, and one that misses an option, say what it is', async () => {
  const m = await machine();
  const said = async (...argv: readonly string[]) => (await m.run(...argv)).stderr.split('\n');
  expect(await said('advisories')).toEqual([
    'error: `pinfold advisories` takes refresh or ignore',
    '  why: the second word says what to do',
    ' hint: pinfold advisories refresh --help',
    '',
  ]);
  expect(await said('feed', 'bild')).toEqual([
    'error: `pinfold feed` takes build, verify or serve',
    '  why: the second word says what to do',
    ' hint: pinfold feed build --help',
    '',
  ]);
  expect(await said('revoke', '@acme/mcp@1.2.0')).toEqual([
    'error: `pinfold revoke` needs --reason',
    '  why: it cannot do without',
    ' hint: pinfold revoke --help',
    '',
  ]);
  expect((await said('feed', 'verify', 'folder', '--key', 'a.pub'))[0]).toBe('error: `pinfold feed verify` needs --name');
  expect((await said('advisories', 'ignore', 'X', 'y', '--reason=r'))[0]).toBe('error: `pinfold advisories ignore` needs --until');
  expect((await said('sekrets', 'move'))[2]).toBe(' hint: pinfold secrets list --help');
});

/** Every option that takes no value, with the words of its command; an alias counts as a command. */
const flags = (() => {
  const cli = new Cli({ binaryName: 'pinfold' });
  for (const command of commands) cli.register(command as unknown as CommandClass);
  const definitions = cli.definitions();
  return commands.flatMap(({ paths }) => {
    const { options = [] } = definitions.find(({ path }) => path === ['pinfold', ...(paths[0] ?? [])].join(' ')) ?? {};
    const names = options.filter(({ definition }) => !definition.includes('#')).flatMap(({ nameSet }) => nameSet);
    return paths.flatMap((path) => names.map((name) => [path.join(' '), name] as const));
  });
})();

test('every command has options without a value, and each is told from a value in one way', async () => {
  const m = await machine();
  const before = m.files();
  const all = commands.flatMap(({ paths }) => paths.map((path) => path.join(' '))).filter((path) => !/^(?:help|--help|-h)$/.test(path));
  expect([...new Set(flags.map(([path]) => path))]).toEqual(all);
  expect(flags.filter(([, name]) => name === '--file').map(([path]) => path)).toEqual(['install', 'add', 'secrets move', 'secrets set']);
  for (const [path, name] of flags) {
    for (const words of [
      [...path.split(' '), 'x', `${name}=canary-value`],
      [`${name}=`, ...path.split(' ')],
    ])
      expect({ words, ...(await m.run(...words)) }).toEqual({
        words,
        code: 2,
        stdout: '',
        stderr: `error: \`${name}\` takes no value\n  why: it is given or left out\n hint: pinfold ${path} --help\n`,
        asked: [],
      });
  }
  expect(m.files()).toEqual(before);
});
