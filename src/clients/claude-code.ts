import type { ConfigScope } from '../model/client-entry.ts';
import { anyMember, type ClientAdapter, type ConfigLocation, type Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below, pathStyle } from './places.ts';

/**
 * Claude Code. `~/.claude.json` is a large state file that the running app rewrites all the time; it holds the user's
 * servers and, per project path, the local ones. `.mcp.json` is shared through the repository and is read by several
 * other clients as well. With CLAUDE_CONFIG_DIR the state file lies there, but an editor that was started without the
 * variable still reads the one in the home, so both are listed.
 */
export const claudeCode = {
  id: 'claude-code',
  title: 'Claude Code',
  docs: 'https://code.claude.com/docs/en/mcp',
  docsChecked: '2026-08-22',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [...stateFiles(surroundings), below(surroundings.places.home, '.claude')],
  locations(surroundings) {
    const { project } = surroundings;
    return [
      ...stateFiles(surroundings).map(
        (path): ConfigLocation => ({
          path,
          dialect: 'json',
          writable: true,
          containers: [
            { scope: 'user', at: ['mcpServers'] },
            { scope: 'local', at: ['projects', anyMember, 'mcpServers'] },
          ],
        }),
      ),
      ...(project === null ? [] : [file(below(project, '.mcp.json'), 'project')]),
      file(managedFile(surroundings), 'managed'),
      plugins(below(surroundings.places.home, '.claude', 'plugins', 'cache')),
      plugins(below(surroundings.places.home, '.claude', 'plugins', 'repos')),
      agents(below(surroundings.places.home, '.claude'), 'user'),
      ...(project === null ? [] : [agents(below(project, '.claude'), 'project')]),
    ];
  },
  ...entryCodec({
    type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], ws: ['ws'], required: 'remote' },
    untyped: { refused: 'a `url` needs a `type` (http, sse or ws)' },
    remoteOnly: ['headersHelper', 'oauth'],
  }),
  switch: { kind: 'names', at: disabledNames, projectScope: '`disabledMcpjsonServers` of the settings of that project, or `/mcp`' },
  interpolation: ['braces-default'],
  autoApprove: '`permissions.allow` in settings.json',
  quirks: [
    '`headersHelper` of a remote entry is a shell command that runs when the server is used',
    '`~/.claude.json` is rewritten by the running app all the time',
  ],
  nameProblem(name) {
    if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'Claude Code takes letters, digits, `_` and `-` only';
    return reserved.has(name) ? 'Claude Code keeps this name for itself' : null;
  },
} satisfies ClientAdapter;

const reserved = new Set(['workspace', 'claude-in-chrome', 'computer-use']);

function stateFiles({ places, env }: Surroundings): readonly string[] {
  const moved = env['CLAUDE_CONFIG_DIR'] ?? '';
  const inHome = below(places.home, '.claude.json');
  if (moved === '') return [inHome];
  const path = below(pathStyle(moved).isAbsolute(moved) ? moved : below(places.cwd, moved), '.claude.json');
  return path === inHome ? [inHome] : [path, inHome];
}

function file(path: string, scope: 'project' | 'managed'): ConfigLocation {
  return { path, dialect: 'json', writable: scope === 'project', containers: [{ scope, at: ['mcpServers'] }] };
}

function managedFile({ places, platform, env }: Surroundings): string {
  const name = 'managed-mcp.json';
  if (platform === 'win32') return below(env['ProgramFiles'] ?? 'C:\\Program Files', 'ClaudeCode', name);
  // Beside pinfold's own managed folder: `/etc`, `/Library/Application Support`.
  return below(places.managed, '..', platform === 'darwin' ? 'ClaudeCode' : 'claude-code', name);
}

/** A user's server is switched off per project, a local one in its own project record, one of `.mcp.json` in other files. */
function disabledNames(rawPath: readonly (string | number)[], project: string | null, scope: ConfigScope): readonly string[] | null {
  if (scope === 'project') return null;
  const record = rawPath[0] === 'projects' ? String(rawPath[1]) : project;
  return record === null ? null : ['projects', record, 'disabledMcpServers'];
}

/** Plugins bring servers in a file that is flat or has the usual map. The app manages these folders: they are only read. */
function plugins(folder: string): ConfigLocation {
  const containers = [{ scope: 'user', at: ['mcpServers'] } as const, { scope: 'user', at: [], unless: 'mcpServers' } as const];
  return { path: folder, below: ['**', '.mcp.json'], dialect: 'json', writable: false, containers };
}

/** Agents name servers, or bring their own, at the head of their Markdown files. */
function agents(folder: string, scope: 'user' | 'project'): ConfigLocation {
  const containers = [{ scope, at: ['mcpServers'], holds: 'references' } as const];
  return { path: folder, below: ['agents', '*.md'], dialect: 'front-matter', writable: false, containers };
}
