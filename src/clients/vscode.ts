import type { ClientAdapter, ConfigLocation, Container, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below, pathIn } from './places.ts';

/**
 * Visual Studio Code with Copilot: JSONC with trailing commas, map `servers`; every profile has a file of its own. The
 * `mcp.servers` setting, nested or as one dotted key, is the place before mcp.json existed: still read, migrated by the
 * editor itself, so it is listed and not edited. Which servers are switched off is kept in the editor's storage.
 */
export const vscode = {
  id: 'vscode',
  title: 'Visual Studio Code',
  docs: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration',
  docsChecked: '2026-05-31',
  confidence: 'high',
  emptyIsConfiguration: true,
  traces: (surroundings) => [userFolder(surroundings)],
  locations(surroundings) {
    const user = userFolder(surroundings);
    const { project } = surroundings;
    return [
      location(below(user, 'mcp.json'), [{ scope: 'user', at: ['servers'] }]),
      { ...location(user, [{ scope: 'user', at: ['servers'] }]), below: ['profiles', '*', 'mcp.json'] },
      oldSettings(below(user, 'settings.json'), 'user'),
      { ...oldSettings(user, 'user'), below: ['profiles', '*', 'settings.json'] },
      location(below(surroundings.places.home, '.vscode-server', 'data', 'User', 'mcp.json'), [{ scope: 'user', at: ['servers'] }]),
      ...(project === null ? [] : projectLocations(project)),
    ];
  },
  ...entryCodec({ type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'always' } }),
  switch: { kind: 'elsewhere', where: 'the command "MCP: List Servers"' },
  interpolation: ['env', 'folders', 'input'],
  autoApprove: '`chat.tools.*` settings; sandboxed servers always',
  quirks: [
    '`inputs` of the file are asked for by the editor and are kept',
    'every profile has a file of its own',
    'a root .mcp.json is listed under Claude Code; whether every version reads it is not documented',
    'with `chat.mcp.discovery.enabled` it also starts the servers of other clients, which are listed there',
    'its policies (MDM, registry, /etc/vscode) and the managed settings of Copilot hold rules about servers, not servers',
    '`--user-data-dir` of one start is not seen',
  ],
} satisfies ClientAdapter;

/** The folder moves with VSCODE_PORTABLE. */
function userFolder({ places, env }: Surroundings): string {
  const portable = pathIn(env, 'VSCODE_PORTABLE');
  return portable === null ? below(places.appConfig, 'Code', 'User') : below(portable, 'user-data', 'User');
}

function projectLocations(project: string): readonly ConfigLocation[] {
  const container: readonly Container[] = [{ scope: 'project', at: ['customizations', 'vscode', 'mcp', 'servers'] }];
  return [
    location(below(project, '.vscode', 'mcp.json'), [{ scope: 'project', at: ['servers'] }]),
    location(below(project, '.devcontainer', 'devcontainer.json'), container),
    location(below(project, '.devcontainer.json'), container),
    { ...location(below(project, '.devcontainer'), container), below: ['*', 'devcontainer.json'] },
    oldSettings(below(project, '.vscode', 'settings.json'), 'project'),
    {
      ...location(project, [
        { scope: 'project', at: ['settings', 'mcp', 'servers'] },
        { scope: 'project', at: ['settings', 'mcp.servers'] },
      ]),
      below: ['*.code-workspace'],
    },
  ];
}

/** The setting of the time before mcp.json, nested or as one dotted key. */
export function oldSettings(path: string, scope: 'user' | 'project'): ConfigLocation {
  const containers = [
    { scope, at: ['mcp', 'servers'] },
    { scope, at: ['mcp.servers'] },
  ];
  return { ...location(path, containers), writable: false };
}

function location(path: string, containers: readonly Container[]): ConfigLocation {
  return { path, dialect: 'jsonc', writable: true, containers };
}
