import type { ClientAdapter, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, editorFolders, pathIn } from './places.ts';

/** Cline (editor extension and CLI). The file of the extension before the shared one is still read. Strict JSON: a comment makes the whole file unreadable for it. */
export const cline = {
  id: 'cline',
  title: 'Cline',
  docs: 'https://docs.cline.bot/mcp/configuring-mcp-servers',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [clineFolder(surroundings), ...extensionFolders(surroundings)],
  locations: (surroundings) => [
    mapFile(settingsFile(surroundings), 'json', 'user', ['mcpServers']),
    ...extensionFolders(surroundings).map((folder) =>
      mapFile(below(folder, 'settings', 'cline_mcp_settings.json'), 'json', 'user', ['mcpServers']),
    ),
    mapFile(below(surroundings.places.home, '.cline', 'mcp.json'), 'json', 'user', ['mcpServers'], { writable: false }),
  ],
  ...entryCodec({ type: { stdio: ['stdio'], http: ['streamableHttp', 'http'], sse: ['sse'], required: 'remote' }, untyped: 'sse' }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['env'],
  autoApprove: '`autoApprove`',
  quirks: [
    'the older nested form (`transport: {…}`) and the older `transportType` are not understood',
    'placeholders in env and headers are not verified',
    '`~/.cline/mcp.json` is named in one page about the CLI, so it is only read',
    'servers that an organisation sets remotely are in the same file, marked `remoteConfigured`',
  ],
} satisfies ClientAdapter;

/** The most exact variable counts. */
function settingsFile(surroundings: Surroundings): string {
  const { env } = surroundings;
  const data = pathIn(env, 'CLINE_DATA_DIR') ?? below(clineFolder(surroundings), 'data');
  return pathIn(env, 'CLINE_MCP_SETTINGS_PATH') ?? below(data, 'settings', 'cline_mcp_settings.json');
}

function clineFolder({ places, env }: Surroundings): string {
  return pathIn(env, 'CLINE_DIR') ?? below(places.home, '.cline');
}

function extensionFolders(surroundings: Surroundings): readonly string[] {
  return editorFolders(surroundings).map((folder) => below(folder, 'globalStorage', 'saoudrizwan.claude-dev'));
}
