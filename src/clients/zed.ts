import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** Zed. On macOS the file is in `~/.config`, not in Application Support. Servers of extensions have no command: the extension brings the program. */
export const zed = {
  id: 'zed',
  title: 'Zed',
  docs: 'https://zed.dev/docs/ai/mcp',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: true,
  traces(surroundings) {
    const { places } = surroundings;
    return [below(xdgConfig(surroundings), 'zed'), below(places.appConfig, 'Zed')];
  },
  locations(surroundings) {
    const { places, platform, project } = surroundings;
    return [
      ...(platform === 'linux' || platform === 'darwin'
        ? [mapFile(below(xdgConfig(surroundings), 'zed', 'settings.json'), 'jsonc', 'user', ['context_servers'])]
        : []),
      ...(platform === 'win32' ? [mapFile(below(places.appConfig, 'Zed', 'settings.json'), 'jsonc', 'user', ['context_servers'])] : []),
      ...inProject(project, ['.zed', 'settings.json'], 'jsonc', ['context_servers']),
    ];
  },
  ...entryCodec({ cwd: null, remoteOnly: ['oauth'] }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: [],
  repeated: 'not-known',
  quirks: [
    'an entry with `settings` alone belongs to an extension, and is listed as one that cannot be started from here',
    'the older form with a nested `command` is not started by newer versions',
  ],
} satisfies ClientAdapter;
