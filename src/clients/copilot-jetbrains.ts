import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, xdgConfig } from './places.ts';

/** GitHub Copilot in JetBrains IDEs. Headers are nested under `requestInit`. */
export const copilotJetbrains = {
  id: 'copilot-jetbrains',
  title: 'GitHub Copilot for JetBrains',
  docs: 'https://docs.github.com/en/copilot/how-tos/provide-context/use-mcp/extend-copilot-chat-with-mcp',
  docsChecked: '2026-08-21',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces(surroundings) {
    const { places } = surroundings;
    return [below(xdgConfig(surroundings), 'github-copilot', 'intellij'), below(places.appData, 'github-copilot', 'intellij')];
  },
  locations(surroundings) {
    const { places, platform } = surroundings;
    return [
      ...(platform === 'linux' || platform === 'darwin'
        ? [mapFile(below(xdgConfig(surroundings), 'github-copilot', 'intellij', 'mcp.json'), 'json', 'user', ['servers'])]
        : []),
      ...(platform === 'win32' || platform === 'darwin'
        ? [mapFile(below(places.appData, 'github-copilot', 'intellij', 'mcp.json'), 'json', 'user', ['servers'])]
        : []),
    ];
  },
  ...entryCodec({ headers: [['requestInit', 'headers']], remoteOnly: ['requestInit'] }),
  switch: { kind: 'elsewhere', where: 'the IDE settings' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['the policies of Copilot hold rules about servers, not servers', 'two places are reported on macOS; both are read'],
} satisfies ClientAdapter;
