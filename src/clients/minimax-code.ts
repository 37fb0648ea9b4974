import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** MiniMax Code: known from one secondary source, so it is only read. */
export const minimaxCode = {
  id: 'minimax-code',
  title: 'MiniMax Code',
  docs: 'https://www.minimax.io',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.mavis')],
  locations: ({ places }) => [mapFile(below(places.home, '.mavis', 'mcp.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
