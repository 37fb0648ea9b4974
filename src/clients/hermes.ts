import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Hermes Agent: YAML. */
export const hermes = {
  id: 'hermes',
  title: 'Hermes Agent',
  docs: 'https://hermes-agent.nousresearch.com/docs',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: true,
  traces: ({ places }) => [below(places.home, '.hermes'), below(places.appData, 'hermes')],
  locations: ({ places, platform }) => [
    ...(platform === 'win32' ? [mapFile(below(places.appData, 'hermes', 'config.yaml'), 'yaml', 'user', ['mcp_servers'])] : []),
    mapFile(below(places.home, '.hermes', 'config.yaml'), 'yaml', 'user', ['mcp_servers']),
  ],
  ...entryCodec({ cwd: null, type: { at: 'transport', stdio: ['stdio'], http: ['http'], sse: ['sse'], hint: true }, remoteOnly: ['auth'] }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: ['braces'],
  quirks: ['known from secondary sources'],
} satisfies ClientAdapter;
