/**
 * What a registry says of who stands behind a package. Every member may be unknown (null): mirrors leave things out, and
 * not every registry has each of them. `repository` is what the publisher wrote and proves nothing.
 */
export interface Publisher {
  /** Account names, sorted. Only the registry's word counts here; text is attacker-chosen, identity is the registry's. */
  readonly maintainers: readonly string[] | null;
  /** `github.com/owner/name`, lower case; what the publisher claims. */
  readonly repository: string | null;
  /** ISO 8601, UTC. */
  readonly firstPublished: string | null;
  /** How many versions there are. */
  readonly versions: number | null;
}

/** Of a package that could not be asked about. */
export const unknownPublisher: Publisher = { maintainers: null, repository: null, firstPublished: null, versions: null };
