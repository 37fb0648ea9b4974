import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** Muse Code: known from one secondary source, so it is only read. */
export const museCode = {
  id: 'muse-code',
  title: 'Muse Code',
  docs: 'https://github.com/muse-code',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'muse')],
  locations: (surroundings) => [mapFile(below(xdgConfig(surroundings), 'muse', 'settings.json'), 'json', 'user', ['mcp_servers'])],
  ...entryCodec({ type: { at: 'transport', stdio: ['stdio'], http: ['streamable_http'], hint: true } }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
