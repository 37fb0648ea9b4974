import type { ClientAdapter, ConfigLocation } from './client.ts';
import { decodeEntry, encodeEntry, type TransportRule } from './decode-entry.ts';
import { below } from './places.ts';
import { splitCommandLine } from './split-command-line.ts';

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
  ],
  decode(raw) {
    const entry = decodeEntry(raw, transportOf);
    const words = entry.command === null ? null : splitCommandLine(entry.command);
    if (words === null) return entry;
    const [command, ...args] = words;
    return { ...entry, command: command ?? null, args: [...args, ...entry.args] };
  },
  encode: (launch, previous) =>
    encodeEntry(launch, previous, previous !== null && Object.hasOwn(previous, 'type') ? { type: 'stdio' } : {}),
} satisfies ClientAdapter;

function location(path: string, scope: 'user' | 'project'): ConfigLocation {
  return { path, dialect: 'jsonc', writable: true, containers: [{ scope, at: ['mcpServers'] }] };
}

/** The type is optional and inferred; http falls back to SSE by itself. */
const transportOf: TransportRule = ({ type, command, url }) => {
  if (command !== null && command !== '') return 'stdio';
  if (url === null || url === '') return 'it has neither `command` nor `url`';
  return type === 'sse' ? 'sse' : 'http';
};
