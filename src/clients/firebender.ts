import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Firebender: one secondary source, so it is only read. */
export const firebender = {
  id: 'firebender',
  title: 'Firebender',
  docs: 'https://docs.firebender.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.firebender')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.firebender', 'firebender.json'), 'json', 'user', ['mcpServers']),
    ...inProject(project, ['firebender.json'], 'json', ['mcpServers']),
  ],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
