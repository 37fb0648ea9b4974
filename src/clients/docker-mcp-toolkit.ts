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
  traces: () => [],
  locations: () => [],
  ...entryCodec({ stdioOnly: true }),
  switch: { kind: 'elsewhere', where: 'docker mcp server enable | disable' },
  interpolation: [],
  quirks: ['clients start all of its servers through one entry, the gateway, which is listed in each client'],
  keptInside: `servers are named in its own catalogue (${below('~', '.docker', 'mcp', 'registry.yaml')}); list them with: docker mcp server ls`,
} satisfies ClientAdapter;
