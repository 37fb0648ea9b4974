import type { ClientAdapter, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, pathIn, systemFolder } from './places.ts';

/** Qwen Code, a relative of Gemini CLI: `httpUrl` is streamable HTTP, a bare `url` is SSE. */
export const qwenCode = {
  id: 'qwen-code',
  title: 'Qwen Code',
  docs: 'https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/mcp.md',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.qwen')],
  locations: (surroundings) => [
    mapFile(below(surroundings.places.home, '.qwen', 'settings.json'), 'json-comments', 'user', ['mcpServers']),
    ...inProject(surroundings.project, ['.qwen', 'settings.json'], 'json-comments', ['mcpServers']),
    ...systemFiles(surroundings).map((path) => mapFile(path, 'json-comments', 'managed', ['mcpServers'])),
    mapFile(below(surroundings.places.home, '.qwen', 'extensions'), 'json-comments', 'user', ['mcpServers'], {
      writable: false,
      below: ['*', 'qwen-extension.json'],
    }),
  ],
  ...entryCodec({
    urls: [
      { at: 'httpUrl', transport: 'http' },
      { at: 'url', transport: 'sse' },
    ],
    prefers: 'url',
  }),
  switch: { kind: 'names', at: () => ['mcp', 'excluded'] },
  interpolation: ['dollar', 'braces'],
  autoApprove: '`trust: true`',
  quirks: [
    'the names in `mcp.allowed` and `mcp.excluded` may hold `*` and `?`, which are taken literally here; `mcp.allowed` is not looked at',
    'the places of its system files and extensions are those of Gemini CLI under its own name, from secondary sources',
  ],
} satisfies ClientAdapter;

function systemFiles(surroundings: Surroundings): readonly string[] {
  const { env, platform } = surroundings;
  const folder = below(systemFolder(surroundings), platform === 'darwin' ? 'QwenCode' : 'qwen-code');
  return [
    pathIn(env, 'QWEN_CODE_SYSTEM_SETTINGS_PATH') ?? below(folder, 'settings.json'),
    pathIn(env, 'QWEN_CODE_SYSTEM_DEFAULTS_PATH') ?? below(folder, 'system-defaults.json'),
  ];
}
