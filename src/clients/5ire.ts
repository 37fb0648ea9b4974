import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** 5ire. Current versions keep servers in a database of their own; the file of older ones, a map or a list before that, is still found. */
export const fiveIre = {
  id: '5ire',
  title: '5ire',
  docs: 'https://github.com/nanbingxyz/5ire',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, '5ire')],
  locations: ({ places }) => [
    {
      ...{ path: below(places.appConfig, '5ire', 'mcp.json'), dialect: 'json', writable: false },
      containers: [
        { scope: 'user', at: ['mcpServers'] },
        { scope: 'user', at: ['servers'], holds: 'list', nameAt: 'key' },
      ],
    },
  ],
  ...entryCodec({ cwd: null }),
  switch: { kind: 'member', at: ['isActive'], off: false },
  interpolation: [],
  quirks: ['the file of older versions is only read: what current ones take over from it, they keep in their database'],
  keptInside:
    'current versions keep servers in a database of the app; look at them in its Tools page, or add one with an app.5ire://install-tool link',
} satisfies ClientAdapter;
