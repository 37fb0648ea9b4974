import type { ClientAdapter } from './client.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';
import { vscode } from './vscode.ts';

/** VSCodium: another folder, the same files. */
export const vscodium = {
  ...vscode,
  id: 'vscodium',
  title: 'VSCodium',
  docs: 'https://vscodium.com',
  confidence: 'medium',
  quirks: [
    'what is said of Visual Studio Code holds for it, but for the folder; its old settings and its folder for remote work are not looked at',
  ],
  traces: ({ places }) => [below(places.appConfig, 'VSCodium', 'User')],
  locations: ({ places }) => [
    mapFile(below(places.appConfig, 'VSCodium', 'User', 'mcp.json'), 'jsonc', 'user', ['servers']),
    mapFile(below(places.appConfig, 'VSCodium', 'User'), 'jsonc', 'user', ['servers'], { below: ['profiles', '*', 'mcp.json'] }),
  ],
} satisfies ClientAdapter;
