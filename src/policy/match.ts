import { satisfies, valid } from 'semver';
import type { Policy } from './schema.ts';
import { covers, parseSubject, type Subject } from './subject.ts';

export type AllowEntry = NonNullable<Policy['allow']>[number];
export type DenyEntry = NonNullable<Policy['deny']>[number];

/** The first deny entry for a server; null = none. A version that cannot be compared is denied with the rest. */
export function denyMatch(policy: Policy, server: Subject, version: string): DenyEntry | null {
  return policy.deny?.find((entry) => isFor(entry, server) && (entry.versions === undefined || isDenied(version, entry.versions))) ?? null;
}

/** The first allow entry for a server; null = none. A version that cannot be compared is in no range. */
export function allowMatch(policy: Policy, server: Subject, version: string): AllowEntry | null {
  return (
    policy.allow?.find((entry) => isFor(entry, server) && (entry.versions === undefined || satisfies(version, entry.versions))) ?? null
  );
}

function isFor(entry: { readonly subject: string }, server: Subject): boolean {
  const subject = parseSubject(entry.subject);
  return subject !== null && covers(subject, server);
}

/** With pre-releases: `<2.0.0` must also stop `2.0.0-evil.1` and `1.9.0-beta`. */
function isDenied(version: string, range: string): boolean {
  return valid(version) === null || satisfies(version, range, { includePrerelease: true });
}
