import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { below } from './places.ts';

/** Cherry Studio keeps servers in the store of the app; the shape is that of its install links. */
export const cherryStudio = {
  id: 'cherry-studio',
  title: 'Cherry Studio',
  docs: 'https://docs.cherry-ai.com',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'CherryStudio')],
  locations: () => [],
  ...entryCodec({
    urls: [{ at: 'baseUrl' }, { at: 'url' }],
    type: { stdio: ['stdio'], http: ['streamableHttp'], sse: ['sse'], hint: true },
  }),
  switch: { kind: 'member', at: ['isActive'], off: false },
  interpolation: [],
  quirks: ['where the store lies on disk is not verified'],
  keptInside:
    'servers are kept in the store of the app; look at them in Settings › MCP Servers, or add one with a cherrystudio://mcp/install link',
} satisfies ClientAdapter;
