import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Jan. `command` and `args` must be there, also for remote servers. */
export const jan = {
  id: 'jan',
  title: 'Jan',
  docs: 'https://jan.ai/docs/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'Jan'), below(places.appData, 'Jan')],
  locations: ({ places, platform }) => [
    ...(platform === 'linux' ? [mapFile(below(places.appData, 'Jan', 'data', 'mcp_config.json'), 'json', 'user', ['mcpServers'])] : []),
    ...(platform === 'darwin' || platform === 'win32'
      ? [mapFile(below(places.appConfig, 'Jan', 'data', 'mcp_config.json'), 'json', 'user', ['mcpServers'])]
      : []),
  ],
  ...entryCodec({
    type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'remote' },
    untyped: { refused: 'a `url` needs a `type` (http or sse)' },
  }),
  switch: { kind: 'member', at: ['active'], off: false, on: true },
  interpolation: [],
  quirks: [
    '`mcpSettings` beside the map is kept',
    'npx and uvx are replaced by programs that it brings',
    'its data folder can be moved in its settings, which is not followed',
  ],
} satisfies ClientAdapter;
