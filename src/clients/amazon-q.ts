import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Amazon Q Developer (CLI and IDE). Agent files are read only. */
export const amazonQ = {
  id: 'amazon-q',
  title: 'Amazon Q Developer',
  docs: 'https://docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/command-line-mcp.html',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, '.aws', 'amazonq')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.aws', 'amazonq', 'mcp.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.aws', 'amazonq', 'default.json'), 'json', 'user', ['mcpServers']),
    mapFile(below(places.home, '.aws', 'amazonq', 'agents', 'default.json'), 'json', 'user', ['mcpServers'], { writable: false }),
    mapFile(below(places.home, '.aws', 'amazonq', 'cli-agents'), 'json', 'user', ['mcpServers'], { writable: false, below: ['*.json'] }),
    ...inProject(project, ['.amazonq', 'mcp.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.amazonq', 'default.json'], 'json', ['mcpServers']),
    ...inProject(project, ['.amazonq', 'agents', 'default.json'], 'json', ['mcpServers'], { writable: false }),
    ...inProject(project, ['.amazonq', 'cli-agents'], 'json', ['mcpServers'], { writable: false, below: ['*.json'] }),
  ],
  ...entryCodec({ cwd: null, type: { stdio: ['stdio'], http: ['http'], hint: true } }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['env'],
  repeated: 'not-known',
  quirks: [
    'the CLI was followed by the Kiro CLI',
    'agents bring servers in files of their own, which are only read; one with `useLegacyMcpJson: false` leaves the others out',
  ],
} satisfies ClientAdapter;
