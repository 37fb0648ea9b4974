import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Windsurf (Cascade). The address is spelled `serverUrl`; `url` is read as well. */
export const windsurf = {
  id: 'windsurf',
  title: 'Windsurf',
  docs: 'https://docs.windsurf.com/windsurf/cascade/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.codeium', 'windsurf'), below(places.home, '.codeium')],
  locations: ({ places }) => [
    mapFile(below(places.home, '.codeium', 'windsurf', 'mcp_config.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.codeium', 'mcp_config.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.codeium', 'windsurf-next', 'mcp_config.json'), 'json', 'user', ['mcpServers'], { writable: false }),
  ],
  ...entryCodec({ urls: [{ at: 'serverUrl' }, { at: 'url' }], cwd: null }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['env', 'file'],
  quirks: [
    '`~/.codeium/mcp_config.json` is the file of its plugins for other editors',
    'the place of the Next channel is not verified, so it is only read',
    'a root .mcp.json, which some versions read too, is listed under Claude Code',
  ],
} satisfies ClientAdapter;
