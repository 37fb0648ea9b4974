import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import type { PypiReference } from '../../src/model/reference.ts';
import { parseReference } from '../../src/sources/reference.ts';

test.each<[string, string, string | null, string]>([
  ['name', 'name', null, 'none'],
  ['@scope/name', '@scope/name', null, 'none'],
  ['name@', 'name', null, 'none'],
  ['name@1.2.3', 'name', '1.2.3', 'exact'],
  ['@scope/name@1.2.3-rc.1', '@scope/name', '1.2.3-rc.1', 'exact'],
  ['name@^1', 'name', '^1', 'range'],
  ['name@>=1 <2', 'name', '>=1 <2', 'range'],
  ['name@*', 'name', '*', 'range'],
  ['name@latest', 'name', 'latest', 'tag'],
  ['npm:@scope/name@1.2.3', '@scope/name', '1.2.3', 'exact'],
  ['npm:name', 'name', null, 'none'],
  ['alias@npm:real@1.0.0', 'real', '1.0.0', 'exact'],
  ['pkg:npm/name', 'name', null, 'none'],
  ['pkg:npm/name@1.2.3', 'name', '1.2.3', 'exact'],
  ['pkg:npm/%40scope/name@1.2.3', '@scope/name', '1.2.3', 'exact'],
  ['pkg:npm/@scope/name@1.2.3', '@scope/name', '1.2.3', 'exact'],
])('%s', (text, name, spec, specKind) => {
  expect(parseReference([text], null)).toEqual({ source: 'npm', name, spec, specKind, bin: null, serverArgs: [] });
});

test.each<[string, string, string, readonly string[]]>([
  ['pypi:name', 'name', '', []],
  ['pypi:My.Name_x', 'my-name-x', '', []],
  ['pypi:name@1.2.3', 'name', '==1.2.3', []],
  ['pypi:name@latest', 'name', '', []],
  ['pypi:name==1.2.3rc1', 'name', '==1.2.3rc1', []],
  ['pypi:name>=1,<2', 'name', '>=1,<2', []],
  ['pypi:name[Cli,a_b]==1', 'name', '==1', ['a-b', 'cli']],
  ['pkg:pypi/name', 'name', '', []],
  ['pkg:pypi/name@1.2.3', 'name', '==1.2.3', []],
])('Python: %s', (text, name, specifier, extras) => {
  expect(parseReference([text], null)).toEqual({ source: 'pypi', name, specifier, extras, bin: null, serverArgs: [] });
});

test.each<[readonly string[], Partial<PypiReference>]>([
  [['uvx', 'name', '--flag'], { specifier: '', bin: null, serverArgs: ['--flag'] }],
  [['uvx', 'name==1.0'], { specifier: '==1.0' }],
  [['uvx', 'name@1.0'], { specifier: '==1.0' }],
  [['uvx', '-q', '--python', '3.12', 'name'], { specifier: '' }],
  [['uvx', '--from', 'name[x]>=2', 'tool', 'a'], { specifier: '>=2', extras: ['x'], bin: 'tool', serverArgs: ['a'] }],
  [['uv', 'tool', 'run', 'name'], { specifier: '' }],
  [['pipx', 'run', 'name', 'a'], { serverArgs: ['a'] }],
  [['pipx', 'run', '--spec', 'name==2', 'tool'], { specifier: '==2', bin: 'tool' }],
])('Python: %j', (command, found) => {
  expect(parseReference([], command)).toMatchObject({ source: 'pypi', name: 'name', ...found });
});

test.each([
  [['uvx', '--index-url', 'https://x.example', 'name']],
  [['uvx', '--with', 'other', 'name']],
  [['uvx', '--from', 'git+https://h.example/a/b', 'name']],
  [['uvx', '--from', './here', 'name']],
  [['pipx', 'run', '--index-url', 'https://x.example', 'name']],
  [['uv', 'run', 'server.py']],
  [['python', '-m', 'name']],
])('what is no plain Python package is refused: %j', (command) => {
  expect(refused(() => parseReference([], command)).why).toBeTruthy();
});

test('a launch command brings its program and the server arguments', () => {
  expect(parseReference([], ['npx', '-y', '-p', 'name@1.0.0', 'program', '--flag', 'x'])).toEqual({
    source: 'npm',
    name: 'name',
    spec: '1.0.0',
    specKind: 'exact',
    bin: 'program',
    serverArgs: ['--flag', 'x'],
  });
});

