import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** Continue: YAML, a list of servers that carry their names. A project has one file per server or more. */
export const continueDev = {
  id: 'continue',
  title: 'Continue',
  docs: 'https://docs.continue.dev/customize/deep-dives/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.continue')],
  locations: ({ places, project }) => [
    list(below(places.home, '.continue', 'config.yaml'), 'user'),
    ...(project === null ? [] : dropIns(below(project, '.continue', 'mcpServers'), 'project')),
    ...dropIns(below(places.home, '.continue', 'mcpServers'), 'user'),
  ],
  ...entryCodec({
    type: { stdio: ['stdio'], http: ['streamable-http'], sse: ['sse'], required: 'remote' },
    headers: [['requestOptions', 'headers']],
    remoteOnly: ['apiKey'],
  }),
  switch: { kind: 'elsewhere', where: 'the hub, or by taking the entry out' },
  interpolation: ['secrets'],
  quirks: [
    'names may repeat in the list',
    'configurations of its hub are not listed',
    'the older config.json, a list of another shape, is not read',
    'a JSON drop-in may be one server by itself, named after its file: that is only read',
  ],
} satisfies ClientAdapter;

function list(path: string, scope: 'user' | 'project', more: Partial<ConfigLocation> = {}): ConfigLocation {
  return { path, dialect: 'yaml', writable: true, containers: [{ scope, at: ['mcpServers'], holds: 'list' }], ...more };
}

function dropIns(folder: string, scope: 'user' | 'project'): readonly ConfigLocation[] {
  const json: ConfigLocation = {
    ...{ path: folder, below: ['*.json'], dialect: 'jsonc', writable: true },
    containers: [
      { scope, at: ['mcpServers'] },
      { scope, at: [], holds: 'entry', unless: ['mcpServers'] },
    ],
  };
  return [list(folder, scope, { below: ['*.yaml'] }), list(folder, scope, { below: ['*.yml'] }), json];
}
