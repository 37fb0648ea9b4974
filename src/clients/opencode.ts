import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** OpenCode. Program and arguments are one list. A project file is merged member by member into the user\'s, so it can change a command alone. */
export const opencode = {
  id: 'opencode',
  title: 'OpenCode',
  docs: 'https://opencode.ai/docs/mcp-servers',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'opencode')],
  locations(surroundings) {
    const { project } = surroundings;
    return [
      mapFile(below(xdgConfig(surroundings), 'opencode', 'opencode.jsonc'), 'jsonc', 'user', ['mcp']),
      mapFile(below(xdgConfig(surroundings), 'opencode', 'opencode.json'), 'jsonc', 'user', ['mcp']),
      mapFile(below(xdgConfig(surroundings), 'opencode', 'config.json'), 'jsonc', 'user', ['mcp']),
      ...inProject(project, ['opencode.jsonc'], 'jsonc', ['mcp']),
      ...inProject(project, ['opencode.json'], 'jsonc', ['mcp']),
      ...inProject(project, ['.opencode', 'opencode.jsonc'], 'jsonc', ['mcp']),
      ...inProject(project, ['.opencode', 'opencode.json'], 'jsonc', ['mcp']),
    ];
  },
  ...entryCodec({
    command: { form: 'argv' },
    env: 'environment',
    type: { stdio: ['local'], http: ['remote'], required: 'always' },
    remoteOnly: ['oauth'],
  }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: ['single-braces'],
  quirks: [
    'OPENCODE_CONFIG and OPENCODE_CONFIG_DIR are not followed yet',
    'an entry that holds `enabled` alone switches an inherited one, and is listed as one without a command',
    '`{file:…}` reads files when the configuration is loaded',
  ],
} satisfies ClientAdapter;
