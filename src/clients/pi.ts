import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Pi: known from one secondary source, so it is only read. */
export const pi = {
  id: 'pi',
  title: 'Pi',
  docs: 'https://github.com/badlogic/pi-mono',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.pi')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.pi', 'agent', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.pi', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
