import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Snowflake Cortex Code: known from one secondary source, so it is only read. */
export const cortexCode = {
  id: 'cortex-code',
  title: 'Snowflake Cortex Code',
  docs: 'https://docs.snowflake.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.snowflake', 'cortex')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.snowflake', 'cortex', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.cortex', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
