import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject } from './file-place.ts';
import { below } from './places.ts';

/** DeepAgents CLI: known from one secondary source, so it is only read. */
export const deepagents = {
  id: 'deepagents',
  title: 'DeepAgents CLI',
  docs: 'https://github.com/langchain-ai/deepagents',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.cwd, '.deepagents', '.mcp.json')],
  locations: ({ project }) => [...inProject(project, ['.deepagents', '.mcp.json'], 'json', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
