import { z } from 'zod';
import { GuardError } from '../../model/errors.ts';
import type { Publisher } from '../../model/publisher.ts';

const text = z.string().optional().catch(undefined);
const texts = z.record(z.string(), z.string()).optional().catch(undefined);

/**
 * One version as the registry describes it. A mirror may leave any member out: absent says nothing.
 * All of it is chosen by the publisher, or by whoever runs the registry.
 */
const publishedSchema = z.object({
  name: z.string(),
  version: z.string(),
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  scripts: texts,
  hasInstallScript: z.boolean().optional().catch(undefined),
  dependencies: texts,
  optionalDependencies: texts,
  deprecated: z.union([z.string(), z.boolean()]).optional().catch(undefined),
  /** Who could publish the package when this version was published. */
  maintainers: z
    .array(z.object({ name: z.string() }))
    .optional()
    .catch(undefined),
  dist: z
    .object({
      integrity: text,
      shasum: text,
      tarball: text,
      /** Parsed by whoever verifies them: what cannot be read is not as good as absent. */
      signatures: z.unknown().optional(),
      attestations: z.unknown().optional(),
    })
    .optional()
    .catch(undefined),
});

const packumentSchema = z.object({
  'dist-tags': z.record(z.string(), z.string()).catch({}),
  versions: z.record(z.string(), z.unknown()).catch({}),
  maintainers: z
    .array(z.object({ name: z.string() }))
    .optional()
    .catch(undefined),
  repository: z
    .union([z.string(), z.object({ url: z.string() })])
    .optional()
    .catch(undefined),
  time: z.record(z.string(), z.unknown()).optional().catch(undefined),
  readme: text,
});

export type Published = z.infer<typeof publishedSchema>;

export interface Packument {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Version → record, not parsed yet: a package may have thousands. */
  readonly versions: Readonly<Record<string, unknown>>;
  /** Version → when it was published, as the registry says: a mirror may say when it took it in. Unparsed. */
  readonly times: Readonly<Record<string, unknown>>;
  readonly publisher: Publisher;
  /** What npm shows on the package's page; written by its publisher. null = none, or a mirror that leaves it out. */
  readonly readme: string | null;
}

/** The registry's record of a package. Unknown members are ignored. @throws GuardError `registry-answer-invalid` */
export function parsePackument(name: string, value: unknown): Packument {
  const parsed = packumentSchema.safeParse(value);
  if (!parsed.success) throw invalid(name, 'it is not a record of a package');
  const { 'dist-tags': tags, versions, readme } = parsed.data;
  return { name, tags, versions, times: parsed.data.time ?? {}, publisher: publisherOf(parsed.data), readme: readme ?? null };
}

/** The times of single versions are not asked for the first: a mirror may list only some, and a wrong age would accuse. */
function publisherOf({ maintainers, repository, time, versions }: z.infer<typeof packumentSchema>): Publisher {
  const created = time !== undefined && Object.hasOwn(time, 'created') ? time['created'] : undefined;
  return {
    maintainers: maintainers === undefined ? null : maintainers.map(({ name }) => name).sort(),
    repository: repositoryOf(typeof repository === 'string' ? repository : repository?.url),
    firstPublished: typeof created !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(created) ? null : created,
    versions: Object.keys(versions).length,
  };
}

/** `github.com/owner/name` of the many ways to write it. */
function repositoryOf(written: string | undefined): string | null {
  const found = /(?:^github:|^|github\.com[/:]|(gitlab\.com|bitbucket\.org)[/:])([\w.-]+\/[\w.-]+?)(?:\.git)?(?:[/#].*)?$/i.exec(
    written ?? '',
  );
  return found?.[2] === undefined ? null : `${found[1] ?? 'github.com'}/${found[2]}`.toLowerCase();
}

/** One version's record. @throws GuardError `registry-answer-invalid` also when it claims another name or version. */
export function publishedVersion(packument: Packument, version: string): Published {
  const parsed = publishedSchema.safeParse(ownMember(packument.versions, version));
  if (!parsed.success) throw invalid(packument.name, `its record of ${version} cannot be read`);
  if (parsed.data.name !== packument.name || parsed.data.version !== version) {
    throw invalid(packument.name, `its record of ${version} is of ${parsed.data.name}@${parsed.data.version}`);
  }
  return parsed.data;
}

/** The author's words, or a stand-in where a registry only says that; null = not deprecated. */
export function deprecationOf(record: unknown): string | null {
  const deprecated = (record as { deprecated?: unknown } | null | undefined)?.deprecated;
  if (typeof deprecated === 'string') return deprecated === '' ? null : deprecated;
  return deprecated === true ? 'no reason given' : null;
}

function ownMember(versions: Readonly<Record<string, unknown>>, version: string): unknown {
  return Object.hasOwn(versions, version) ? versions[version] : undefined;
}

function invalid(name: string, why: string): GuardError {
  return new GuardError('registry-answer-invalid', `the registry's answer about ${name} makes no sense`, { why, hint: `npm view ${name}` });
}
