import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Roo Code, discontinued in May 2026; its files are still found. */
export const rooCode = {
  id: 'roo-code',
  title: 'Roo Code',
  docs: 'https://github.com/RooCodeInc/Roo-Code',
  docsChecked: '2026-05-31',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'Code', 'User', 'globalStorage', 'rooveterinaryinc.roo-cline')],
  locations: ({ places, project }) => [
    mapFile(
      below(places.appConfig, 'Code', 'User', 'globalStorage', 'rooveterinaryinc.roo-cline', 'settings', 'mcp_settings.json'),
      'json',
      'user',
      ['mcpServers'],
    ),
    ...inProject(project, ['.roo', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({
    type: { stdio: ['stdio'], http: ['streamable-http'], sse: ['sse'], required: 'remote' },
    untyped: { refused: 'a `url` needs a `type` (sse or streamable-http)' },
  }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['env', 'folders'],
  autoApprove: '`alwaysAllow`',
  quirks: ['discontinued in May 2026'],
} satisfies ClientAdapter;
