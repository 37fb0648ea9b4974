import { describe, expect, test } from 'vitest';
import { installSchema } from '../../src/report/json/outcomes.ts';
import { type Answer, type Machine, machine } from '../support/cli.ts';

const notes = '@pinfold-fixture/notes@1.0.0';
const quick = ['install', notes, '--no-probe', '--', '/srv/notes'] as const;

function policy(m: Machine, text: object): void {
  m.write('.config/pinfold/policy.json', JSON.stringify({ version: 1, ...text }));
}

function servers(m: Machine, file = '.cursor/mcp.json'): Record<string, unknown> {
  return (JSON.parse(m.read(file)) as { mcpServers: Record<string, unknown> }).mcpServers;
}

describe('asking', () => {
  test('asks one question, and says in the end what was done and how to undo it', async () => {
    const m = await machine();
    const ran = await m.person(['y'], ...quick);
    expect({ code: ran.code, asked: ran.asked, stdout: m.normal(ran.stdout) }).toMatchInlineSnapshot(`
      {
        "asked": [
          "install \`notes\`? [y/N] ",
        ],
        "code": 0,
        "stdout": "installed @pinfold-fixture/notes 1.0.0 as \`notes\` in
        cursor: ~/.cursor/mcp.json
      restart the client to use it; undo with: pinfold remove notes
      ",
      }
    `);
    expect(servers(m)).toEqual({ notes: { command: `${m.home}/.local/share/pinfold/bin/pinfold`, args: ['run', 'notes'] } });
  });

  test('the plan names every file, the exact command, and where its words come from', async () => {
    const m = await machine();
    const { stderr } = await m.person(['n'], ...quick);
    expect(m.normal(stderr.slice(stderr.indexOf('what the client will run')))).toMatchInlineSnapshot(`
      "what the client will run
        /home/me/.local/share/pinfold/bin/pinfold run notes
        which starts, from verified bytes:
          node node_modules/@pinfold-fixture/notes/index.js /srv/notes

      findings
        review  not started before approval: --no-probe was given (probe-missing)

      decision  needs a person
        - a person has to approve it: no policy approves by itself

      what will change
        add  cursor  \`notes\` in ~/.cursor/mcp.json
        its words were not seen: they will be pinned from its first real launch, and
        marked so for ever

      error: not approved; nothing was changed
      "
    `);
  });

  const noes: readonly [string, Answer, number][] = [
    ['an empty line', '', 1],
    ['n', 'n', 1],
    ['something else', 'yess', 1],
    ['end of input', { press: 'ctrl-d' }, 1],
    ['Ctrl-C', { press: 'ctrl-c' }, 130],
  ];
  test.each(noes)('%s is a no, and no file of the home differs', async (_, answer, code) => {
    const m = await machine();
    m.write('.cursor/mcp.json', '{\n  // mine\n  "mcpServers": {}\n}\n');
    const before = m.files();
    const ran = await m.person([answer], ...quick);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('nothing was changed');
    expect(m.files()).toEqual(before);
  });

  test('without a terminal it is exit 75, and the hint is the same command line', async () => {
    const m = await machine();
    const before = m.files();
    const ran = await m.run('install', '--client', 'cursor', '--env', 'TOKEN=s3cret', '--name', 'my-notes', ...quick.slice(1));
    expect(ran.code).toBe(75);
    expect(ran.stderr).not.toContain('s3cret');
    expect(ran.stderr.slice(ran.stderr.indexOf('error:'))).toMatchInlineSnapshot(`
      "error: approval needed; nothing was changed
        why: a person has to say yes at a terminal, and this is none
       hint: pinfold install --client cursor --name my-notes --env 'TOKEN=<value>' --no-probe @pinfold-fixture/notes@1.0.0 -- /srv/notes
      "
    `);
    expect(m.files()).toEqual(before);
    const hint = hintOf(ran.stderr);
    expect((await m.person(['y'], ...hint)).code).toBe(0);
    expect(Object.keys(servers(m))).toEqual(['my-notes']);
  });

  test('--json prints one document, and the question stays on stderr', async () => {
    const m = await machine();
    const ran = await m.person(['y'], 'install', '--json', ...quick.slice(1));
    const document = installSchema.parse(JSON.parse(ran.stdout));
    expect(document).toMatchObject({ name: 'notes', scope: 'user', status: 'first-use', places: [{ client: 'cursor', action: 'add' }] });
  });
});

