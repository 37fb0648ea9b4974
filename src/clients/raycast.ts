import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** Raycast keeps servers inside; sources disagree about a file in the folder of its extension, so none is read. */
export const raycast = {
  id: 'raycast',
  title: 'Raycast',
  docs: 'https://manual.raycast.com/model-context-protocol',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places, platform }) => (platform === 'darwin' ? [below(places.appConfig, 'com.raycast.macos')] : []),
  locations: () => [],
  ...entryCodec({ type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the command "Manage MCP Servers"' },
  interpolation: [],
  quirks: ['its install links are raycast://mcp/install?<JSON of one server>'],
  keptInside:
    'servers are kept in the app; look at them with the command "Manage MCP Servers", or add one with a raycast://mcp/install link',
} satisfies ClientAdapter;
