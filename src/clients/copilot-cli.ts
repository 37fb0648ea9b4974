import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** GitHub Copilot CLI. `tools` and `args` are documented as required, and guides leave them out; new entries carry them. The root `.mcp.json` is listed under Claude Code. */
export const copilotCli = {
  id: 'copilot-cli',
  title: 'GitHub Copilot CLI',
  docs: 'https://docs.github.com/en/copilot/how-tos/use-copilot-agents/use-copilot-cli',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.copilot')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.copilot', 'mcp-config.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.github', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({
    type: { stdio: ['local', 'stdio'], http: ['http', 'streamable-http'], sse: ['sse'], required: 'remote' },
    fixed: () => ({ tools: ['*'] }),
    remoteOnly: ['oauthClientId', 'oauthScopes', 'oauthPublicClient', 'oauthGrantType', 'oidc'],
  }),
  switch: { kind: 'elsewhere', where: '/mcp disable' },
  interpolation: ['dollar', 'braces-default'],
  quirks: ['COPILOT_HOME is not followed yet', 'only PATH and the variables of the entry reach a server', '.vscode/mcp.json is not read'],
} satisfies ClientAdapter;
