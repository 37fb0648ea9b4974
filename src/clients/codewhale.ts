import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** CodeWhale: known from one secondary source, so it is only read. */
export const codewhale = {
  id: 'codewhale',
  title: 'CodeWhale',
  docs: 'https://github.com/codewhale',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.codewhale')],
  locations: ({ places }) => [mapFile(below(places.home, '.codewhale', 'mcp.json'), 'json', 'user', ['servers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
