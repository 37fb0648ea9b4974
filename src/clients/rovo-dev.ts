import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Atlassian Rovo Dev CLI. */
export const rovoDev = {
  id: 'rovo-dev',
  title: 'Rovo Dev CLI',
  docs: 'https://support.atlassian.com/rovo/docs/use-rovo-dev-cli/',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.rovodev')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.rovodev', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.rovodev', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null, type: { at: 'transport', stdio: ['stdio'], http: ['http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'mcp.disabledMcpServers in config.yml' },
  interpolation: [],
  quirks: ['the transport may be left out'],
} satisfies ClientAdapter;
