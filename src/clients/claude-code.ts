import type { ConfigScope } from '../model/client-entry.ts';
import { pathStyle } from '../model/path-style.ts';
import { anyMember, type ClientAdapter, type ConfigLocation, type Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile, pluginFiles } from './file-place.ts';
import { below, pathIn, systemFolder } from './places.ts';

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
      ...pluginFolders(surroundings).flatMap(plugins),
      ...claudeFolders(surroundings).map((folder) => agents(folder, 'user')),
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
    'which servers of a `.mcp.json` were approved or refused is kept in settings, and is not looked at',
    'whether a plugin is switched on is kept in settings, and is not looked at: every plugin that is there is listed',
    'managed settings hold rules about servers, not servers; those of MDM and of the Windows registry are not read',
    'a plugin that names a file of servers in its `plugin.json` is reported, and the file is not followed',
    '`--mcp-config`, `--agents` and `--plugin-dir` of one session are not seen',
  ],
  nameProblem(name) {
    if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'Claude Code takes letters, digits, `_` and `-` only';
    return reserved.has(name) ? 'Claude Code keeps this name for itself' : null;
  },
} satisfies ClientAdapter;

const reserved = new Set(['workspace', 'claude-in-chrome', 'computer-use']);

function stateFiles(surroundings: Surroundings): readonly string[] {
  const moved = movedFolder(surroundings);
  const inHome = below(surroundings.places.home, '.claude.json');
  const path = moved === null ? inHome : below(moved, '.claude.json');
  return path === inHome ? [inHome] : [path, inHome];
}

function claudeFolders(surroundings: Surroundings): readonly string[] {
  const moved = movedFolder(surroundings);
  const inHome = below(surroundings.places.home, '.claude');
  return moved === null || moved === inHome ? [inHome] : [moved, inHome];
}

function movedFolder({ places, env }: Surroundings): string | null {
  const moved = env['CLAUDE_CONFIG_DIR'] ?? '';
  if (moved === '') return null;
  return pathStyle(moved).isAbsolute(moved) ? moved : below(places.cwd, moved);
}

/** The variable for the cache names the folder above it. Seeds are read-only folders of the same layout. */
function pluginFolders(surroundings: Surroundings): readonly string[] {
  const { env, platform } = surroundings;
  const cache = pathIn(env, 'CLAUDE_CODE_PLUGIN_CACHE_DIR');
  const seeds = (env['CLAUDE_CODE_PLUGIN_SEED_DIR'] ?? '').split(platform === 'win32' ? ';' : ':');
  const usual = claudeFolders(surroundings).map((folder) => below(folder, 'plugins'));
  return [...new Set([...(cache === null ? [] : [cache]), ...usual, ...seeds.filter((seed) => pathStyle(seed).isAbsolute(seed))])];
}

function file(path: string, scope: 'project' | 'managed'): ConfigLocation {
  return { path, dialect: 'json', writable: scope === 'project', containers: [{ scope, at: ['mcpServers'] }] };
}

function managedFile(surroundings: Surroundings): string {
  const { platform, env } = surroundings;
  const folder = systemFolder(surroundings);
  if (platform === 'win32' && /[\\/]ProgramData$/i.test(folder))
    return below(pathIn(env, 'ProgramFiles') ?? 'C:\\Program Files', 'ClaudeCode', 'managed-mcp.json');
  return below(folder, platform === 'darwin' ? 'ClaudeCode' : 'claude-code', 'managed-mcp.json');
}

/** A user's server is switched off per project, a local one in its own project record, one of `.mcp.json` in other files. */
function disabledNames(rawPath: readonly (string | number)[], project: string | null, scope: ConfigScope): readonly string[] | null {
  if (scope === 'project') return null;
  const record = rawPath[0] === 'projects' ? String(rawPath[1]) : project;
  return record === null ? null : ['projects', record, 'disabledMcpServers'];
}

/** Catalogues (`marketplaces`) are left out: what they offer is not installed. */
function plugins(folder: string): readonly ConfigLocation[] {
  return ['cache', 'repos'].flatMap((kind) => [
    pluginFiles(below(folder, kind), ['**', '.mcp.json'], 'user'),
    mapFile(below(folder, kind), 'json', 'user', ['mcpServers'], { writable: false, below: ['**', '.claude-plugin', 'plugin.json'] }),
  ]);
}

/** Agents name servers, or bring their own, at the head of their Markdown files. */
function agents(folder: string, scope: 'user' | 'project'): ConfigLocation {
  const containers = [{ scope, at: ['mcpServers'], holds: 'references' } as const];
  return { path: folder, below: ['agents', '*.md'], dialect: 'front-matter', writable: false, containers };
}
