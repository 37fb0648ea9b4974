import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, editorFolders, xdgConfig } from './places.ts';
import { rooEntries } from './roo-code.ts';

/** Kilo Code. Program and arguments are one list. */
export const kiloCode = {
  id: 'kilo-code',
  title: 'Kilo Code',
  docs: 'https://kilo.ai/docs/features/mcp/using-in-kilo-code',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'kilo')],
  locations(surroundings) {
    const { project } = surroundings;
    return [
      mapFile(below(xdgConfig(surroundings), 'kilo', 'kilo.jsonc'), 'jsonc', 'user', ['mcp']),
      mapFile(below(xdgConfig(surroundings), 'kilo', 'kilo.json'), 'jsonc', 'user', ['mcp']),
      ...inProject(project, ['kilo.jsonc'], 'jsonc', ['mcp']),
      ...inProject(project, ['kilo.json'], 'jsonc', ['mcp']),
      ...inProject(project, ['.kilo', 'kilo.jsonc'], 'jsonc', ['mcp']),
      ...inProject(project, ['.kilo', 'kilo.json'], 'jsonc', ['mcp']),
      ...editorFolders(surroundings).map((folder) =>
        mapFile(below(folder, 'globalStorage', 'kilocode.kilo-code', 'settings', 'mcp_settings.json'), 'json', 'user', ['mcpServers'], old),
      ),
      ...inProject(project, ['.kilocode', 'mcp.json'], 'json', ['mcpServers'], old),
    ];
  },
  ...entryCodec({
    command: { form: 'argv' },
    env: 'environment',
    cwd: null,
    type: { stdio: ['local'], http: ['remote'], required: 'always' },
  }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  quirks: [
    'an entry that holds `enabled` alone switches an inherited one, and is listed as one without a command',
    'the files of its time as a copy of Roo Code are only read; `disabled` in them is not looked at',
  ],
} satisfies ClientAdapter;

const old = { writable: false, codec: rooEntries };
