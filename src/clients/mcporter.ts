import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** MCPorter. It can import the servers of other clients (`imports`), which are listed there. */
export const mcporter = {
  id: 'mcporter',
  title: 'MCPorter',
  docs: 'https://github.com/steipete/mcporter',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.mcporter')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.mcporter', 'mcporter.json'), 'jsonc', 'user', ['mcpServers']),
    mapFile(below(places.home, '.mcporter', 'mcporter.jsonc'), 'jsonc', 'user', ['mcpServers']),
    ...inProject(project, ['config', 'mcporter.json'], 'jsonc', ['mcpServers']),
  ],
  ...entryCodec({
    command: { form: 'text-or-argv' },
    urls: [{ at: 'baseUrl' }, { at: 'url' }, { at: 'serverUrl' }],
    cwd: null,
    remoteOnly: ['bearerToken', 'bearerTokenEnv', 'auth'],
  }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: ['braces-default', 'powershell'],
  quirks: ['`imports` pulls in the servers of other clients'],
} satisfies ClientAdapter;
