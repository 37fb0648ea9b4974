/**
 * Who built an artifact, as the certificate of a verified signature says: never what the signed text says of itself.
 * Members are compared exactly; a certificate that lacks one says null. Certificates from before 2023 carry only the first
 * few. All text was written by the certificate authority from the token of the build.
 *
 * @see https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export interface BuildIdentity {
  /** `1.3.6.1.4.1.57264.1.8`, or `.1` in old certificates: the OIDC issuer, with a customer's suffix if it has one. */
  readonly issuer: string;
  /** The certificate's subject alternative name: the workflow that signed, which may be another organisation's. */
  readonly subject: string;
  /** `.12`: the repository that was built, as `https://host/owner/name`. */
  readonly repository: string | null;
  /** `.15`: survives renames, and shows a name that somebody else took over. */
  readonly repositoryId: string | null;
  /** `.17` */
  readonly ownerId: string | null;
  /** The path of `.18`, without host, repository and ref: `.github/workflows/release.yml`. */
  readonly workflow: string | null;
  /** `.11`: `github-hosted` or `self-hosted`. */
  readonly runner: string | null;
}

/** What a verified signature says beyond who made it; it may differ from one release to the next. */
export interface BuildCircumstances {
  /** `.13` */
  readonly commit: string | null;
  /** `.14`: `refs/tags/v1.2.3`. */
  readonly ref: string | null;
  /** `.20`: `push`, `release`, `workflow_dispatch`, `pull_request_target`. */
  readonly trigger: string | null;
  /** `.21` */
  readonly runUrl: string | null;
}

/** The members that say whose it is. A member that either side lacks is not compared: an old certificate has few. */
const ownership = ['issuer', 'repositoryId', 'ownerId'] as const;
/** The members that say how it was made. */
const making = ['workflow', 'runner'] as const;

export interface BuilderChange {
  readonly member: keyof BuildIdentity;
  readonly before: string;
  readonly after: string;
  /** Somebody else's now, not only made another way. */
  readonly isOwnership: boolean;
}

/**
 * What differs between two builders, compared letter by letter; empty = nothing that both sides say. The repository's
 * name counts only where an id is missing: ids survive renames, and show a name that somebody else took over.
 */
export function builderChanges(before: BuildIdentity, after: BuildIdentity): readonly BuilderChange[] {
  const byName = before.repositoryId === null || after.repositoryId === null;
  const owning: readonly (keyof BuildIdentity)[] = byName ? [...ownership, 'repository'] : ownership;
  return [...owning, ...making].flatMap((member) => {
    const [was, is] = [before[member], after[member]];
    if (was === null || is === null || was === is) return [];
    return [{ member, before: shown(before, member), after: shown(after, member), isOwnership: owning.includes(member) }];
  });
}

/** An id alone tells nobody anything: the name stands beside it. */
function shown(builder: BuildIdentity, member: keyof BuildIdentity): string {
  const value = builder[member] ?? '';
  const named = member === 'repositoryId' || member === 'ownerId' ? builder.repository : null;
  return named === null ? value : `${named} (${value})`;
}

/** Who a certificate must be of: its subject and issuer, and what else was named, each compared exactly. */
export type NamedIdentity = Pick<BuildIdentity, 'subject' | 'issuer'> & { readonly [member in keyof BuildIdentity]?: string | undefined };

/** Whether a certificate is of somebody who was named: every member that was named is exactly the certificate's. */
export function isIdentity(builder: BuildIdentity, named: NamedIdentity): boolean {
  const { subject, issuer, ...more } = named;
  const others = Object.entries(more) as [keyof BuildIdentity, string | undefined][];
  const isOther = ([member, value]: (typeof others)[number]) => value !== undefined && builder[member] !== value;
  return builder.subject === subject && builder.issuer === issuer && !others.some(isOther);
}

/** Equal for two namings of the same members with the same values, whatever their order. */
export function identityText(named: NamedIdentity): string {
  const said = Object.entries(named).filter(([, value]) => value !== undefined);
  return JSON.stringify(said.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
