import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Cline (editor extension and CLI). The file of the extension before the shared one is still read. Strict JSON: a comment makes the whole file unreadable for it. */
export const cline = {
  id: 'cline',
  title: 'Cline',
  docs: 'https://docs.cline.bot/mcp/configuring-mcp-servers',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [
    below(places.home, '.cline'),
    below(places.appConfig, 'Code', 'User', 'globalStorage', 'saoudrizwan.claude-dev'),
  ],
  locations: ({ places }) => [
    mapFile(below(places.home, '.cline', 'data', 'settings', 'cline_mcp_settings.json'), 'json', 'user', ['mcpServers']),
    mapFile(
      below(places.appConfig, 'Code', 'User', 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json'),
      'json',
      'user',
      ['mcpServers'],
    ),
    mapFile(
      below(places.appConfig, 'Code - Insiders', 'User', 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json'),
      'json',
      'user',
      ['mcpServers'],
    ),
    mapFile(
      below(places.appConfig, 'Cursor', 'User', 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json'),
      'json',
      'user',
      ['mcpServers'],
    ),
  ],
  ...entryCodec({ type: { stdio: ['stdio'], http: ['streamableHttp', 'http'], sse: ['sse'], required: 'remote' }, untyped: 'sse' }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['env'],
  autoApprove: '`autoApprove`',
  quirks: ['the older nested form (`transport: {…}`) is not understood', 'placeholders in env and headers are not verified'],
} satisfies ClientAdapter;
