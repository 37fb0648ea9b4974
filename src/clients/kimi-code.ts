import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, pathIn } from './places.ts';

/** Kimi Code CLI; the older `~/.kimi` is read as well. */
export const kimiCode = {
  id: 'kimi-code',
  title: 'Kimi Code CLI',
  docs: 'https://github.com/MoonshotAI/kimi-cli',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places, env }) => [pathIn(env, 'KIMI_CODE_HOME') ?? below(places.home, '.kimi-code'), below(places.home, '.kimi')],
  locations: ({ places, project, env }) => [
    mapFile(below(pathIn(env, 'KIMI_CODE_HOME') ?? below(places.home, '.kimi-code'), 'mcp.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.kimi', 'mcp.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.kimi-code', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({
    type: { at: 'transport', stdio: ['stdio'], http: ['http'], sse: ['sse'], hint: true },
    remoteOnly: ['bearerTokenEnvVar'],
  }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  quirks: ['KIMI_CODE_HOME stands for `~/.kimi-code`', '`~/.kimi` is the folder of the older kimi-cli'],
} satisfies ClientAdapter;
