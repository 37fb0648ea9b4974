import { z } from 'zod';
import type { BuildCircumstances, BuildIdentity } from '../model/build-identity.ts';
import type { Statement } from './statement.ts';

/** What a provenance predicate claims of a build. */
interface Claim {
  /** `https://host/owner/name` */
  readonly repository: string;
  /** The workflow's path, or (in v0.2) the same with repository and ref around it. null = its kind names none. */
  readonly workflow: string | null;
  readonly commit: string;
  readonly repositoryId: string | null;
  readonly ownerId: string | null;
}

const predicateTypes = ['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1'] as const;

/** True when the statement says how something was built. */
export function isSlsa(predicateType: string): boolean {
  return predicateTypes.some((known) => known === predicateType);
}

const text = z.string().max(2_000);

const v02Schema = z.object({
  invocation: z.object({
    configSource: z.object({ uri: text, digest: z.object({ sha1: text }), entryPoint: text.optional() }),
  }),
  materials: z.array(z.object({ uri: text, digest: z.record(z.string(), text) })).max(1_000),
});

const v1Schema = z.object({
  buildDefinition: z.object({
    externalParameters: z.object({ workflow: z.object({ repository: text, path: text }) }),
    internalParameters: z
      .object({ github: z.object({ repository_id: text.optional(), repository_owner_id: text.optional() }).optional() })
      .optional(),
    resolvedDependencies: z
      .array(z.object({ uri: text, digest: z.record(z.string(), text) }))
      .min(1)
      .max(1_000),
  }),
});

export type Agreement = { readonly outcome: 'verified' } | { readonly outcome: 'invalid' | 'unavailable'; readonly why: string };

/**
 * Whether a provenance statement says of repository, workflow and commit what the certificate of its signer says. The
 * statement is the builder's own claim: anybody who can sign can name somebody else's repository in it.
 * `unavailable` = it is of a kind that names them another way.
 */
export function agrees({ predicateType, predicate }: Statement, builder: BuildIdentity, { commit }: BuildCircumstances): Agreement {
  const claims = predicateType === predicateTypes[0] ? v02Claims(predicate) : v1Claims(predicate);
  if (claims === null) return { outcome: 'unavailable', why: 'unknown encoding: its provenance is of a kind that cannot be read yet' };
  if (builder.repository === null || commit === null) return { outcome: 'unavailable', why: 'its certificate names no repository' };
  const wrong = claims.flatMap((claim) => differences(claim, builder, commit))[0];
  return wrong === undefined ? { outcome: 'verified' } : { outcome: 'invalid', why: wrong };
}

function differences(claim: Claim, { repository, repositoryId, ownerId, workflow }: BuildIdentity, commit: string): readonly string[] {
  const differs = (what: string, claimed: string, certified: string) => `it claims ${what} ${claimed}, its certificate says ${certified}`;
  return [
    ...(claim.repository === repository ? [] : [differs('repository', claim.repository, repository ?? '')]),
    ...(claim.commit === commit ? [] : [differs('commit', claim.commit, commit)]),
    ...(claim.workflow === null || workflow === null || claim.workflow === workflow ? [] : [differs('workflow', claim.workflow, workflow)]),
    ...(claim.repositoryId === null || repositoryId === null || claim.repositoryId === repositoryId
      ? []
      : [differs('repository id', claim.repositoryId, repositoryId)]),
    ...(claim.ownerId === null || ownerId === null || claim.ownerId === ownerId ? [] : [differs('owner id', claim.ownerId, ownerId)]),
  ];
}

/** npm's own builds of 2023 name the repository twice, as where the build is written down and as what went into it. */
function v02Claims(predicate: unknown): readonly Claim[] | null {
  const parsed = v02Schema.safeParse(predicate);
  if (!parsed.success) return null;
  const { configSource } = parsed.data.invocation;
  const own = gitSource(configSource.uri);
  if (own === null) return null;
  const ids = { repositoryId: null, ownerId: null };
  return [
    { repository: own, workflow: workflowOf(configSource.entryPoint ?? '', own), commit: configSource.digest.sha1, ...ids },
    ...sourceClaim(parsed.data.materials[0], 'sha1'),
  ];
}

/** `owner/repo/.github/workflows/x.yml@ref` or only its path; a job of another kind of builder is none. */
function workflowOf(entryPoint: string, repository: string): string | null {
  const at = entryPoint.indexOf('.github/workflows/');
  if (at === -1) return null;
  const before = entryPoint.slice(0, at);
  const whole = at === 0 || repository.endsWith(`/${before.slice(0, -1)}`) ? entryPoint.slice(at) : entryPoint;
  const end = whole.indexOf('@');
  return end === -1 ? whole : whole.slice(0, end);
}

function v1Claims(predicate: unknown): readonly Claim[] | null {
  const parsed = v1Schema.safeParse(predicate);
  if (!parsed.success) return null;
  const { externalParameters, internalParameters, resolvedDependencies } = parsed.data.buildDefinition;
  const { repository, path } = externalParameters.workflow;
  const [source] = resolvedDependencies;
  return [
    {
      repository,
      workflow: path,
      commit: source?.digest['gitCommit'] ?? '',
      repositoryId: internalParameters?.github?.repository_id ?? null,
      ownerId: internalParameters?.github?.repository_owner_id ?? null,
    },
    ...sourceClaim(source, 'gitCommit'),
  ];
}

/** What else went into a build, it may list too: the first is its source. */
function sourceClaim(
  source: { readonly uri: string; readonly digest: Readonly<Record<string, string>> } | undefined,
  algorithm: string,
): readonly Claim[] {
  if (source === undefined) return [];
  const repository = gitSource(source.uri) ?? source.uri;
  return [{ repository, workflow: null, commit: source.digest[algorithm] ?? '', repositoryId: null, ownerId: null }];
}

/** `https://host/owner/name` of `git+https://host/owner/name@ref`; null = it is none. */
function gitSource(uri: string): string | null {
  if (!uri.startsWith('git+https://')) return null;
  const rest = uri.slice('git+'.length);
  const at = rest.indexOf('@');
  return at === -1 ? rest : rest.slice(0, at);
}
