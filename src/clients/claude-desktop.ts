import type { ClientAdapter, ConfigLocation, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/**
 * Claude Desktop. The file holds stdio servers only; remote ones are Connectors in the app. On Windows a Store (MSIX)
 * build sees its own copy of `%APPDATA%`, so its file is another one. Linux builds are unofficial.
 */
export const claudeDesktop = {
  id: 'claude-desktop',
  title: 'Claude Desktop',
  docs: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  docsChecked: '2026-08-22',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [...storeFolders(surroundings), below(surroundings.places.appConfig, 'Claude')],
  locations(surroundings) {
    const place = { dialect: 'json', writable: true, containers: [{ scope: 'user', at: ['mcpServers'] }] } as const;
    const file = 'claude_desktop_config.json';
    return [
      ...storeFolders(surroundings).map((folder) => ({
        ...place,
        path: below(folder, 'LocalCache', 'Roaming', 'Claude', file),
        preferredWhen: folder,
      })),
      { ...place, path: below(surroundings.places.appConfig, 'Claude', file) },
      ...storeFolders(surroundings).map((folder) => extensions(below(folder, 'LocalCache', 'Roaming', 'Claude'))),
      extensions(below(surroundings.places.appConfig, 'Claude')),
    ];
  },
  ...entryCodec({ stdioOnly: true }),
  switch: { kind: 'elsewhere', where: 'Claude › Settings › Developer' },
  interpolation: [],
  quirks: [
    'remote servers are connectors in the app and are not in the file',
    'the app must be restarted to see a change',
    'extensions (.mcpb, .dxt) are listed from their manifests, which the app unpacks itself; whether one is switched on, and what the user set, is kept elsewhere',
    'servers that an organisation sets by policy (MDM, Windows registry) are not read',
  ],
} satisfies ClientAdapter;

/** One server per extension, named after its folder, which is the extension's id. */
function extensions(folder: string): ConfigLocation {
  const containers = [{ scope: 'user', at: ['server', 'mcp_config'], holds: 'entry', namedAfter: 'folder' } as const];
  return { path: below(folder, 'Claude Extensions'), below: ['*', 'manifest.json'], dialect: 'json', writable: false, containers };
}

function storeFolders({ places, platform }: Surroundings): readonly string[] {
  return platform === 'win32' ? [below(places.appData, 'Packages', 'Claude_pzs8sxrjxfjjc')] : [];
}
