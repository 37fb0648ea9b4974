import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Visual Studio. It also reads the files of Visual Studio Code and Cursor in a solution, which are listed there. */
export const visualStudio = {
  id: 'visual-studio',
  title: 'Visual Studio',
  docs: 'https://learn.microsoft.com/en-us/visualstudio/ide/mcp-servers',
  docsChecked: '2025-11-30',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.mcp.json')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.mcp.json'), 'jsonc', 'user', ['servers']),
    ...inProject(project, ['.vs', 'mcp.json'], 'jsonc', ['servers']),
    ...inProject(project, ['.mcp.json'], 'jsonc', ['servers']),
  ],
  ...entryCodec({ type: { stdio: ['stdio'], http: ['http', 'streamable-http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the tool picker' },
  interpolation: ['input', 'env'],
  quirks: [
    'exists on Windows only',
    '`.vscode/mcp.json` and `.cursor/mcp.json` of a solution are read by it too, and listed under those clients',
    'a root .mcp.json may carry `servers` for it and `mcpServers` for Claude Code',
  ],
} satisfies ClientAdapter;
