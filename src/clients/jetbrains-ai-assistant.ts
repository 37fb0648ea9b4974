import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** JetBrains AI Assistant. */
export const jetbrainsAiAssistant = {
  id: 'jetbrains-ai-assistant',
  title: 'JetBrains AI Assistant',
  docs: 'https://www.jetbrains.com/help/ai-assistant/mcp.html',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.ai', 'mcp')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.ai', 'mcp', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.ai', 'mcp', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ cwd: 'workingDirectory' }),
  switch: { kind: 'elsewhere', where: 'Settings › Tools › AI Assistant › MCP' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['servers defined in the settings of the IDE are not listed'],
} satisfies ClientAdapter;
