import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';

/** The registry of agents of Windows: no file, but a program. */
export const windowsOdr = {
  id: 'windows-odr',
  title: 'Windows on-device agent registry',
  docs: 'https://learn.microsoft.com/en-us/windows/ai/mcp/overview',
  docsChecked: '2026-08-18',
  confidence: 'medium',
  emptyIsConfiguration: false,
  traces: () => [],
  locations: () => [],
  ...entryCodec({ stdioOnly: true }),
  switch: { kind: 'elsewhere', where: 'odr.exe' },
  interpolation: [],
  quirks: ['listed by `odr.exe mcp list`'],
  keptInside: 'servers are registered with Windows; list them with: odr.exe mcp list',
} satisfies ClientAdapter;
