import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** Reasonix: known from one secondary source, so it is only read. */
export const reasonix = {
  id: 'reasonix',
  title: 'Reasonix',
  docs: 'https://github.com/reasonix',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.reasonix'), below(places.appConfig, 'reasonix')],
  locations: ({ places, platform, project }) => [
    ...(platform === 'win32' ? [list(below(places.appConfig, 'reasonix', 'config.toml'), 'user')] : []),
    list(below(places.home, '.reasonix', 'config.toml'), 'user'),
    ...(project === null ? [] : [list(below(project, 'reasonix.toml'), 'project')]),
  ],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source', 'the members of an entry are not verified', 'names may repeat in the list'],
} satisfies ClientAdapter;

function list(path: string, scope: 'user' | 'project'): ConfigLocation {
  return { path, dialect: 'toml', writable: false, containers: [{ scope, at: ['plugins'], holds: 'list' }] };
}
