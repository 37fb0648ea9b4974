import { claudeCode } from './claude-code.ts';
import type { ClientAdapter } from './client.ts';
import { codex } from './codex.ts';
import { mapFile } from './file-place.ts';
import { geminiCli } from './gemini-cli.ts';
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
      mapFile(below(folder, 'codex', 'config.toml'), 'toml', 'user', ['mcp_servers'], { codec: codex }),
      mapFile(below(folder, 'gemini', 'settings.json'), 'json-comments', 'user', ['mcpServers'], { codec: geminiCli }),
    ];
  },
  decode: claudeCode.decode,
  encode: claudeCode.encode,
  values: claudeCode.values,
  envMember: claudeCode.envMember,
  write: claudeCode.write,
  switch: { kind: 'elsewhere', where: 'Xcode › Settings › Intelligence' },
  interpolation: [],
  quirks: [
    'exists on macOS only',
    'entries are spelled as each agent spells them; the local ones of the Claude agent, and what its own switches say, are not looked at',
    'Xcode has a short PATH, so programs are named by absolute paths',
    'the place for Gemini is known from one secondary source',
  ],
} satisfies ClientAdapter;
