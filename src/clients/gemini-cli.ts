import type { ClientAdapter, Surroundings } from './client.ts';
import { isListed } from './enabled-names.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, pathIn, systemFolder } from './places.ts';

/** Gemini CLI. The address counts before the command; `httpUrl` before `url`. Comments are read, trailing commas are not. */
export const geminiCli = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  docs: 'https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(geminiFolder(surroundings), 'settings.json')],
  locations: (surroundings) => [
    mapFile(below(geminiFolder(surroundings), 'settings.json'), 'json-comments', 'user', ['mcpServers']),
    ...inProject(surroundings.project, ['.gemini', 'settings.json'], 'json-comments', ['mcpServers']),
    ...systemFiles(surroundings).map((path) => mapFile(path, 'json-comments', 'managed', ['mcpServers'])),
    mapFile(below(geminiFolder(surroundings), 'extensions'), 'json-comments', 'user', ['mcpServers'], {
      writable: false,
      below: ['*', 'gemini-extension.json'],
    }),
  ],
  ...entryCodec({
    urls: [{ at: 'httpUrl', transport: 'http' }, { at: 'url' }],
    type: { http: ['http'], sse: ['sse'], hint: true },
    prefers: 'url',
    remoteOnly: ['oauth', 'authProviderType', 'targetAudience', 'targetServiceAccount'],
  }),
  switch: { kind: 'names', at: () => ['mcp', 'excluded'] },
  enabledIn: (document, rawPath) => isListed(document, ['mcp', 'allowed'], rawPath),
  interpolation: ['dollar', 'braces-default'],
  autoApprove: '`trust: true`',
  quirks: [
    '`mcp.allowed` and `mcp.excluded` count in the file that holds them; the files are not merged here',
    'what was switched off with `/mcp disable` is kept in mcp-server-enablement.json, and is not looked at',
    'it advises against `_` in names, because it parses the names of tools there',
    'on Windows `%VAR%` is filled in as well',
    'extensions bring servers of their own, which are only read; a project may not set `trust` for them',
  ],
} satisfies ClientAdapter;

/** The variable stands for the home folder, not for `.gemini` in it. */
function geminiFolder({ places, env }: Surroundings): string {
  return below(pathIn(env, 'GEMINI_CLI_HOME') ?? places.home, '.gemini');
}

function systemFiles(surroundings: Surroundings): readonly string[] {
  const { env, platform } = surroundings;
  const folder = below(systemFolder(surroundings), platform === 'darwin' ? 'GeminiCli' : 'gemini-cli');
  return [
    pathIn(env, 'GEMINI_CLI_SYSTEM_SETTINGS_PATH') ?? below(folder, 'settings.json'),
    pathIn(env, 'GEMINI_CLI_SYSTEM_DEFAULTS_PATH') ?? below(folder, 'system-defaults.json'),
  ];
}
