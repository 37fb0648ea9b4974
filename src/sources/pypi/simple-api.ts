import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import type { Integrity } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { PackageIndex } from './index-url.ts';
import { projectName } from './name.ts';
import { type FileName, type PythonTarget, readFileName } from './tags.ts';
import { fits, isVersion } from './version.ts';

const hashes = z.record(z.string(), z.string());
/** @see PEP 691, PEP 700, PEP 714, PEP 740, PEP 792 */
const projectSchema = z.object({
  name: z.string(),
  /** PEP 792 */
  'project-status': z
    .object({ status: z.string(), reason: z.string().nullish().catch(null) })
    .optional()
    .catch(undefined),
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: hashes.default({}),
      'requires-python': z.string().nullish(),
      yanked: z.union([z.boolean(), z.string()]).default(false),
      'core-metadata': z.union([z.boolean(), hashes]).nullish(),
      'dist-info-metadata': z.union([z.boolean(), hashes]).nullish(),
      provenance: z.string().nullish().catch(undefined),
    }),
  ),
});

/** One file of a release that fits the target. All text is attacker-controlled. */
export interface ProjectFile extends FileName {
  readonly filename: string;
  /** Absolute. */
  readonly url: string;
  /** `sha256-<base64>`; null = the index names none. */
  readonly integrity: Integrity | null;
  readonly requiresPython: string;
  /** Why it was taken back; null = it was not. */
  readonly yanked: string | null;
  /** Where its metadata can be read alone; `integrity` null = without a hash. */
  readonly metadata: { readonly url: string; readonly integrity: Integrity | null } | null;
  /** Where its provenance is, absolute; null = the index says that it has none, undefined = it says nothing of it. */
  readonly provenance: string | null | undefined;
}

export interface Project {
  /** PEP 503 normalised. */
  readonly name: string;
  /** `quarantined`, `archived`, `deprecated`, with the index's words; null = active. @see PEP 792 */
  readonly status: { readonly status: string; readonly reason: string } | null;
  readonly files: readonly ProjectFile[];
}

const accept = 'application/vnd.pypi.simple.v1+json';

/**
 * What an index knows of a project: files that a Python of this platform could use.
 * @throws GuardError `package-not-found`, `registry-answer-invalid`, and those of the HTTP port.
 */
export async function fetchProject(name: string, index: PackageIndex, target: PythonTarget, host: Host): Promise<Project> {
  const wanted = projectName(name);
  const answer = await host.http.get(new URL(`${encodeURIComponent(wanted)}/`, index.url).href, {
    headers: { accept: `${accept}, application/json;q=0.5` },
    maxBytes: limits.packumentMaxBytes,
    timeoutMs: limits.registryTimeoutMs,
  });
  if (answer.status === 404 || answer.status === 410) {
    throw new GuardError('package-not-found', `there is no Python package ${wanted}`, {
      why: `${index.shown} does not know it; a private package also looks like this without a login`,
      hint: `pip index versions ${wanted}`,
    });
  }
  if (answer.status !== 200)
    throw new GuardError('registry-unreachable', `cannot ask ${index.shown} about ${wanted}`, {
      why: answer.status === 401 || answer.status === 403 ? 'it wants a login' : `it answered ${answer.status}`,
    });
  if (!/json/i.test(answer.contentType))
    throw invalid(wanted, index, 'it answers in HTML; only the JSON form of the simple API can be read (PEP 691)');
  const parsed = projectSchema.safeParse(jsonOf(answer.body));
  if (!parsed.success) throw invalid(wanted, index, 'it is not a list of files');
  if (projectName(parsed.data.name) !== wanted) throw invalid(wanted, index, `it is about ${projectName(parsed.data.name)}`);
  const said = parsed.data['project-status'];
  const status = said === undefined || said.status === 'active' ? null : { status: said.status, reason: said.reason ?? '' };
  if (status?.status === 'quarantined' && parsed.data.files.length === 0) {
    throw new GuardError('version-not-found', `${wanted} is in quarantine`, {
      why: `${index.shown} holds its files back: ${status.reason || 'it gives no reason'}`,
      hint: 'do not install it from elsewhere; wait for what comes of it',
    });
  }
  return { name: wanted, status, files: parsed.data.files.flatMap((file) => projectFile(file, wanted, answer.url, target)) };
}

function projectFile(
  file: z.infer<typeof projectSchema>['files'][number],
  project: string,
  base: string,
  target: PythonTarget,
): readonly ProjectFile[] {
  const named = readFileName(file.filename, project, target);
  if (named === null || !isVersion(named.version) || !URL.canParse(file.url, base)) return [];
  const url = new URL(file.url, base);
  url.hash = '';
  const said = file['core-metadata'] ?? file['dist-info-metadata'] ?? false;
  const metadata = said === false ? null : { url: `${url.href}.metadata`, integrity: said === true ? null : sha256(said) };
  return [
    {
      ...named,
      filename: file.filename,
      url: url.href,
      integrity: sha256(file.hashes),
      requiresPython: file['requires-python'] ?? '',
      yanked: file.yanked === false ? null : file.yanked === true ? 'no reason given' : file.yanked,
      metadata,
      provenance: provenanceUrl(file.provenance, base),
    },
  ];
}

function provenanceUrl(said: string | null | undefined, base: string): string | null | undefined {
  if (said === null || said === undefined) return said;
  return URL.canParse(said, base) ? new URL(said, base).href : undefined;
}

function sha256(found: Readonly<Record<string, string>>): Integrity | null {
  const hex = found['sha256'];
  return hex !== undefined && /^[0-9a-f]{64}$/i.test(hex) ? `sha256-${Buffer.from(hex, 'hex').toString('base64')}` : null;
}

/** The files of a version that can be used, best first: by rank, then by name so that the choice is the same every time. */
export function usableFiles(project: Project, version: string, python: string): readonly ProjectFile[] {
  return project.files
    .filter((file) => file.version === version && file.rank !== null && fits(`${python}.99`, [file.requiresPython]))
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || (a.filename < b.filename ? -1 : 1));
}

/** Versions with at least one file that can be used. */
export function usableVersions(project: Project, python: string): readonly string[] {
  const versions = new Set(project.files.map(({ version }) => version));
  return [...versions].filter((version) => usableFiles(project, version, python).length > 0);
}

/** Why every file of a version was taken back; null = it was not. */
export function yankedReason(project: Project, version: string): string | null {
  const files = project.files.filter((file) => file.version === version);
  return files.length > 0 && files.every(({ yanked }) => yanked !== null) ? (files[0]?.yanked ?? null) : null;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
}

function invalid(name: string, index: PackageIndex, why: string): GuardError {
  return new GuardError('registry-answer-invalid', `the index's answer about ${name} makes no sense`, { why: `${index.shown}: ${why}` });
}
