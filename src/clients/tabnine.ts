import type { ClientAdapter, ConfigLocation, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, systemFolder } from './places.ts';

/** Tabnine: secondary sources, so it is only read. */
export const tabnine = {
  id: 'tabnine',
  title: 'Tabnine',
  docs: 'https://docs.tabnine.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.tabnine')],
  locations: (surroundings) => [
    ...ownFiles(surroundings),
    ...(surroundings.platform === 'win32' ? [] : [mapFile(systemFile(surroundings), 'json', 'managed', ['mcpServers'])]),
  ],
  ...entryCodec({ headers: [['headers'], ['requestInit', 'headers']] }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from secondary sources'],
} satisfies ClientAdapter;

function ownFiles({ places, project }: Surroundings): readonly ConfigLocation[] {
  return [
    mapFile(below(places.home, '.tabnine', 'mcp_servers.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.tabnine', 'agent', 'settings.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.tabnine', 'mcp_servers.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.tabnine', 'agent', 'settings.json'], 'json', ['mcpServers']),
  ];
}

function systemFile(surroundings: Surroundings): string {
  return below(systemFolder(surroundings), surroundings.platform === 'darwin' ? 'TabnineCli' : 'tabnine-cli', 'settings.json');
}
