import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** nanobot: known from one secondary source, so it is only read. */
export const nanobot = {
  id: 'nanobot',
  title: 'nanobot',
  docs: 'https://github.com/HKUDS/nanobot',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.nanobot')],
  locations: ({ places }) => [mapFile(below(places.home, '.nanobot', 'config.json'), 'json', 'user', ['tools', 'mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
