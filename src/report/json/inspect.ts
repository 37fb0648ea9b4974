import { z } from 'zod';
import type { Inspection } from '../../model/results.ts';
import { withMessage } from '../findings.ts';
import { findingSchema, schemaVersion } from './common.ts';

const count = z.number().int();

/** What `inspect --json` prints. */
export const inspectSchema = z.object({
  schemaVersion,
  source: z.string().describe('the file as it was typed; `-` is standard input'),
  servers: z.array(
    z.object({
      name: z.string().nullable(),
      items: z.object({ tools: count, prompts: count, resources: count, resourceTemplates: count }),
      findings: z.array(findingSchema),
    }),
  ),
  strayLines: z.array(count).describe('lines of a transcript that are no JSON and were not read'),
});

/** The document of an inspection. */
export function inspectDocument({ source, servers, strayLines }: Inspection): z.infer<typeof inspectSchema> {
  return {
    schemaVersion: 1,
    source,
    servers: servers.map(({ name, items, findings }) => ({ name, items: { ...items }, findings: findings.map(withMessage) })),
    strayLines: [...strayLines],
  };
}
