import type { ClientAdapter, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, editorFolders } from './places.ts';

/** Kilo Code began as a copy, and its old files have this spelling too. */
export const rooEntries = entryCodec({
  type: { stdio: ['stdio'], http: ['streamable-http'], sse: ['sse'], required: 'remote' },
  untyped: { refused: 'a `url` needs a `type` (sse or streamable-http)' },
});

/** Roo Code, discontinued in May 2026; its files are still found. */
export const rooCode = {
  id: 'roo-code',
  title: 'Roo Code',
  docs: 'https://github.com/RooCodeInc/Roo-Code',
  docsChecked: '2026-05-31',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => extensionFolders(surroundings),
  locations: (surroundings) => [
    ...extensionFolders(surroundings).map((folder) =>
      mapFile(below(folder, 'settings', 'mcp_settings.json'), 'json', 'user', ['mcpServers']),
    ),
    ...inProject(surroundings.project, ['.roo', 'mcp.json'], 'json', ['mcpServers']),
  ],
  ...rooEntries,
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['env', 'folders'],
  autoApprove: '`alwaysAllow`',
  quirks: [
    'discontinued in May 2026',
    'of two servers with one name the one of the project counts',
    'its followers under other names are not known here',
  ],
} satisfies ClientAdapter;

function extensionFolders(surroundings: Surroundings): readonly string[] {
  return editorFolders(surroundings).map((folder) => below(folder, 'globalStorage', 'rooveterinaryinc.roo-cline'));
}
