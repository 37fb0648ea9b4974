import type { Integrity } from './digest.ts';

/**
 * What a record says of what it names. `malicious`: it was made to do harm (a `MAL-` id, or CWE-506). `revoked`: a feed
 * that somebody here chose says that it must not run, or the MCP registry took it out under the name that it goes by. `vulnerability`: it can be attacked.
 */
export const advisoryKinds = ['malicious', 'revoked', 'vulnerability'] as const;
export type AdvisoryKind = (typeof advisoryKinds)[number];

/** In words, most serious first; `unknown` = the record says none that can be read. */
export const advisorySeverities = ['critical', 'high', 'moderate', 'low', 'unknown'] as const;
export type AdvisorySeverity = (typeof advisorySeverities)[number];

/** One range of versions, as OSV writes them. */
export interface AdvisoryRange {
  readonly type: string;
  readonly events: readonly {
    readonly introduced?: string | undefined;
    readonly fixed?: string | undefined;
    readonly last_affected?: string | undefined;
    readonly limit?: string | undefined;
  }[];
}

/** One package that a record names. */
export interface AffectedPackage {
  /** Normalised package URL without version, as policies compare it: `pkg:npm/@scope/name`, `pkg:pypi/name`. */
  readonly subject: string;
  /** No ranges and no versions = every version. */
  readonly ranges: readonly AdvisoryRange[];
  readonly versions: readonly string[];
}

/**
 * One record of a source, cut down to what is compared and shown. All text is attacker-controlled: it is written by whoever
 * writes records, and served by whoever serves them.
 *
 * @see https://ossf.github.io/osv-schema/
 */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly kind: AdvisoryKind;
  readonly severity: AdvisorySeverity;
  /** ISO 8601. */
  readonly modified: string;
  /** ISO 8601: taken back since then; null = it stands. */
  readonly withdrawn: string | null;
  readonly summary: string;
  readonly affected: readonly AffectedPackage[];
  /** Of files, as SRI values: these bytes, under whatever name and version. */
  readonly hashes: readonly Integrity[];
  /** Origins of remote servers, normalised: `https://host`. */
  readonly origins: readonly string[];
  /** Names in the MCP registry: `io.github.owner/server`. */
  readonly registryNames: readonly string[];
}

/** Why a record is about a thing. */
export type AdvisoryMatch = 'version' | 'hash' | 'origin' | 'registry-name';

/** A record that is about something that was asked about. */
export interface AdvisoryHit {
  readonly id: string;
  readonly kind: AdvisoryKind;
  readonly severity: AdvisorySeverity;
  /** The record's own words; attacker-controlled. */
  readonly summary: string;
  /** `osv`, the name of a feed, or `registrySource`. */
  readonly source: string;
  readonly matched: AdvisoryMatch;
  /** What it is about: `name@version`, an origin, a registry name. */
  readonly subject: string;
  /** It is about the server itself, and not about a package that it loads. */
  readonly own: boolean;
  /** A person may let it pass for a time; false where the machine's owner chose the feed. */
  readonly overridable: boolean;
  /** ISO 8601: a person let it pass until then; null = nobody did. */
  readonly overriddenUntil: string | null;
}

/** The source of what the MCP registry itself says of a name; no feed can be called so. */
export const registrySource = 'MCP registry';

/** Hits of these kinds keep a server from being installed and from being started. */
export function isStop(hit: Pick<AdvisoryHit, 'kind'>): boolean {
  return hit.kind !== 'vulnerability';
}

/** `<database>-<entry>`: what may be an id, and nothing that is a path, an option or a member of every object. */
export const advisoryId = /^[A-Za-z][A-Za-z0-9]{0,31}-[A-Za-z0-9][A-Za-z0-9._:-]{0,95}$/;

/** A feed that was signed and written. */
export interface BuiltFeed {
  readonly name: string;
  readonly version: number;
  readonly expires: string;
  readonly records: number;
  /** Absolute. */
  readonly file: string;
  /** Fingerprint of the key; null = signed with the identity of a CI job. */
  readonly fingerprint: string | null;
}
