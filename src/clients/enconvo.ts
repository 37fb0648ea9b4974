import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** Enconvo: known from one secondary source, so it is only read. */
export const enconvo = {
  id: 'enconvo',
  title: 'Enconvo',
  docs: 'https://docs.enconvo.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'enconvo')],
  locations: (surroundings) => [mapFile(below(xdgConfig(surroundings), 'enconvo', 'mcp_config.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
