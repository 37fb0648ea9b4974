import type { ClientAdapter, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below, pathIn } from './places.ts';

/** OpenClaw: JSON5. */
export const openclaw = {
  id: 'openclaw',
  title: 'OpenClaw',
  docs: 'https://docs.openclaw.ai/cli/mcp',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: (surroundings) => [configFile(surroundings), stateFolder(surroundings)],
  locations: (surroundings) => [mapFile(configFile(surroundings), 'json5', 'user', ['mcp', 'servers'])],
  ...entryCodec({
    type: { at: 'transport', stdio: ['stdio'], http: ['streamable-http'], sse: ['sse'], hint: true },
    untyped: 'sse',
    remoteOnly: ['auth'],
  }),
  switch: { kind: 'elsewhere', where: 'openclaw mcp unset' },
  interpolation: ['braces'],
  quirks: [
    'OPENCLAW_CONFIG_PATH names the file, OPENCLAW_STATE_DIR its folder',
    'files that `$include` brings in, servers of its plugins, and the folders of its earlier names are not listed',
    '`workingDirectory`, another word for `cwd`, is kept and not listed',
    'placeholders, a member that switches an entry off, and that an address without a transport is SSE, are not verified',
  ],
} satisfies ClientAdapter;

function stateFolder({ places, env }: Surroundings): string {
  return pathIn(env, 'OPENCLAW_STATE_DIR') ?? below(places.home, '.openclaw');
}

function configFile(surroundings: Surroundings): string {
  return pathIn(surroundings.env, 'OPENCLAW_CONFIG_PATH') ?? below(stateFolder(surroundings), 'openclaw.json');
}
