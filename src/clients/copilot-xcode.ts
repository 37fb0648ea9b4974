import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** GitHub Copilot for Xcode, macOS only. */
export const copilotXcode = {
  id: 'copilot-xcode',
  title: 'GitHub Copilot for Xcode',
  docs: 'https://github.com/github/CopilotForXcode',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.config', 'github-copilot', 'xcode')],
  locations: ({ places }) => [mapFile(below(places.home, '.config', 'github-copilot', 'xcode', 'mcp.json'), 'json', 'user', ['servers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the app' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['the policies of Copilot hold rules about servers, not servers', 'exists on macOS only'],
} satisfies ClientAdapter;
