import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** LM Studio: the notation of Cursor. */
export const lmStudio = {
  id: 'lm-studio',
  title: 'LM Studio',
  docs: 'https://lmstudio.ai/docs/app/mcp',
  docsChecked: '2026-05-31',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.lmstudio'), below(places.home, '.cache', 'lm-studio')],
  locations: ({ places }) => [
    mapFile(below(places.home, '.lmstudio', 'mcp.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.cache', 'lm-studio', 'mcp.json'), 'json', 'user', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null }),
  switch: { kind: 'elsewhere', where: 'the Program tab' },
  interpolation: [],
  quirks: ['the second place is that of old versions'],
} satisfies ClientAdapter;
