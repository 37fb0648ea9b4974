import type { ClientAdapter, ConfigLocation } from './client.ts';
import type { Dialect } from './edit/edit-engine.ts';
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
    ...(project === null ? [] : dropIns(below(project, '.continue', 'mcpServers'))),
  ],
  ...entryCodec({
    type: { stdio: ['stdio'], http: ['streamable-http'], sse: ['sse'], required: 'remote' },
    headers: [['requestOptions', 'headers']],
    remoteOnly: ['apiKey'],
  }),
  switch: { kind: 'elsewhere', where: 'the hub, or by taking the entry out' },
  interpolation: ['secrets'],
  quirks: ['names may repeat in the list', 'configurations of its hub are not listed', 'the older config.json is not read'],
} satisfies ClientAdapter;

function list(path: string, scope: 'user' | 'project', more: Partial<ConfigLocation> = {}): ConfigLocation {
  return { path, dialect: 'yaml', writable: true, containers: [{ scope, at: ['mcpServers'], holds: 'list' }], ...more };
}

function dropIns(folder: string): readonly ConfigLocation[] {
  const map = (dialect: Dialect, pattern: string): ConfigLocation => ({
    ...{ path: folder, below: [pattern], dialect, writable: true },
    containers: [{ scope: 'project', at: ['mcpServers'] }],
  });
  return [list(folder, 'project', { below: ['*.yaml'] }), list(folder, 'project', { below: ['*.yml'] }), map('jsonc', '*.json')];
}
