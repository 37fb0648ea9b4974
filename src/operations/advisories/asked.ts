import { valid as validPython } from '@renovatebot/pep440';
import { valid } from 'semver';
import type { AskedServer } from '../../advisories/match.ts';
import type { AskedPackage } from '../../advisories/subject.ts';
import type { Artifact, Closure, NamedArtifact } from '../../model/artifact.ts';
import { parseSubject } from '../../policy/subject.ts';
import type { AskedListing } from './listings.ts';

/** Everything that sources of advisories are asked about one server. */
export interface Asked {
  /** Each subject, version and hash once; the server itself first. */
  readonly packages: readonly AskedPackage[];
  readonly server: AskedServer;
  /** Names of the MCP registry that it goes by, where it is pinned. Absent = none. */
  readonly listings?: readonly AskedListing[];
}

/** The server itself and everything that it loads. What is known of a server without a closure is its name, at most. */
export function askedOf(artifact: Artifact | NamedArtifact, closure: Closure | null, registryNames: readonly string[] = []): Asked {
  const subject = parseSubject(artifact.subject);
  const server = { origin: subject?.kind === 'origin' ? subject.id : null, registryNames };
  const [, type = ''] = /^pkg:([a-z]+)\//.exec(artifact.subject) ?? [];
  if (subject?.kind !== 'package') return { packages: [], server };
  const { name, integrity } = artifact;
  const own: AskedPackage = { subject: subject.id, name, version: exactly(type, artifact.version), integrity, own: true };
  const all = new Map([[keyOf(own), own]]);
  for (const pkg of closure?.packages ?? []) {
    const found = parseSubject(`pkg:${type}/${pkg.name.split('/').map(encodeURIComponent).join('/')}`);
    const one = { subject: found?.id ?? '', name: pkg.name, version: pkg.version, integrity: pkg.integrity, own: false };
    if (found !== null && !all.has(keyOf(one))) all.set(keyOf(one), one);
  }
  return { packages: [...all.values()], server };
}

function keyOf({ subject, version, integrity }: AskedPackage): string {
  return JSON.stringify([subject, version, integrity]);
}

/** A command line may name a tag or a range: which version that is, nobody knows. */
function exactly(type: string, version: string): string {
  const known = type === 'npm' ? valid(version) !== null : type === 'pypi' ? validPython(version) !== null : true;
  return known ? version : '';
}
