import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { pluginFiles } from './file-place.ts';
import { below } from './places.ts';

/**
 * Cursor. Users put comments into the file; whether every version reads them is not documented, so they are read and
 * kept, and never written. Its own link generator puts a whole command line into `command`, which Cursor splits.
 * The root `.mcp.json`, which some versions read too, is listed under Claude Code.
 */
export const cursor = {
  id: 'cursor',
  title: 'Cursor',
  docs: 'https://cursor.com/docs/context/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.cursor')],
  locations: ({ places, project }) => [
    location(below(places.home, '.cursor', 'mcp.json'), 'user'),
    ...(project === null ? [] : [location(below(project, '.cursor', 'mcp.json'), 'project')]),
    ...['cache', 'local'].flatMap((kind) => [
      pluginFiles(below(places.home, '.cursor', 'plugins', kind), ['**', 'mcp.json'], 'user'),
      pluginFiles(below(places.home, '.cursor', 'plugins', kind), ['**', '.mcp.json'], 'user'),
    ]),
  ],
  ...entryCodec({
    command: { form: 'command-line' },
    // The type is optional and inferred; http falls back to SSE by itself.
    type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true },
    remoteOnly: ['auth'],
  }),
  switch: { kind: 'elsewhere', where: 'Cursor › Settings › MCP' },
  interpolation: ['env', 'folders'],
  autoApprove: '`mcpAllowlist` in permissions.json',
  quirks: [
    'whether comments are read by every version is not documented: they are kept, and never written',
    'of two servers with one name the one of the project counts',
    'its links put a whole command line into `command`, which is split as Cursor splits it',
  ],
} satisfies ClientAdapter;

function location(path: string, scope: 'user' | 'project'): ConfigLocation {
  return { path, dialect: 'jsonc', writable: true, containers: [{ scope, at: ['mcpServers'] }] };
}
