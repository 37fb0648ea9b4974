import type { ClientAdapter, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile, pluginFiles } from './file-place.ts';
import { below, etcFolder, pathIn, projectFolders, systemFolder } from './places.ts';

/**
 * OpenAI Codex (CLI, IDE extension, app): TOML. Values are literal, secrets are named in `env_vars` and
 * `env_http_headers`. Every folder from the project's root to the working folder may hold a file; only trusted ones count.
 */
export const codex = {
  id: 'codex',
  title: 'OpenAI Codex',
  docs: 'https://developers.openai.com/codex/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: true,
  traces: (surroundings) => [codexHome(surroundings)],
  locations: (surroundings) => [
    mapFile(below(codexHome(surroundings), 'config.toml'), 'toml', 'user', ['mcp_servers']),
    ...projectFolders(surroundings).map((folder) => mapFile(below(folder, '.codex', 'config.toml'), 'toml', 'project', ['mcp_servers'])),
    ...systemFiles(surroundings).map((path) => mapFile(path, 'toml', 'managed', ['mcp_servers'])),
    mapFile(codexHome(surroundings), 'toml', 'user', ['mcp_servers'], { below: ['*.config.toml'] }),
    pluginFiles(pluginCache(surroundings), ['**', '.mcp.json'], 'user', { names: pluginMaps }),
    {
      ...mapFile(pluginCache(surroundings), 'json', 'user', [], { writable: false, below: ['**', '.codex-plugin', 'plugin.json'] }),
      containers: pluginMaps.map((name) => ({ scope: 'user', at: [name] })),
    },
  ],
  ...entryCodec({
    headers: [['http_headers'], ['env_http_headers']],
    remoteOnly: ['bearer_token_env_var', 'oauth', 'oauth_resource', 'scopes'],
  }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  autoApprove: '`default_tools_approval_mode = "approve"`, `tools.<tool>.approval_mode`',
  quirks: [
    'its own `codex mcp add` loses the comments of the section; pinfold keeps them',
    'a profile (`~/.codex/*.config.toml`) lies over the user file: what it leaves out of a server comes from there, and each file is listed for itself',
    'servers of the cloud and of MDM profiles are not read; requirements.toml holds rules about servers, not servers',
    'a project counts only where it is trusted',
  ],
  nameProblem: (name) => (/^[A-Za-z0-9_-]+$/.test(name) ? null : 'Codex takes letters, digits, `_` and `-` only'),
} satisfies ClientAdapter;

function codexHome({ places, env }: Surroundings): string {
  return pathIn(env, 'CODEX_HOME') ?? below(places.home, '.codex');
}

function pluginCache(surroundings: Surroundings): string {
  return below(codexHome(surroundings), 'plugins', 'cache');
}

const pluginMaps = ['mcpServers', 'mcp_servers'];

/** macOS has the places of Linux. The second file is the one of older versions. */
function systemFiles(surroundings: Surroundings): readonly string[] {
  const { platform } = surroundings;
  if (platform === 'win32') return [below(systemFolder(surroundings), 'OpenAI', 'Codex', 'config.toml')];
  const folder = below(etcFolder(surroundings), 'codex');
  return [below(folder, 'config.toml'), below(folder, 'managed_config.toml')];
}
