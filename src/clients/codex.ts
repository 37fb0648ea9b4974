import type { ClientAdapter, ConfigLocation, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, pathStyle, projectFolders } from './places.ts';

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
    'profiles (`~/.codex/*.config.toml`) and plugins bring servers of their own, which are not listed',
    'a project counts only where it is trusted',
  ],
  nameProblem: (name) => (/^[A-Za-z0-9_-]+$/.test(name) ? null : 'Codex takes letters, digits, `_` and `-` only'),
} satisfies ClientAdapter;

function codexHome({ places, env }: Surroundings): string {
  const moved = env['CODEX_HOME'] ?? '';
  return moved !== '' && pathStyle(moved).isAbsolute(moved) ? moved : below(places.home, '.codex');
}

function systemFiles({ places, platform, env }: Surroundings): readonly ConfigLocation['path'][] {
  if (platform === 'win32') return [below(env['ProgramData'] ?? 'C:\\ProgramData', 'OpenAI', 'Codex', 'config.toml')];
  // Beside pinfold's own managed folder on Linux, `/etc`; macOS has the same place.
  return [platform === 'darwin' ? '/etc/codex/config.toml' : below(places.managed, '..', 'codex', 'config.toml')];
}
