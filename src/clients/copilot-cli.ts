import type { ClientAdapter, ConfigLocation, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, pathIn, projectFolders } from './places.ts';

/** GitHub Copilot CLI. `tools` and `args` are documented as required, and guides leave them out; new entries carry them. The root `.mcp.json` is listed under Claude Code; those of the folders down to the working folder here. */
export const copilotCli = {
  id: 'copilot-cli',
  title: 'GitHub Copilot CLI',
  docs: 'https://docs.github.com/en/copilot/how-tos/use-copilot-agents/use-copilot-cli',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [copilotHome(surroundings)],
  locations: (surroundings) => [
    mapFile(below(copilotHome(surroundings), 'mcp-config.json'), 'json', 'user', ['mcpServers']),
    ...projectFolders(surroundings).map((folder) => mapFile(below(folder, '.github', 'mcp.json'), 'json', 'project', ['mcpServers'])),
    ...projectFolders(surroundings)
      .slice(1)
      .map((folder) => mapFile(below(folder, '.mcp.json'), 'json', 'project', ['mcpServers'])),
    agents(copilotHome(surroundings), 'user'),
    ...(surroundings.project === null ? [] : [agents(below(surroundings.project, '.github'), 'project')]),
  ],
  ...entryCodec({
    type: { stdio: ['local', 'stdio'], http: ['http', 'streamable-http'], sse: ['sse'], required: 'remote' },
    fixed: () => ({ tools: ['*'] }),
    remoteOnly: ['oauthClientId', 'oauthScopes', 'oauthPublicClient', 'oauthGrantType', 'oidc'],
  }),
  switch: { kind: 'elsewhere', where: '/mcp disable' },
  interpolation: ['dollar', 'braces-default'],
  quirks: [
    'only PATH and the variables of the entry reach a server',
    '.vscode/mcp.json is not read',
    'the servers of its plugins are not listed: where they lie is not documented',
    'managed settings hold rules about servers, not servers',
    '`--additional-mcp-config` of one session is not seen',
  ],
  nameProblem: (name) => (/[\p{Cc}}]/u.test(name) ? 'Copilot CLI takes no control characters and no `}`' : null),
} satisfies ClientAdapter;

function copilotHome({ places, env }: Surroundings): string {
  return pathIn(env, 'COPILOT_HOME') ?? below(places.home, '.copilot');
}

/** Agents bring servers in a map at the head of their Markdown files. */
function agents(folder: string, scope: 'user' | 'project'): ConfigLocation {
  return mapFile(folder, 'front-matter', scope, ['mcp-servers'], { writable: false, below: ['agents', '*.agent.md'] });
}
