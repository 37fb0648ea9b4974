import type { ClientAdapter } from './client.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';
import { oldSettings, vscode } from './vscode.ts';

/** Visual Studio Code Insiders: another folder, the same files. Those of a project are listed under Visual Studio Code. */
export const vscodeInsiders = {
  ...vscode,
  id: 'vscode-insiders',
  title: 'Visual Studio Code Insiders',
  traces: ({ places }) => [below(places.appConfig, 'Code - Insiders', 'User')],
  locations: ({ places }) => {
    const user = below(places.appConfig, 'Code - Insiders', 'User');
    return [
      mapFile(below(user, 'mcp.json'), 'jsonc', 'user', ['servers']),
      mapFile(user, 'jsonc', 'user', ['servers'], { below: ['profiles', '*', 'mcp.json'] }),
      oldSettings(below(user, 'settings.json'), 'user'),
      mapFile(below(places.home, '.vscode-server-insiders', 'data', 'User', 'mcp.json'), 'jsonc', 'user', ['servers']),
    ];
  },
} satisfies ClientAdapter;
