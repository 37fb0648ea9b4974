import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Kiro (IDE and CLI). Agents bring servers of their own in files of theirs, which are read only. */
export const kiro = {
  id: 'kiro',
  title: 'Kiro',
  docs: 'https://kiro.dev/docs/mcp/configuration',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.kiro')],
  locations: ({ places, project }) => [
    {
      ...mapFile(below(places.home, '.kiro', 'settings', 'mcp.json'), 'json', 'user', []),
      containers: [
        { scope: 'user', at: ['mcpServers'] },
        { scope: 'user', at: ['powers', 'mcpServers'], writable: false },
      ],
    },
    mapFile(below(places.home, '.kiro', 'mcp.json'), 'json', 'user', ['mcpServers'], { writable: false }),
    mapFile(below(places.home, '.kiro', 'agents'), 'json', 'user', ['mcpServers'], { writable: false, below: ['*.json'] }),
    mapFile(below(places.home, '.kiro', 'powers', 'installed'), 'json', 'user', ['mcpServers'], {
      writable: false,
      below: ['*', 'mcp.json'],
    }),
    ...inProject(project, ['.kiro', 'settings', 'mcp.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.kiro', 'agents'], 'json', ['mcpServers'], { writable: false, below: ['*.json'] }),
  ],
  ...entryCodec({ cwd: null, remoteOnly: ['oauth'] }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['braces'],
  autoApprove: '`autoApprove`',
  quirks: [
    'entries of `type` registry name a server of the managed registry and have no command',
    'an agent counts before the workspace, and that before the user; every place is listed for itself',
    'servers of powers are kept by Kiro itself, in a map of their own and in the folders of the powers: they are only read',
    '`~/.kiro/mcp.json` is named in one page about the CLI, so it is only read',
  ],
} satisfies ClientAdapter;
