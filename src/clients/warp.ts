import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Warp. It also reads the files of Claude Code and Codex where that is switched on. */
export const warp = {
  id: 'warp',
  title: 'Warp',
  docs: 'https://docs.warp.dev/knowledge-and-collaboration/mcp',
  docsChecked: '2026-05-31',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.warp'), below(places.home, '.warp_cli')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.warp', '.mcp.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.warp_cli', '.mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.warp', '.mcp.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.agents', '.mcp.json'], 'json', ['mcpServers'], { writable: false }),
  ],
  ...entryCodec({ cwd: 'working_directory' }),
  switch: { kind: 'elsewhere', where: 'Settings › AI › MCP servers' },
  interpolation: [],
  repeated: 'not-known',
  quirks: [
    'where it is switched on, it also starts the servers of Claude Code and Codex, which are listed there, and those of `.agents/.mcp.json`, which is only read',
    'servers added in the app are kept in its cloud and are not listed',
  ],
} satisfies ClientAdapter;
