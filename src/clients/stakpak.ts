import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Stakpak: known from one secondary source, so it is only read. */
export const stakpak = {
  id: 'stakpak',
  title: 'Stakpak',
  docs: 'https://github.com/stakpak/agent',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.stakpak')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.stakpak', 'mcp.toml'), 'toml', 'user', ['mcpServers']),
    ...inProject(project, ['.stakpak', 'mcp.toml'], 'toml', ['mcpServers']),
    ...inProject(project, ['.stakpak', 'mcp.json'], 'json', ['mcpServers']),
    ...inProject(project, ['mcp.toml'], 'toml', ['mcpServers']),
    ...inProject(project, ['mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source', 'a root mcp.json or mcp.toml may belong to another program that uses the same name'],
} satisfies ClientAdapter;
