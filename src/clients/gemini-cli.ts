import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Gemini CLI. The address counts before the command; `httpUrl` before `url`. Comments are read, trailing commas are not. */
export const geminiCli = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  docs: 'https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.gemini', 'settings.json')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.gemini', 'settings.json'), 'json-comments', 'user', ['mcpServers']),
    ...inProject(project, ['.gemini', 'settings.json'], 'json-comments', ['mcpServers']),
  ],
  ...entryCodec({
    urls: [{ at: 'httpUrl', transport: 'http' }, { at: 'url' }],
    type: { http: ['http'], sse: ['sse'], hint: true },
    prefers: 'url',
    remoteOnly: ['oauth', 'authProviderType', 'targetAudience', 'targetServiceAccount'],
  }),
  switch: { kind: 'names', at: () => ['mcp', 'excluded'] },
  interpolation: ['dollar', 'braces-default'],
  autoApprove: '`trust: true`',
  quirks: [
    'GEMINI_CLI_HOME is not followed yet',
    '`mcp.allowed` is not looked at',
    'extensions bring servers of their own, which are not listed',
  ],
} satisfies ClientAdapter;
