import { z } from 'zod';
import { type ConfigProblem, type ListedEntry, packageTypes, unpinnedReasons } from '../../model/client-entry.ts';
import { schemaVersion } from './common.ts';
import { mutable } from './info.ts';
import { profileDocument, profileSchema } from './sandbox.ts';

const launchPackage = z.object({
  type: z.enum(packageTypes),
  name: z.string(),
  version: z.string().nullable(),
  versionKind: z.enum(['exact', 'range', 'tag', 'ref', 'digest', 'none', 'n/a']),
});

/** What `list --json` prints. Values of environment and headers never appear. DESIGN §5.6. */
export const listSchema = z.object({
  schemaVersion,
  entries: z.array(
    z.object({
      client: z.string(),
      scope: z.enum(['user', 'project', 'local', 'managed']),
      file: z.string(),
      rawPath: z.array(z.union([z.string(), z.number()])),
      name: z.string(),
      transport: z.enum(['stdio', 'http', 'sse', 'ws', 'invalid']),
      enabled: z.boolean(),
      command: z.string().nullable(),
      args: z.array(z.string()),
      envNames: z.array(z.string()),
      cwd: z.string().nullable(),
      url: z.string().nullable(),
      headerNames: z.array(z.string()),
      runner: z.string().nullable(),
      package: launchPackage.nullable(),
      packages: z.array(launchPackage),
      guarded: z.boolean(),
      pin: z.string().nullable(),
      trust: z
        .enum(['trusted', 'untrusted'])
        .nullable()
        .describe('whether a person on this machine answered for an entry that the files of a project brought; null = it is none'),
      quarantined: z.boolean().describe('`watch` keeps it from starting until a review'),
      unpinned: z.enum(unpinnedReasons).nullable().describe('why the bytes behind a guarded entry are not pinned'),
      equivalentItems: z
        .int()
        .min(0)
        .describe('items that the running server lists in another form than the pinned one, and that are let through'),
      sandbox: profileSchema.nullable().describe('what its pin is contained in; null = it runs with the rights of its user, or has no pin'),
    }),
  ),
  problems: z.array(
    z.object({
      code: z.enum([
        'unreadable',
        'too-large',
        'not-a-file',
        'encoding',
        'syntax',
        'wrong-type',
        'duplicate-key',
        'kept-inside',
        'invalid-entry',
      ]),
      client: z.string(),
      file: z.string(),
      message: z.string(),
    }),
  ),
});

/** The document of a listing; entries and problems keep their order. */
export function listDocument(listing: {
  readonly entries: readonly ListedEntry[];
  readonly problems: readonly ConfigProblem[];
}): z.infer<typeof listSchema> {
  return { schemaVersion: 1, entries: listing.entries.map(entryDocument), problems: mutable(listing.problems) };
}

function entryDocument(entry: ListedEntry) {
  return { ...mutable(entry), sandbox: entry.sandbox === null ? null : profileDocument(entry.sandbox) };
}
