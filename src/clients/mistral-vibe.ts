import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** Mistral Vibe: TOML, a list of tables `[[mcp_servers]]` that carry their names. */
export const mistralVibe = {
  id: 'mistral-vibe',
  title: 'Mistral Vibe',
  docs: 'https://github.com/mistralai/mistral-vibe',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: true,
  traces: ({ places }) => [below(places.home, '.vibe')],
  locations: ({ places, project }) => [
    listFile(below(places.home, '.vibe', 'config.toml'), 'user'),
    ...(project === null ? [] : [listFile(below(project, '.vibe', 'config.toml'), 'project')]),
  ],
  ...entryCodec({
    command: { form: 'text-or-argv' },
    cwd: null,
    type: { at: 'transport', stdio: ['stdio'], http: ['streamable-http', 'http'], required: 'always' },
    remoteOnly: ['api_key_env', 'api_key_header', 'api_key_format', 'auth'],
  }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: [],
  quirks: ['how an entry is switched off is known from one secondary source', 'names may repeat in the list'],
} satisfies ClientAdapter;

function listFile(path: string, scope: 'user' | 'project'): ConfigLocation {
  return { path, dialect: 'toml', writable: true, containers: [{ scope, at: ['mcp_servers'], holds: 'list' }] };
}
