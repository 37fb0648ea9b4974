import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';

/** Open WebUI: remote servers only, in the database of the deployment. Local ones come through mcpo. */
export const openWebui = {
  id: 'open-webui',
  title: 'Open WebUI',
  docs: 'https://docs.openwebui.com',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: () => [],
  locations: () => [],
  ...entryCodec({ type: { http: ['mcp'], other: ['openapi'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'Admin Settings › External Tools' },
  interpolation: [],
  quirks: [
    'TOOL_SERVER_CONNECTIONS of the deployment may hold servers as well, and is not looked at',
    'it starts no local servers; mcpo does that for it',
  ],
  keptInside: 'servers are kept in the database of the deployment; look at them in Admin Settings › External Tools',
} satisfies ClientAdapter;
