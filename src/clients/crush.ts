import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** Crush. `crushrc` is a script that Crush executes: it is neither read nor written here. */
export const crush = {
  id: 'crush',
  title: 'Crush',
  docs: 'https://github.com/charmbracelet/crush',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'crush')],
  locations(surroundings) {
    const { project } = surroundings;
    return [
      mapFile(below(xdgConfig(surroundings), 'crush', 'crush.json'), 'json', 'user', ['mcp']),
      ...inProject(project, ['crush.json'], 'json', ['mcp']),
      ...inProject(project, ['.crush.json'], 'json', ['mcp']),
    ];
  },
  ...entryCodec({
    cwd: null,
    type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'always' },
    remoteOnly: ['oauth', 'oauth_client_id', 'oauth_client_secret', 'oauth_callback_port'],
  }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['dollar', 'braces', 'shell'],
  quirks: ['`$(…)` in a value is executed when the file is loaded', 'servers in a `crushrc` are not listed'],
} satisfies ClientAdapter;
