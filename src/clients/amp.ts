import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile, pluginFiles } from './file-place.ts';
import { below, editorFolders, systemFolder, xdgConfig } from './places.ts';

/** Amp. `amp.mcpServers` is one member name with a dot in it. */
export const amp = {
  id: 'amp',
  title: 'Amp',
  docs: 'https://ampcode.com/manual',
  docsChecked: '2026-08-21',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces(surroundings) {
    const { places } = surroundings;
    return [below(xdgConfig(surroundings), 'amp'), below(places.appConfig, 'amp')];
  },
  locations(surroundings) {
    const { places, platform, project } = surroundings;
    return [
      mapFile(below(xdgConfig(surroundings), 'amp', 'settings.json'), 'jsonc', 'user', ['amp.mcpServers']),
      mapFile(below(xdgConfig(surroundings), 'amp', 'settings.jsonc'), 'jsonc', 'user', ['amp.mcpServers']),
      ...(platform === 'win32' ? [mapFile(below(places.appConfig, 'amp', 'settings.json'), 'jsonc', 'user', ['amp.mcpServers'])] : []),
      ...inProject(project, ['.amp', 'settings.json'], 'jsonc', ['amp.mcpServers']),
      ...inProject(project, ['.amp', 'settings.jsonc'], 'jsonc', ['amp.mcpServers']),
      ...editorFolders(surroundings).map((folder) => mapFile(below(folder, 'settings.json'), 'jsonc', 'user', ['amp.mcpServers'])),
      mapFile(below(systemFolder(surroundings), 'ampcode', 'managed-settings.json'), 'jsonc', 'managed', ['amp.mcpServers']),
      pluginFiles(below(xdgConfig(surroundings), 'amp', 'skills'), ['*', 'mcp.json'], 'user'),
      pluginFiles(below(xdgConfig(surroundings), 'agents', 'skills'), ['*', 'mcp.json'], 'user'),
      ...(project === null ? [] : [pluginFiles(below(project, '.agents', 'skills'), ['*', 'mcp.json'], 'project')]),
    ];
  },
  ...entryCodec({ cwd: null }),
  switch: { kind: 'elsewhere', where: 'amp.mcpPermissions' },
  interpolation: ['braces'],
  autoApprove: '`amp.mcpTrustedServers`',
  quirks: [
    'placeholders are not verified',
    'skills bring servers in an mcp.json of theirs, which is only read; their folders are not verified',
    'servers of a project need `amp mcp approve`',
  ],
} satisfies ClientAdapter;
