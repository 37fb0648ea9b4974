import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject } from './file-place.ts';
import { below } from './places.ts';

/** Baidu Comate: known from one secondary source, so it is only read. */
export const comate = {
  id: 'comate',
  title: 'Baidu Comate',
  docs: 'https://comate.baidu.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.cwd, '.comate', 'mcp.json')],
  locations: ({ project }) => [...inProject(project, ['.comate', 'mcp.json'], 'json', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
