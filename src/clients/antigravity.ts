import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Google Antigravity (IDE and CLI). Its 2.x file is preferred; the 1.x file is still found on many machines. */
export const antigravity = {
  id: 'antigravity',
  title: 'Google Antigravity',
  docs: 'https://antigravity.google/docs/mcp',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.gemini', 'config'), below(places.home, '.gemini', 'antigravity')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.gemini', 'config', 'mcp_config.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.gemini', 'antigravity', 'mcp_config.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.agents', 'mcp_config.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ urls: [{ at: 'serverUrl' }], remoteOnly: ['oauth', 'authProviderType'] }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: [],
  quirks: [
    'whether it fills in placeholders is not verified',
    'servers in `~/.gemini/settings.json` are shared with Gemini CLI and listed there',
  ],
} satisfies ClientAdapter;
