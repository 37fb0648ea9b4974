import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** VT Code: TOML, a list of tables. Known from secondary sources, so it is only read. */
export const vtcode = {
  id: 'vtcode',
  title: 'VT Code',
  docs: 'https://github.com/vinhnx/vtcode',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.vtcode')],
  locations: ({ places, project }) => [
    list(below(places.home, '.vtcode', 'vtcode.toml'), 'user'),
    ...(project === null ? [] : [list(below(project, 'vtcode.toml'), 'project')]),
  ],
  ...entryCodec({ urls: [{ at: 'endpoint' }, { at: 'url' }] }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  quirks: ['known from secondary sources', '`[mcp] enabled`, which switches all of them, is not looked at', 'names may repeat in the list'],
} satisfies ClientAdapter;

function list(path: string, scope: 'user' | 'project'): ConfigLocation {
  return { path, dialect: 'toml', writable: false, containers: [{ scope, at: ['mcp', 'providers'], holds: 'list' }] };
}
