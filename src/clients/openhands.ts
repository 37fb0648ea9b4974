import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** OpenHands CLI from 1.0 on. */
export const openhands = {
  id: 'openhands',
  title: 'OpenHands CLI',
  docs: 'https://docs.openhands.dev/usage/cli/mcp-servers',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.openhands')],
  locations: ({ places }) => [
    mapFile(below(places.home, '.openhands', 'mcp.json'), 'json', 'user', ['mcpServers']),
    {
      ...{ path: below(places.home, '.openhands', 'config.toml'), dialect: 'toml', writable: false },
      containers: [{ scope: 'user', at: ['mcp', 'stdio_servers'], holds: 'list' }],
    },
  ],
  ...entryCodec({ cwd: null, type: { at: 'transport', stdio: ['stdio'], http: ['http'], sse: ['sse'], hint: true }, remoteOnly: ['auth'] }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  quirks: [
    'config.toml is the file before 1.0; its remote servers, which have no names, are not listed',
    'the name of the member that switches an entry off is not verified',
  ],
} satisfies ClientAdapter;