describe('policy', () => {
  const tiers = [
    ['none', 'notes@1.0.0', 75],
    // Nobody saw its words (--no-probe): that weighs like an amber gain, however harmless the code is.
    ['grey', 'notes@1.0.0', 75],
    ['amber', 'notes@1.0.0', 0],
    ['grey', 'notes@1.1.0', 75],
    ['amber', 'notes@1.1.0', 0],
    ['amber', 'notes@2.0.0', 75],
    ['red', 'notes@2.0.0', 0],
  ] as const;
  test.each(tiers)('autoApprove %s and --yes: %s ends with %i', async (autoApprove, version, code) => {
    const m = await machine();
    policy(m, { autoApprove });
    const before = m.files();
    const ran = await m.run('install', `@pinfold-fixture/${version}`, '--no-probe', '--yes', '--', '/srv/notes');
    expect(ran.code).toBe(code);
    if (code === 0) expect(m.read('.config/pinfold/lock.json')).toContain('"by": "policy"');
    else expect(m.files()).toEqual(before);
  });

  test('what policy approves by itself still takes --yes, and the hint says where', async () => {
    const m = await machine();
    policy(m, { autoApprove: 'red' });
    const ran = await m.run(...quick);
    expect(ran.code).toBe(75);
    const hint = hintOf(ran.stderr);
    expect(hint).toEqual(['install', '--yes', '--no-probe', notes, '--', '/srv/notes']);
    expect((await m.run(...hint)).code).toBe(0);
  });

  test('deny wins over autoApprove, over an allow entry, and over a person', async () => {
    const m = await machine();
    const subject = 'pkg:npm/%40pinfold-fixture/notes';
    policy(m, {
      autoApprove: 'red',
      allow: [{ subject, reason: 'we like it' }],
      deny: [{ subject, reason: 'it leaks' }],
      message: 'ask Ada',
    });
    const before = m.files();
    const byPolicy = await m.run('install', '--yes', ...quick.slice(1));
    const byPerson = await m.person([], ...quick);
    for (const ran of [byPolicy, byPerson]) {
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('error: blocked; nothing was changed');
      expect(ran.stderr).toContain('denies @pinfold-fixture/notes@1.0.0: it leaks');
    }
    expect(m.files()).toEqual(before);
  });

  test('a list of allowed servers that does not name it sends it to a person, --yes or not', async () => {
    const m = await machine();
    policy(m, { autoApprove: 'red', allow: [] });
    expect((await m.run('install', '--yes', ...quick.slice(1))).code).toBe(75);
    expect((await m.person(['y'], ...quick)).code).toBe(0);
  });
});

