import type { ClientAdapter, ConfigLocation, Container, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

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
      { ...location(below(user, 'settings.json'), legacy('user')), writable: false },
      ...(project === null ? [] : projectLocations(project)),
    ];
  },
  ...entryCodec({ type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'always' } }),
  switch: { kind: 'elsewhere', where: 'the command "MCP: List Servers"' },
  interpolation: ['env', 'folders', 'input'],
  autoApprove: '`chat.tools.*` settings; sandboxed servers always',
  quirks: ['`inputs` of the file are asked for by the editor and are kept', 'every profile has a file of its own'],
} satisfies ClientAdapter;

/** The folder moves with VSCODE_PORTABLE. */
function userFolder({ places, env }: Surroundings): string {
  const portable = env['VSCODE_PORTABLE'] ?? '';
  return portable === '' ? below(places.appConfig, 'Code', 'User') : below(portable, 'user-data', 'User');
}

function projectLocations(project: string): readonly ConfigLocation[] {
  const container: readonly Container[] = [{ scope: 'project', at: ['customizations', 'vscode', 'mcp', 'servers'] }];
  return [
    location(below(project, '.vscode', 'mcp.json'), [{ scope: 'project', at: ['servers'] }]),
    location(below(project, '.devcontainer', 'devcontainer.json'), container),
    location(below(project, '.devcontainer.json'), container),
    { ...location(below(project, '.vscode', 'settings.json'), legacy('project')), writable: false },
    {
      ...location(project, [{ scope: 'project', at: ['settings', 'mcp', 'servers'] }]),
      below: ['*.code-workspace'],
    },
  ];
}

function legacy(scope: 'user' | 'project'): readonly Container[] {
  return [
    { scope, at: ['mcp', 'servers'] },
    { scope, at: ['mcp.servers'] },
  ];
}

function location(path: string, containers: readonly Container[]): ConfigLocation {
  return { path, dialect: 'jsonc', writable: true, containers };
}
