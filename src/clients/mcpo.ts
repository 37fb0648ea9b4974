import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';

/** mcpo reads the file that it is started with, so it has no place of its own: `pinfold list --config mcpo=FILE`. */
export const mcpo = {
  id: 'mcpo',
  title: 'mcpo',
  docs: 'https://github.com/open-webui/mcpo',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: () => [],
  locations: () => [],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['streamable-http'], sse: ['sse'], hint: true } }),
  switch: { kind: 'elsewhere', where: 'the file it was started with' },
  interpolation: [],
  quirks: ['comments as in its README do not parse'],
  keptInside: 'it reads the file it is started with; name that file with --config mcpo=FILE',
} satisfies ClientAdapter;
