import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** CodeBuddy Code. */
export const codebuddy = {
  id: 'codebuddy',
  title: 'CodeBuddy Code',
  docs: 'https://www.codebuddy.ai/docs/cli/mcp',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.codebuddy')],
  locations: ({ places }) => [
    mapFile(below(places.home, '.codebuddy', '.mcp.json'), 'jsonc', 'user', ['mcpServers']),
    mapFile(below(places.home, '.codebuddy', 'mcp.json'), 'jsonc', 'user', ['mcpServers']),
    mapFile(below(places.home, '.codebuddy.json'), 'jsonc', 'user', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'names', at: () => ['disabledMcpServers'] },
  interpolation: [],
  quirks: ['a root .mcp.json is listed under Claude Code'],
} satisfies ClientAdapter;
