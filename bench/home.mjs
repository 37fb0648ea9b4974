import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { throwAwayEnvironment } from '../scripts/throw-away-environment.mjs';
import { startRegistry } from '../test/support/registry-server.mjs';
import { run } from './process.mjs';

const project = join(import.meta.dirname, '..');
const cli = join(project, 'bin', 'pinfold.js');

const real = {
  from: 'the npm registry that npm is configured for',
  spec: '@modelcontextprotocol/server-filesystem@2025.11.25',
  hundred: '@modelcontextprotocol/server-memory@2025.11.25',
  closures: ['@supabase/mcp-server-supabase@0.13.0', '@modelcontextprotocol/server-memory@2025.11.25', '@apify/actors-mcp-server@0.16.0'],
  pin: 'filesystem',
  large: (folder) => ['tools/call', { name: 'read_text_file', arguments: { path: join(folder, 'large.md') } }],
};
const fixture = {
  from: 'fixtures/packages, served by a registry on this machine (the configured one is out of reach)',
  spec: '@pinfold-fixture/notes@1.0.0',
  hundred: '@pinfold-fixture/notes@1.0.0',
  closures: ['@pinfold-fixture/notes@1.0.0'],
  pin: 'notes',
  large: () => ['tools/call', { name: 'read_note', arguments: { title: 'large' } }],
};

/** A throw-away home with npm's own download cache in it and one installed server; `env` is all that a child sees of it. */
export async function benchHome() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-bench-')));
  const registry = await startRegistry();
  const userconfig = (await run([...npm, 'config', 'get', 'userconfig'], { env: process.env, cwd: root })).stdout.trim();
  const env = {
    ...throwAwayEnvironment(root, registry.url),
    npm_config_cache: join(root, 'npm-cache'),
    npm_config_userconfig: userconfig,
    npm_config_update_notifier: 'false',
  };
  const folder = join(root, 'notes');
  const free = join(root, 'free');
  mkdirSync(free);
  write(join(folder, 'small.md'), '# small\n');
  write(join(folder, 'large.md'), `${'A line of text that is as long as lines of text are. "Quoted" here.\n'.repeat(15_420)}`);
  write(clientFile(env, 'cursor'), '{"mcpServers":{}}\n');
  write(policyFile(env), '{"version":1,"noMatch":"allow","autoApprove":"red"}\n');
  const at = { env, cwd: root };
  const reachable = await run([...npm, 'view', real.spec, 'version', '--fetch-retries=0', '--fetch-timeout=15000'], at).then(
    () => true,
    () => false,
  );
  const server = reachable ? real : fixture;
  await run([process.execPath, cli, 'install', server.spec, '--client', 'cursor', '--yes', '--', folder], at);
  const entry = JSON.parse(readFileSync(clientFile(env, 'cursor'), 'utf8')).mcpServers[server.pin];
  const ticket = JSON.parse(readFileSync(ticketFile(env, server.pin), 'utf8')).ticket;
  const direct = [process.execPath, join(ticket.tree.path, ticket.launch.entry), folder];
  return {
    at,
    server,
    pinfold: (...words) => [process.execPath, cli, ...words],
    /** A command behind the gate, with nothing set up: in a home without a policy, which could not be about it. */
    behindGuard: (command) => [process.execPath, cli, 'run', '--', ...command],
    free: { env: throwAwayEnvironment(free, registry.url), cwd: root },
    commands: {
      bare: [process.execPath, '-e', '0'],
      direct,
      relay: [process.execPath, join(import.meta.dirname, 'relay.mjs'), ...direct],
      guarded: [entry.command, ...entry.args],
      npx: [...npx, '-y', server.spec, folder],
    },
    large: server.large(folder),
    tree: ticket.tree,
    clientFile: (client) => clientFile(env, client),
    write,
    forgetAnalyses: () => rmSync(analysesFolder(env), { recursive: true, force: true }),
    async close() {
      await registry.close();
      // The trees are read-only, folders too.
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const shell = process.platform === 'win32' ? ['cmd', '/d', '/c'] : [];
const npm = [...shell, 'npm'];
const npx = [...shell, 'npx'];

function applicationFolder(env) {
  if (process.platform === 'darwin') return join(env.HOME, 'Library', 'Application Support');
  return process.platform === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME;
}

function dataFolder(env) {
  if (process.platform === 'darwin') return join(env.HOME, 'Library', 'Application Support');
  return process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_DATA_HOME;
}

function analysesFolder(env) {
  return join(dataFolder(env), 'pinfold', 'cache');
}

function policyFile(env) {
  return join(applicationFolder(env), 'pinfold', 'policy.json');
}

function ticketFile(env, name) {
  return join(dataFolder(env), 'pinfold', 'tickets', 'user', `${name}.json`);
}

function clientFile(env, client) {
  switch (client) {
    case 'cursor':
      return join(env.HOME, '.cursor', 'mcp.json');
    case 'claude-code':
      return join(env.HOME, '.claude.json');
    case 'claude-desktop':
      return join(applicationFolder(env), 'Claude', 'claude_desktop_config.json');
    default:
      return join(applicationFolder(env), 'Code', 'User', 'mcp.json');
  }
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
