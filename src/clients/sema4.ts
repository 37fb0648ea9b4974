import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Sema4.ai Studio. */
export const sema4 = {
  id: 'sema4',
  title: 'Sema4.ai Studio',
  docs: 'https://sema4.ai/docs',
  docsChecked: '2026-07-23',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.sema4ai', 'sema4ai-studio')],
  locations: ({ places }) => [
    mapFile(below(places.home, '.sema4ai', 'sema4ai-studio', 'mcp_servers.json'), 'json', 'user', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null, type: { at: 'transport', stdio: ['stdio'], http: ['streamable-http', 'http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['the fields of an entry are not verified'],
} satisfies ClientAdapter;
