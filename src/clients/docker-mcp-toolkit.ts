import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** Docker MCP Toolkit: its registry names servers of its catalogue, which its gateway starts as containers. */
export const dockerMcpToolkit = {
  id: 'docker-mcp-toolkit',
  title: 'Docker MCP Toolkit',
  docs: 'https://docs.docker.com/ai/mcp-catalog-and-toolkit/toolkit/',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: true,
  traces: ({ places }) => [below(places.home, '.docker', 'mcp', 'registry.yaml')],
  locations: () => [],
  ...entryCodec({ stdioOnly: true }),
  switch: { kind: 'elsewhere', where: 'docker mcp server enable | disable' },
  interpolation: [],
  quirks: [
    'the catalogues, tools and profiles beside its registry hold no commands of clients, and are not read',
    'clients start all of its servers through one entry, the gateway, which is listed in each client',
  ],
  keptInside: `servers are named in its own catalogue (${below('~', '.docker', 'mcp', 'registry.yaml')}); list them with: docker mcp server ls`,
} satisfies ClientAdapter;
