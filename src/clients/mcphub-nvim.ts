import type { ClientAdapter, ConfigLocation } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below, xdgConfig } from './places.ts';

/**
 * mcphub.nvim. JSON5 for its hub; Neovim's own side reads it as strict JSON unless a JSON5 parser is set, so what is
 * written is plain JSON. Where a file has `servers`, as Visual Studio Code spells it, `mcpServers` does not count.
 */
export const mcphubNvim = {
  id: 'mcphub-nvim',
  title: 'mcphub.nvim',
  docs: 'https://ravitemer.github.io/mcphub.nvim/mcp/servers_json.html',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [below(xdgConfig(surroundings), 'mcphub')],
  locations: (surroundings) => [
    file(below(xdgConfig(surroundings), 'mcphub', 'servers.json'), 'user'),
    ...(surroundings.project === null ? [] : [file(below(surroundings.project, '.mcphub', 'servers.json'), 'project')]),
  ],
  ...entryCodec({}),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['dollar', 'braces', 'env', 'folders', 'input', 'cmd'],
  autoApprove: '`autoApprove`',
  quirks: [
    'a variable of an entry that is null or empty comes from its own environment',
    '`${cmd: …}` is executed when the file is loaded',
    'its `config` option moves the file, which is not followed: name the file with --config mcphub-nvim=FILE',
    '`.vscode/mcp.json` and `.cursor/mcp.json` of a project are read by it too, and listed under those clients',
    'its place on Windows is not documented',
  ],
} satisfies ClientAdapter;

function file(path: string, scope: 'user' | 'project'): ConfigLocation {
  const containers = [
    { scope, at: ['mcpServers'], unless: ['servers'] },
    { scope, at: ['servers'] },
  ];
  return { path, dialect: 'json5', writable: true, containers };
}
