import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

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
    ];
  },
  ...entryCodec({ cwd: null }),
  switch: { kind: 'elsewhere', where: 'amp.mcpPermissions' },
  interpolation: ['braces'],
  autoApprove: '`amp.mcpTrustedServers`',
  quirks: ['placeholders are not verified', 'servers of a project need `amp mcp approve`'],
} satisfies ClientAdapter;
