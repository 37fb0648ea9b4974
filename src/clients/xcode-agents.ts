import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** The agents that Xcode brings (Claude Agent, Codex, Gemini): their own files in a folder of Xcode. */
export const xcodeAgents = {
  id: 'xcode-agents',
  title: 'Agents of Xcode',
  docs: 'https://developer.apple.com/documentation/xcode',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, 'Library', 'Developer', 'Xcode', 'CodingAssistant')],
  locations: ({ places }) => {
    const folder = below(places.home, 'Library', 'Developer', 'Xcode', 'CodingAssistant');
    return [
      mapFile(below(folder, 'ClaudeAgentConfig', '.claude.json'), 'json', 'user', ['mcpServers']),
      mapFile(below(folder, 'codex', 'config.toml'), 'toml', 'user', ['mcp_servers']),
      mapFile(below(folder, 'gemini', 'settings.json'), 'json-comments', 'user', ['mcpServers']),
    ];
  },
  ...entryCodec({
    type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true, required: 'remote' },
    headers: [['headers'], ['http_headers'], ['env_http_headers']],
  }),
  switch: { kind: 'elsewhere', where: 'Xcode › Settings › Intelligence' },
  interpolation: [],
  quirks: [
    'exists on macOS only',
    'Xcode has a short PATH, so programs are named by absolute paths',
    'the place for Gemini is known from one secondary source',
  ],
} satisfies ClientAdapter;
