import { z } from 'zod';
import { GuardError } from '../../model/errors.ts';

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
  dist: z.object({ integrity: text, shasum: text, tarball: text }).optional().catch(undefined),
});

const packumentSchema = z.object({
  'dist-tags': z.record(z.string(), z.string()).catch({}),
  versions: z.record(z.string(), z.unknown()).catch({}),
});

export type Published = z.infer<typeof publishedSchema>;

export interface Packument {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Version → record, not parsed yet: a package may have thousands. */
  readonly versions: Readonly<Record<string, unknown>>;
}

/** The registry's record of a package. Unknown members are ignored. @throws GuardError `registry-answer-invalid` */
export function parsePackument(name: string, value: unknown): Packument {
  const parsed = packumentSchema.safeParse(value);
  if (!parsed.success) throw invalid(name, 'it is not a record of a package');
  return { name, tags: parsed.data['dist-tags'], versions: parsed.data.versions };
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
