import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Witsy: known from one secondary source, so it is only read. */
export const witsy = {
  id: 'witsy',
  title: 'Witsy',
  docs: 'https://github.com/nbonamy/witsy',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'Witsy')],
  locations: ({ places }) => [mapFile(below(places.appConfig, 'Witsy', 'settings.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: [
    'a second list of its own (`plugins.mcp.servers`) has entries of a shape that is not verified, and is not listed',
    'known from one secondary source',
  ],
} satisfies ClientAdapter;
