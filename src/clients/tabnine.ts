import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Tabnine: secondary sources, so it is only read. */
export const tabnine = {
  id: 'tabnine',
  title: 'Tabnine',
  docs: 'https://docs.tabnine.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.tabnine')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.tabnine', 'mcp_servers.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.tabnine', 'agent', 'settings.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.tabnine', 'mcp_servers.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.tabnine', 'agent', 'settings.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from secondary sources'],
} satisfies ClientAdapter;
