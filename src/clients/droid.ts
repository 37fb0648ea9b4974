import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Factory Droid. */
export const droid = {
  id: 'droid',
  title: 'Factory Droid',
  docs: 'https://docs.factory.ai/cli/configuration/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.factory')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.factory', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.factory', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({
    cwd: null,
    type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'remote' },
    untyped: { refused: 'a `url` needs a `type` (http or sse)' },
    remoteOnly: ['oauth'],
  }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['braces-default'],
  quirks: ["of two entries with one name the user's counts, not the project's"],
} satisfies ClientAdapter;
