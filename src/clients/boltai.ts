import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** BoltAI, macOS only. */
export const boltai = {
  id: 'boltai',
  title: 'BoltAI',
  docs: 'https://docs.boltai.com/docs/plugins/mcp-servers',
  docsChecked: '2026-07-22',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.boltai')],
  locations: ({ places }) => [mapFile(below(places.home, '.boltai', 'mcp.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({ stdioOnly: true, cwd: null }),
  switch: { kind: 'elsewhere', where: 'the app' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['exists on macOS only', 'one source names the map `servers`'],
} satisfies ClientAdapter;
