import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, editorFolders } from './places.ts';

/** Augment Code (Auggie). */
export const augment = {
  id: 'augment',
  title: 'Augment',
  docs: 'https://docs.augmentcode.com/cli/integrations',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.augment')],
  locations: (surroundings) => [
    mapFile(below(surroundings.places.home, '.augment', 'settings.json'), 'json', 'user', ['mcpServers']),
    ...inProject(surroundings.project, ['.augment', 'settings.json'], 'json', ['mcpServers']),
    ...inProject(surroundings.project, ['.augment', 'settings.local.json'], 'json', ['mcpServers']),
    ...editorFolders(surroundings).map((folder) => extensionList(below(folder, 'settings.json'))),
  ],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['the older list of the editor extension lies in the settings of the editor and is only read; the newer one is kept inside'],
} satisfies ClientAdapter;

function extensionList(path: string): ConfigLocation {
  const at = ['augment.advanced', 'mcpServers'];
  return { path, dialect: 'jsonc', writable: false, containers: [{ scope: 'user', at, holds: 'list' }] };
}
