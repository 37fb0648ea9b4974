import type { ConfigScope } from '../model/client-entry.ts';
import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, pathIn, projectFolders, systemFolder, xdgConfig } from './places.ts';

/** OpenCode. Program and arguments are one list. A project file is merged member by member into the user\'s, so it can change a command alone. */
export const opencode = {
  id: 'opencode',
  title: 'OpenCode',
  docs: 'https://opencode.ai/docs/mcp-servers',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'opencode')],
  locations(surroundings) {
    const { env } = surroundings;
    const own = [below(xdgConfig(surroundings), 'opencode'), ...optional(pathIn(env, 'OPENCODE_CONFIG_DIR'))];
    return [
      ...own.flatMap((folder) => both(folder, 'user')),
      mapFile(below(xdgConfig(surroundings), 'opencode', 'config.json'), 'jsonc', 'user', ['mcp']),
      ...optional(pathIn(env, 'OPENCODE_CONFIG')).map((path) => mapFile(path, 'jsonc', 'user', ['mcp'])),
      ...projectFolders(surroundings).flatMap((folder) => [...both(folder, 'project'), ...both(below(folder, '.opencode'), 'project')]),
      ...both(below(systemFolder(surroundings), 'opencode'), 'managed'),
    ];
  },
  ...entryCodec({
    command: { form: 'argv' },
    env: 'environment',
    type: { stdio: ['local'], http: ['remote'], required: 'always' },
    remoteOnly: ['oauth'],
  }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: ['single-braces'],
  quirks: [
    'OPENCODE_CONFIG_CONTENT holds a configuration itself, and the one of an organisation is loaded from its address: neither is seen',
    '`.agents/mcp.json` is named in one revision of its documentation, and is not read',
    'the files are merged member by member; each is listed for itself, so half an entry of a project is listed as one without a command',
    'an entry that holds `enabled` alone switches an inherited one, and is listed as one without a command',
    '`{file:…}` reads files when the configuration is loaded',
  ],
} satisfies ClientAdapter;

function both(folder: string, scope: ConfigScope): readonly ConfigLocation[] {
  return ['opencode.jsonc', 'opencode.json'].map((name) => mapFile(below(folder, name), 'jsonc', scope, ['mcp']));
}

function optional(path: string | null): readonly string[] {
  return path === null ? [] : [path];
}
