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

/** The command of each client that lists its servers, and what it must print when the entry works. */
const clients = [
  { id: 'claude-code', package: '@anthropic-ai/claude-code', argv: ['claude', 'mcp', 'list'], expected: /notes: .*Connected/ },
  { id: 'opencode', package: 'opencode-ai', argv: ['opencode', 'mcp', 'list'], expected: /notes\s+connected/ },
  { id: 'qwen-code', package: '@qwen-code/qwen-code', argv: ['qwen', 'mcp', 'list'], expected: /notes: .*Connected/ },
  { id: 'codex', package: '@openai/codex', argv: ['codex', 'mcp', 'list'], expected: /notes\s+\S*pinfold/ },
  { id: 'gemini-cli', package: '@google/gemini-cli', argv: ['gemini', 'mcp', 'list'], expected: /notes: / },
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
  await pinfold(['release', '--all', '--yes'], env, { mayFail: true });
  await pinfold(['remove', 'notes'], env, { mayFail: true });
  const kept = Object.entries(before).filter(([path, text]) => readFileSync(join(home, path), 'utf8') === text);
  const bytes = `after \`pinfold remove\`: ${kept.length} of ${clients.length} files hold the bytes from before`;
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

async function pinfold(args, env, { mayFail = false } = {}) {
  const ran = await run(process.execPath, [join(import.meta.dirname, '..', 'bin', 'pinfold.js'), ...args], { cwd: env.HOME, env });
  if (ran.status !== 0 && !mayFail) throw new Error(`pinfold ${args.join(' ')} ended with ${ran.status}\n${ran.output}`);
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
