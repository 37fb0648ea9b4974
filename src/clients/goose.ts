import type { ClientAdapter, ConfigLocation, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile, pluginFiles } from './file-place.ts';
import { below, etcFolder, pathIn, xdgConfig } from './places.ts';

/**
 * Goose (CLI and Desktop): YAML, and its own names for everything. The map also holds built-in and other extensions that
 * are no servers. Sources disagree about macOS, so both places are read.
 */
export const goose = {
  id: 'goose',
  title: 'Goose',
  docs: 'https://block.github.io/goose/docs/guides/config-files',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: true,
  traces: (surroundings) => folders(surroundings),
  locations: (surroundings) => [
    ...folders(surroundings).map((folder) => mapFile(below(folder, 'config.yaml'), 'yaml', 'user', ['extensions'])),
    mapFile(systemFile(surroundings), 'yaml', 'managed', ['extensions']),
    plugins(surroundings.places.home, 'user'),
    ...(surroundings.project === null ? [] : [plugins(surroundings.project, 'project')]),
  ],
  ...entryCodec({
    command: { at: 'cmd' },
    env: 'envs',
    cwd: null,
    urls: [{ at: 'uri' }],
    type: {
      stdio: ['stdio'],
      http: ['streamable_http'],
      sse: ['sse'],
      other: ['builtin', 'platform', 'frontend', 'inline_python'],
      required: 'always',
    },
    fixed: (name) => ({ name, enabled: true, timeout: 300 }),
  }),
  switch: { kind: 'member', at: ['enabled'], off: false, on: true },
  interpolation: ['dollar', 'braces'],
  autoApprove: 'GOOSE_MODE, permission.yaml',
  quirks: [
    '`inline_python` extensions carry code that Goose runs by itself; they are no servers and are not listed',
    '`env_keys` come from its keyring',
    'plugins (`.agents/plugins`) spell their servers as most clients do, and are only read',
    'the files in GOOSE_ADDITIONAL_CONFIG_FILES are not followed: they are layers of one start',
    'on macOS two places are reported; both are read',
  ],
} satisfies ClientAdapter;

function folders(surroundings: Surroundings): readonly string[] {
  const { places, platform, env } = surroundings;
  const moved = pathIn(env, 'GOOSE_PATH_ROOT');
  if (moved !== null) return [below(moved, 'config')];
  if (platform === 'win32') return [below(places.appConfig, 'Block', 'goose', 'config')];
  const usual = below(xdgConfig(surroundings), 'goose');
  return platform === 'darwin' ? [usual, below(places.appConfig, 'Block', 'goose', 'config')] : [usual];
}

/** The lowest layer. macOS has the place of Linux. */
function systemFile(surroundings: Surroundings): string {
  return below(etcFolder(surroundings), 'goose', 'config.yaml');
}

function plugins(folder: string, scope: 'user' | 'project'): ConfigLocation {
  const codec = entryCodec({ type: { stdio: ['stdio'], http: ['http', 'streamable-http', 'streamable_http'], sse: ['sse'], hint: true } });
  return pluginFiles(below(folder, '.agents', 'plugins'), ['*', '.mcp.json'], scope, { codec });
}
