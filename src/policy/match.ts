import { satisfies, valid } from 'semver';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { Policy } from './schema.ts';
import { covers, parseSubject, type Subject } from './subject.ts';

export type AllowEntry = NonNullable<Policy['allow']>[number];
export type DenyEntry = NonNullable<Policy['deny']>[number];

/** The first deny entry for a server; null = none. A version that cannot be compared is denied with the rest. */
export function denyMatch(policy: Policy, server: Subject, version: string): DenyEntry | null {
  return policy.deny?.find((entry) => isFor(entry, server) && (entry.versions === undefined || isDenied(version, entry.versions))) ?? null;
}

/** The allow entries for a server, in their order; empty = none. A version that cannot be compared is in no range. */
export function allowMatches(policy: Policy, server: Subject, version: string): readonly AllowEntry[] {
  return (policy.allow ?? []).filter(
    (entry) => isFor(entry, server) && (entry.versions === undefined || satisfies(version, entry.versions)),
  );
}

/** The members of an entry's builder that are not the verified one's; empty = it names none, or all are. Exact comparison. */
export function builderMisses({ builder }: AllowEntry, verified: BuildIdentity | null): readonly string[] {
  const wanted = Object.entries(builder ?? {}) as [keyof NonNullable<typeof builder>, string][];
  return wanted.filter(([member, value]) => verified?.[member] !== value).map(([member]) => member);
}

function isFor(entry: { readonly subject: string }, server: Subject): boolean {
  const subject = parseSubject(entry.subject);
  return subject !== null && covers(subject, server);
}

/** With pre-releases: `<2.0.0` must also stop `2.0.0-evil.1` and `1.9.0-beta`. */
function isDenied(version: string, range: string): boolean {
  return valid(version) === null || satisfies(version, range, { includePrerelease: true });
}
