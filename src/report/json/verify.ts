import { z } from 'zod';
import { isWrong, type Verified } from '../../model/verified.ts';
import { withMessage } from '../findings.ts';
import { evidenceSchema, findingSchema, schemaVersion } from './common.ts';

/** What `verify --json` prints. */
export const verifySchema = z.object({
  schemaVersion,
  servers: z.array(
    z.object({
      label: z.string(),
      pin: z.string().nullable().describe('scope:name; null = a reference that nobody pinned'),
      wrong: z.boolean().describe('an outcome is invalid, or a finding blocks'),
      evidence: z.array(evidenceSchema).describe('one line for each thing that was compared'),
      findings: z.array(findingSchema),
    }),
  ),
});

/** The document of a verification. */
export function verifyDocument({ servers }: Verified): z.infer<typeof verifySchema> {
  return {
    schemaVersion: 1,
    servers: servers.map((server) => ({
      label: server.label,
      pin: server.pin,
      wrong: isWrong(server),
      evidence: [...server.evidence],
      findings: server.findings.map(withMessage),
    })),
  };
}
