import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject } from './file-place.ts';
import { below } from './places.ts';

/** LibreChat: YAML in the folder of the deployment, which is the project here. */
export const librechat = {
  id: 'librechat',
  title: 'LibreChat',
  docs: 'https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/mcp_servers',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.cwd, 'librechat.yaml')],
  locations: ({ project }) => inProject(project, ['librechat.yaml'], 'yaml', ['mcpServers']),
  ...entryCodec({
    cwd: null,
    type: { stdio: ['stdio'], http: ['streamable-http', 'http'], sse: ['sse'], ws: ['websocket'] },
    untyped: 'by-scheme',
    remoteOnly: ['requiresOAuth', 'oauth', 'proxy'],
  }),
  switch: { kind: 'member', at: ['startup'], off: false },
  interpolation: ['braces', 'double-braces'],
  quirks: [
    'CONFIG_PATH is not followed: other programs use a variable of this name too',
    '`startup: false` only keeps it from connecting when LibreChat starts',
  ],
} satisfies ClientAdapter;
