// `npm run test:clients`: real clients from npm load what pinfold wrote, with no account and in a throw-away home. It
// downloads over 1 GB, so it is a suite of its own; PINFOLD_CLIENTS names a folder that has them already. Writes
// docs/examples/clients.txt and ends with 1 when a client did not take its entry.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { startRegistry } from '../test/support/registry-server.mjs';
import './build.mjs';
import { throwAwayEnvironment } from './throw-away-environment.mjs';

const server = ['npx', '-y', '@pinfold-fixture/notes@1.0.0', '/tmp'];

/**
 * The command of each client that lists its servers, and what it must print when the entry works; and the one with which
 * it adds a server by itself, for `pinfold exec` (opencode asks a person).
 */
const clients = [
  {
    id: 'claude-code',
    package: '@anthropic-ai/claude-code',
    argv: ['claude', 'mcp', 'list'],
    add: ['claude', 'mcp', 'add', '-s', 'user', 'added', '--', ...server],
    expected: /notes: .*Connected/,
  },
  { id: 'opencode', package: 'opencode-ai', argv: ['opencode', 'mcp', 'list'], expected: /notes\s+connected/ },
  {
    id: 'qwen-code',
    package: '@qwen-code/qwen-code',
    argv: ['qwen', 'mcp', 'list'],
    add: ['qwen', 'mcp', 'add', '-s', 'user', 'added', ...server],
    expected: /notes: .*Connected/,
  },
  {
    id: 'codex',
    package: '@openai/codex',
    argv: ['codex', 'mcp', 'list'],
    add: ['codex', 'mcp', 'add', 'added', '--', ...server],
    expected: /notes\s+\S*pinfold/,
  },
  {
    id: 'gemini-cli',
    package: '@google/gemini-cli',
    argv: ['gemini', 'mcp', 'list'],
    add: ['gemini', 'mcp', 'add', '-s', 'user', 'added', ...server],
    expected: /notes: /,
  },
];

/** What the user had before: comments and members that must survive. */
const before = {
  '.claude.json': '{"numStartups": 3, "hasCompletedOnboarding": true}\n',
  '.config/opencode/opencode.jsonc': '{\n  // mine\n  "$schema": "https://opencode.ai/config.json",\n}\n',
  '.qwen/settings.json': '{\n  // mine\n  "mcp": { "excluded": [] }\n}\n',
  '.codex/config.toml': '# mine\nmodel = "o9"\n\n[tui]\nnotifications = false\n',
  '.gemini/settings.json': '{\n  // mine\n  "ui": { "theme": "Default" }\n}\n',
};

const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-clients-')));
const registry = await startRegistry();
process.exitCode = 1;
try {
  const folder = process.env.PINFOLD_CLIENTS ?? installed(join(root, 'clients'));
  const home = join(root, 'home');
  const env = { ...throwAwayEnvironment(home, registry.url), NO_COLOR: '1', CI: '1' };
  for (const [path, text] of Object.entries(before)) put(join(home, path), text);
  put(join(home, '.config', 'pinfold', 'policy.json'), JSON.stringify({ version: 1, noMatch: 'allow', autoApprove: 'red' }));
  const ids = clients.map(({ id }) => id).join(',');
  await pinfold(['install', '--yes', '--no-probe', '--client', ids, '@pinfold-fixture/notes@1.0.0', '--', home], env);
  const report = [];
  for (const client of clients) report.push(await tried(client, folder, home, env));
  await pinfold(['remove', 'notes'], env);
  const other = Object.entries(before).flatMap(([path, text]) => (readFileSync(join(home, path), 'utf8') === text ? [] : [path]));
  const why = other.length === 0 ? '' : `\n    others: ${other.join(', ')} (their clients write into them while they list)`;
  const bytes = `after \`pinfold remove\`: ${clients.length - other.length} of ${clients.length} files hold the bytes from before${why}`;
  for (const client of clients.filter(({ add }) => add !== undefined)) report.push(await added(client, folder, env));
  const text = `${report.map(({ text }) => text).join('\n')}\n${bytes}\n`;
  process.stdout.write(text);
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'examples', 'clients.txt'), text);
  process.exitCode = report.every(({ works }) => works) ? 0 : 1;
} finally {
  await registry.close();
  rmSync(root, { recursive: true, force: true });
}

function installed(folder) {
  put(join(folder, 'package.json'), '{"private": true}\n');
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...clients.map((client) => client.package)], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (done.status !== 0) throw new Error('the clients could not be installed');
  return folder;
}

async function tried({ package: name, argv: [program, ...args], expected }, folder, home, env) {
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
  const ran = await run(join(folder, 'node_modules', '.bin', program), args, { cwd: home, env, timeout: 60_000 });
  const said = stripVTControlCharacters(ran.output).replaceAll(home, '~').trim();
  const works = expected.test(said);
  const shown = said
    .split('\n')
    .filter((line) => /notes|error|fail/i.test(line))
    .slice(0, 6)
    .map((line) => `    ${line.trim()}`);
  return { works, text: [`${works ? 'works ' : 'FAILS '} ${name} ${version}: ${[program, ...args].join(' ')}`, ...shown].join('\n') };
}

/** The client's own installer under `exec`: refused without a policy, behind the guard with one that approves it. */
async function added({ id, package: name, add: [program, ...args] }, folder, env) {
  const words = ['exec', '--no-probe', '--yes', '--', join(folder, 'node_modules', '.bin', program), ...args];
  const policy = join(env.XDG_CONFIG_HOME, 'pinfold', 'policy.json');
  const approving = readFileSync(policy);
  rmSync(policy);
  const refused = await pinfold(words, env, { mayFail: true });
  const left = await entriesNamed('added', id, env);
  writeFileSync(policy, approving);
  const approved = await pinfold(words, env, { mayFail: true });
  const [entry] = await entriesNamed('added', id, env);
  await pinfold(['remove', 'added'], env, { mayFail: true });
  const works = refused.status === 77 && left.length === 0 && approved.status === 0 && entry?.guarded === true;
  const said = `without a policy: exit ${refused.status}, ${left.length} entries left; with one: exit ${approved.status}, ${entry?.guarded ? 'guarded' : 'not guarded'}`;
  return { works, text: `${works ? 'works ' : 'FAILS '} ${name}: pinfold exec -- ${[program, ...args].join(' ')}\n    ${said}` };
}

async function entriesNamed(name, client, env) {
  const { output } = await pinfold(['list', '--json', '--client', client], env);
  return JSON.parse(output).entries.filter((entry) => entry.name === name);
}

async function pinfold(args, env, { mayFail = false } = {}) {
  const ran = await run(process.execPath, [join(import.meta.dirname, '..', 'bin', 'pinfold.js'), ...args], { cwd: env.HOME, env });
  if (ran.status !== 0 && !mayFail) throw new Error(`pinfold ${args.join(' ')} ended with ${ran.status}\n${ran.output}`);
  return ran;
}

/** Not synchronously: the registry answers from this process. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