test.each<[string, RegExp]>([
  ['', /empty/],
  ['  ', /empty/],
  ['owner/repo', /GitHub repository/],
  ['owner/repo#main', /GitHub repository/],
  ['github:owner/repo', /git repository/],
  ['git+https://host.example/a.git', /git repository/],
  ['git@github.com:owner/repo.git', /git repository/],
  ['https://github.com/owner/repo', /git repository/],
  ['https://host.example/mcp', /remote server/],
  ['https://host.example/a.tgz', /tarball/],
  ['ws://host.example', /URL/],
  ['./folder', /path/],
  ['../folder', /path/],
  ['/folder', /path/],
  ['~/folder', /path/],
  ['C:\\folder', /path/],
  ['oci:ghcr.io/a/b', /another kind/],
  ['mcpb:a', /another kind/],
  ['git:host/a', /another kind/],
  ['pypi:', /no name of a Python package/],
  ['pypi:./folder', /no name of a Python package/],
  ['pypi:name @ https://h.example/a.whl', /no name of a Python package/],
  ['pkg:pypi/name@^1', /package URL/],
  ['pkg:pypi/name@1.0?repository_url=https://evil.example', /package URL/],
  ['pkg:pypi/a%2Fb', /package URL/],
  ['pkg:npm/name@^1', /package URL/],
  ['pkg:npm/name@1.0.0?repository_url=https://evil.example', /package URL/],
  ['pkg:npm/name@1.0.0#sub/path', /package URL/],
  ['pkg:npm/', /package URL/],
  ['pkg:npm/a%2F..%2Fb', /package URL/],
  ['cursor://anysphere.cursor-deeplink/mcp/install?name=x', /install link/],
  ['vscode:mcp/install?%7B%7D', /install link/],
  ['{"mcpServers": {}}', /JSON/],
  ['npx -y name', /launch command/],
  ['io.github.owner/server', /MCP registry/],
  ['two words', /space/],
  ['Name With.Caps And', /space/],
  ['.hidden', /path/],
  ['node_modules', /npm does not allow/],
  ['@scope', /npm does not allow/],
  ['@/name', /npm does not allow/],
  ['na|me', /npm does not allow/],
  ['name\u0000', /npm does not allow/],
])('%j is refused with what it looks like', (text, why) => {
  const refusal = refused(() => parseReference([text], null));
  expect(refusal.why).toMatch(why);
  expect(refusal.hint).toContain('@scope/name');
});

test('what could be meant is in the hint', () => {
  expect(refused(() => parseReference(['modelcontextprotocol/server'], null)).hint).toContain('@modelcontextprotocol/server');
  expect(refused(() => parseReference(['npx -y name'], null)).hint).toContain('-- npx -y name');
  expect(refused(() => parseReference(['name', '/my folder'], null)).hint).toContain("name -- '/my folder'");
  expect(refused(() => parseReference(['name'], ['/folder'])).hint).toContain('leave one of them out: name');
});

test.each<[readonly string[], readonly string[] | null, RegExp]>([
  [[], null, /names no package/],
  [[], [], /launch command/],
  [['a', 'b'], null, /one package/],
  [['a'], ['npx', 'b'], /one of the two/],
  [[], ['node', 'server.js'], /local code/],
  [[], ['uvx', '--with', 'other', 'name'], /only npm/],
  [[], ['npx', 'owner/repo'], /git repository/],
  [[], ['npx', '-c', 'x'], /shell/],
  [[], ['server'], /program "server"/],
  [[], ['npx', '--registry', 'https://r.example', 'name'], /another registry/],
  [[], ['npx', '--browser', 'name'], /not certain how "--browser" is understood/],
  [[], ['sh', '-c', 'evil; npx name'], /several commands/],
  [[], ['env', 'A=b', 'npx', 'name'], /environment variables/],
  [[], ['npx', 'cross-env', 'A=b', 'npx', 'name'], /started by cross-env/],
  [[], ['docker', 'exec', 'container', 'name'], /in a container/],
])('%j -- %j is refused', (words, launch, why) => {
  expect(refused(() => parseReference(words, launch)).why).toMatch(why);
});

test.each([
  [['cmd', '/c', 'npx', '-y', 'name@1.0.0', 'x']],
  [['sh', '-c', 'exec npx -y name@1.0.0 x']],
  [['corepack', 'pnpm', 'dlx', 'name@1.0.0', 'x']],
  [['node', '/usr/lib/node_modules/npm/bin/npx-cli.js', 'name@1.0.0', 'x']],
])('-- %j is the package behind the wrapper', (launch) => {
  expect(parseReference([], launch)).toMatchObject({ name: 'name', spec: '1.0.0', serverArgs: ['x'] });
});

test('any text is a reference or a refusal, and a reference is a name that npm allows', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^(?:npm:|pkg:npm\/)?@?[a-z%@/:.^~0-9-]{0,20}$/)), (text) => {
      try {
        const { name } = parseReference([text], null);
        expect(name).toMatch(/^(?:@[^/\s@]+\/)?[^/\s@]+$/);
        expect(name).not.toMatch(/^\.|\/\./);
      } catch (cause) {
        if (!(cause instanceof GuardError)) throw cause;
        expect(cause.code).toBe('reference-not-understood');
      }
    }),
    { numRuns: 1000 },
  );
});

test('the refusal shows no control characters', () => {
  const refusal = refused(() => parseReference(['evil\u001b[2J thing'], null));
  expect(refusal.message).toContain('<U+001B>');
});

function refused(action: () => unknown): GuardError {
  try {
    action();
  } catch (cause) {
    if (cause instanceof GuardError && cause.code === 'reference-not-understood') return cause;
    throw cause;
  }
  throw new Error('it was understood');
}
