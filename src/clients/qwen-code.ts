import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Qwen Code, a relative of Gemini CLI: `httpUrl` is streamable HTTP, a bare `url` is SSE. */
export const qwenCode = {
  id: 'qwen-code',
  title: 'Qwen Code',
  docs: 'https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/mcp.md',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.qwen')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.qwen', 'settings.json'), 'json-comments', 'user', ['mcpServers']),
    ...inProject(project, ['.qwen', 'settings.json'], 'json-comments', ['mcpServers']),
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
  quirks: ['its system layers are not verified'],
} satisfies ClientAdapter;
