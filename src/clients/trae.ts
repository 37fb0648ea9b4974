import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Trae and Trae CN. */
export const trae = {
  id: 'trae',
  title: 'Trae',
  docs: 'https://docs.trae.ai/ide/model-context-protocol',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'Trae'), below(places.appConfig, 'Trae CN')],
  locations: ({ places, project }) => [
    mapFile(below(places.appConfig, 'Trae', 'User', 'mcp.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.appConfig, 'Trae CN', 'User', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.trae', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null }),
  switch: { kind: 'elsewhere', where: 'the app' },
  interpolation: [],
  quirks: ['a project file needs "Enable Project MCP"', 'the user file is managed by the app and not documented'],
} satisfies ClientAdapter;
