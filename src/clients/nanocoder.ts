import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** Nanocoder: known from one secondary source, so it is only read. */
export const nanocoder = {
  id: 'nanocoder',
  title: 'Nanocoder',
  docs: 'https://github.com/Nano-Collective/nanocoder',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'nanocoder')],
  locations: (surroundings) => [mapFile(below(xdgConfig(surroundings), 'nanocoder', '.mcp.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({ type: { at: 'transport', stdio: ['stdio'], http: ['http'], ws: ['websocket'], hint: true } }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  quirks: ['a root .mcp.json, which it reads too, is listed under Claude Code', 'known from one secondary source'],
} satisfies ClientAdapter;
