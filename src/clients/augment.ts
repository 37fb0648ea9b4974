import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Augment Code (Auggie). */
export const augment = {
  id: 'augment',
  title: 'Augment',
  docs: 'https://docs.augmentcode.com/cli/integrations',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.augment')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.augment', 'settings.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['.augment', 'settings.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.augment', 'settings.local.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['the list of the editor extension is kept in the settings of the editor and is not listed'],
} satisfies ClientAdapter;
