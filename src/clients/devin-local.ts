import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** Devin on this machine (CLI and Desktop). */
export const devinLocal = {
  id: 'devin-local',
  title: 'Devin',
  docs: 'https://docs.devin.ai',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces(surroundings) {
    const { places } = surroundings;
    return [below(xdgConfig(surroundings), 'devin'), below(places.appConfig, 'devin')];
  },
  locations(surroundings) {
    const { places, platform, project } = surroundings;
    return [
      ...(platform === 'linux' || platform === 'darwin'
        ? [mapFile(below(xdgConfig(surroundings), 'devin', 'mcp_config.json'), 'json', 'user', ['mcpServers'])]
        : []),
      ...(platform === 'win32' ? [mapFile(below(places.appConfig, 'devin', 'mcp_config.json'), 'json', 'user', ['mcpServers'])] : []),
      ...inProject(project, ['.devin', 'mcp_config.json'], 'json', ['mcpServers']),
      ...inProject(project, ['.devin', 'mcp_config.local.json'], 'json', ['mcpServers']),
      ...inProject(project, ['.devin', 'config.json'], 'json', ['mcpServers'], { writable: false }),
    ];
  },
  ...entryCodec({ urls: [{ at: 'serverUrl' }, { at: 'url' }], cwd: null }),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['the place on Windows is not verified'],
} satisfies ClientAdapter;
