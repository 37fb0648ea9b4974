import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';

/** GitHub Copilot for Eclipse: servers are text inside the preferences of a workspace. */
export const copilotEclipse = {
  id: 'copilot-eclipse',
  title: 'GitHub Copilot for Eclipse',
  docs: 'https://github.com/microsoft/copilot-for-eclipse',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: () => [],
  locations: () => [],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the preferences' },
  interpolation: [],
  quirks: ['the JSON is escaped inside a .prefs file of each workspace'],
  keptInside: 'servers are kept in the preferences of each Eclipse workspace; look at them in Preferences › GitHub Copilot › MCP',
} satisfies ClientAdapter;
