import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** JetBrains Junie (IDE and CLI). */
export const junie = {
  id: 'junie',
  title: 'JetBrains Junie',
  docs: 'https://www.jetbrains.com/help/junie/model-context-protocol-mcp.html',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.junie')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.junie', 'mcp', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.junie', 'mcp', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null }),
  switch: { kind: 'elsewhere', where: '/mcp' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['the IDE keeps which servers are on'],
} satisfies ClientAdapter;
