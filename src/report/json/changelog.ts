import { z } from 'zod';
import { capabilityClasses } from '../../model/capability.ts';
import type { Changelog } from '../../model/changelog.ts';
import { schemaVersion } from './common.ts';

const item = z.enum(['tools', 'prompts', 'resources', 'resourceTemplates']);

export const manifestChangelogSchema = z.object({
  schemaVersion,
  from: z.string(),
  to: z.string(),
  basis: z.enum(['manifests', 'packages']),
  wordsFrom: z.enum(['running', 'code']).nullable(),
  entries: z.array(
    z.union([
      z.object({
        about: z.literal('capability'),
        class: z.enum(Object.keys(capabilityClasses) as [keyof typeof capabilityClasses]),
        change: z.enum(['gained', 'widened', 'narrowed', 'lost']),
        scopes: z.array(z.string()),
      }),
      z.object({ about: item, name: z.string(), change: z.enum(['added', 'removed', 'changed']) }),
      z.object({ about: item, name: z.string(), change: z.literal('renamed'), was: z.string() }),
      z.object({ about: z.literal('instructions'), change: z.enum(['added', 'removed', 'changed']) }),
      z.object({ about: z.literal('variable'), name: z.string(), change: z.enum(['added', 'removed']), secret: z.boolean() }),
      z.object({ about: z.literal('auth'), was: z.string(), is: z.string() }),
      z.object({ about: z.literal('install script'), name: z.string(), change: z.enum(['added', 'removed']) }),
    ]),
  ),
});

/** What `manifest changelog --json` prints. */
export function changelogDocument({ from, to, basis, wordsFrom, entries }: Changelog): z.infer<typeof manifestChangelogSchema> {
  const copied = entries.map((entry) => (entry.about === 'capability' ? { ...entry, scopes: [...entry.scopes] } : entry));
  return { schemaVersion: 1, from, to, basis, wordsFrom, entries: copied };
}
