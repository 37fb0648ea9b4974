import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** AnythingLLM Desktop. A `url` without a type is SSE. */
export const anythingllm = {
  id: 'anythingllm',
  title: 'AnythingLLM',
  docs: 'https://docs.anythingllm.com/mcp-compatibility/overview',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.appConfig, 'anythingllm-desktop')],
  locations: ({ places }) => [
    mapFile(below(places.appConfig, 'anythingllm-desktop', 'storage', 'plugins', 'anythingllm_mcp_servers.json'), 'json', 'user', [
      'mcpServers',
    ]),
  ],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['streamable', 'http'], sse: ['sse'], required: 'remote' }, untyped: 'sse' }),
  switch: { kind: 'member', at: ['anythingllm', 'autoStart'], off: false },
  interpolation: [],
  quirks: ['STORAGE_DIR of a server installation is not followed: other programs use a variable of this name too'],
} satisfies ClientAdapter;
