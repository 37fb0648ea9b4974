import type { ClientAdapter } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { mapFile } from './file-place.ts';
import { below } from './places.ts';

/** Amazon Bedrock Client for Mac: known from one secondary source, so it is only read. */
export const bedrockClient = {
  id: 'bedrock-client',
  title: 'Amazon Bedrock Client for Mac',
  docs: 'https://github.com/aws-samples/amazon-bedrock-client-for-mac',
  docsChecked: '2026-07-22',
  confidence: 'low',
  emptyIsConfiguration: false,
  traces: ({ places }) => [below(places.home, 'Amazon Bedrock Client')],
  locations: ({ places }) => [mapFile(below(places.home, 'Amazon Bedrock Client', 'mcp_config.json'), 'json', 'user', ['mcpServers'])],
  ...entryCodec({}),
  switch: { kind: 'elsewhere', where: 'the application itself' },
  interpolation: [],
  repeated: 'not-known',
  quirks: ['known from one secondary source'],
} satisfies ClientAdapter;
