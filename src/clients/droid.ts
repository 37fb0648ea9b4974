import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, projectFolders } from './places.ts';

/** Factory Droid. */
export const droid = {
  id: 'droid',
  title: 'Factory Droid',
  docs: 'https://docs.factory.ai/cli/configuration/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.factory')],
  locations: (surroundings) => [
    mapFile(below(surroundings.places.home, '.factory', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...projectFolders(surroundings).map((folder) => mapFile(below(folder, '.factory', 'mcp.json'), 'json', 'project', ['mcpServers'])),
  ],
  ...entryCodec({
    cwd: null,
    type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'remote' },
    untyped: { refused: 'a `url` needs a `type` (http or sse)' },
    remoteOnly: ['oauth'],
  }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['braces-default'],
  quirks: [
    "of two entries with one name the user's counts, not the project's",
    'it looks into every folder above as well; those above the root of the project are not looked at here',
    'policies of an organisation hold rules about servers, not servers',
  ],
} satisfies ClientAdapter;