describe('entries that are there already', () => {
  test('one that starts the same server without the guard is replaced, and keeps its place and what is no secret of its variables', async () => {
    const m = await machine();
    const text = `{
  // servers
  "mcpServers": {
    "notes": {
      "command": "npx",
      "args": ["-y", "@pinfold-fixture/notes", "/srv/notes"],
      "env": { "NOTES_TOKEN": "s3cret", "LOG": "1" } // do not share
    },
    "other": { "command": "other" }
  }
}
`;
    m.write('.cursor/mcp.json', text);
    const ran = await m.person(['y'], 'install', '--no-probe', '--', 'npx', '-y', '@pinfold-fixture/notes@1.0.0', '/srv/notes');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('replace  cursor');
    expect(ran.stderr).toContain('NOTES_TOKEN');
    expect(ran.stdout + ran.stderr + m.read('.config/pinfold/lock.json')).not.toContain('s3cret');
    expect(m.read('.config/pinfold/lock.json')).toContain('NOTES_TOKEN');
    expect(m.normal(m.read('.cursor/mcp.json'))).toMatchInlineSnapshot(`
      "{
        // servers
        "mcpServers": {
          "notes": {
            "command": "/home/me/.local/share/pinfold/bin/pinfold",
            "args": [
              "run",
              "notes"
            ],
            "env": { "LOG": "1" } // do not share
          },
          "other": { "command": "other" }
        }
      }
      "
    `);
  });

  test('one that starts something else is in the way: exit 2, and the hint gives another name', async () => {
    const m = await machine();
    m.write('.cursor/mcp.json', '{"mcpServers":{"notes":{"command":"my-own-notes"}}}');
    const before = m.files();
    const ran = await m.person([], ...quick);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatchInlineSnapshot(`
      "error: cursor already has a server named \`notes\`
        why: it starts something else
       hint: give this one another name: --name notes-2
      "
    `);
    expect(m.files()).toEqual(before);
    expect((await m.person(['y'], 'install', '--name', 'notes-2', ...quick.slice(1))).code).toBe(0);
    expect(Object.keys(servers(m))).toEqual(['notes', 'notes-2']);
  });

  test('a name under which another package is pinned is taken', async () => {
    const m = await machine();
    await m.person(['y'], ...quick);
    const before = m.files();
    const ran = await m.person([], 'install', '--name', 'notes', '--no-probe', '@pinfold-fixture/canary');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('@pinfold-fixture/notes is pinned under it');
    expect(m.files()).toEqual(before);
  });

  test('over a pin of another version the plan says that every client gets the new one, and --rollback knows the old one', async () => {
    const m = await machine({ clients: ['cursor', 'claude-desktop'] });
    await m.person(['y'], 'install', '--client', 'cursor', ...quick.slice(1));
    const ran = await m.person(
      ['y'],
      'install',
      '--client',
      'claude-desktop',
      '@pinfold-fixture/notes@1.1.0',
      '--no-probe',
      '--',
      '/srv/notes',
    );
    expect(ran.stderr).toContain('`notes` is pinned at 1.0.0 now; every client that starts it gets 1.1.0');
    expect((await m.run('update', 'notes', '--rollback')).stdout).toContain('1.1.0 → @pinfold-fixture/notes@1.0.0');
  });
});

describe('clients', () => {
  test('every client that is set up gets it; one can be named; an unknown one is exit 2', async () => {
    const m = await machine({ clients: ['cursor', 'claude-desktop'] });
    expect((await m.person(['y'], ...quick)).code).toBe(0);
    expect(Object.keys(servers(m, '.config/Claude/claude_desktop_config.json'))).toEqual(['notes']);
    expect(Object.keys(servers(m))).toEqual(['notes']);
    const unknown = await m.person([], 'install', '--client', 'emacs', ...quick.slice(1));
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatchInlineSnapshot(`
      "error: there is no client \`emacs\`
        why: pinfold does not know it
       hint: for example claude-code, cursor, vscode, codex; docs/clients.md names all 77
      "
    `);
  });

  test('on a machine without any client the hint names one, and works', async () => {
    const m = await machine({ clients: [] });
    const before = m.files();
    const ran = await m.person([], ...quick);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatchInlineSnapshot(`
      "error: no client is set up here
        why: none of the folders that clients make was found
       hint: name one: --client claude-desktop
      "
    `);
    expect(m.files()).toEqual(before);
    expect((await m.person(['y'], 'install', '--client', 'claude-desktop', ...quick.slice(1))).code).toBe(0);
  });
});

/** The words of the pinfold command behind `hint:`. */
function hintOf(stderr: string): readonly string[] {
  const hint = / hint: pinfold (.*)$/m.exec(stderr)?.[1];
  if (hint === undefined) throw new Error(`no pinfold command as a hint in: ${stderr}`);
  return hint.split(' ').map((word) => word.replaceAll("'", ''));
}
