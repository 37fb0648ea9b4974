import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Qoder (IDE, CLI, Work). */
export const qoder = {
  id: 'qoder',
  title: 'Qoder',
  docs: 'https://docs.qoder.com/user-guide/chat/model-context-protocol',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'Qoder'), below(places.home, '.qoder'), below(places.home, '.qoderwork')],
  locations: ({ places }) => [
    mapFile(below(places.appConfig, 'Qoder', 'SharedClientCache', 'mcp.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.qoder', 'settings.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.qoderwork', 'mcp.json'), 'json', 'user', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], ws: ['ws'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'mcp.excluded of the CLI settings' },
  interpolation: [],
  quirks: ['the place on Linux is not verified', 'a root .mcp.json is read by the CLI and listed under Claude Code'],
} satisfies ClientAdapter;
