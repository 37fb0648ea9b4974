import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Tome: known from one secondary source, so it is only read. */
export const tome = {
  id: 'tome',
  title: 'Tome',
  docs: 'https://github.com/runebookai/tome',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.tome')],
  locations: ({ places }) => [mapFile(below(places.home, '.tome', 'mcp_config.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
