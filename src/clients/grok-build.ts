import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Grok Build (Grok CLI): TOML. It reads the files of Claude Code and Cursor as well, which are listed there. */
export const grokBuild = {
  id: 'grok-build',
  title: 'Grok Build',
  docs: 'https://docs.x.ai',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: true,
  traces: ({ places }) => [below(places.home, '.grok')],
  locations: ({ places, project }) => [
    mapFile(below(places.home, '.grok', 'config.toml'), 'toml', 'user', ['mcp_servers']),
    ...inProject(project, ['.grok', 'config.toml'], 'toml', ['mcp_servers']),
  ],
  ...entryCodec({ cwd: null }),
  switch: { kind: 'member', at: ['enabled'], off: false },
  interpolation: ['braces'],
  quirks: ['how an entry is switched off is known from one secondary source'],
} satisfies ClientAdapter;
