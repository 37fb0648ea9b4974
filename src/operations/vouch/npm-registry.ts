import type { Host } from '../../host/host.ts';
import type { Artifact } from '../../model/artifact.ts';
import { limits } from '../../model/limits.ts';
import type { Evidence, Outcome } from '../../model/outcome.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import type { NpmResolution } from '../../sources/npm/resolve.ts';
import { type LoadTrust, machineTrust } from './trust.ts';
import type { VouchSubject } from './voucher.ts';

/** Whom npm's signatures may come from, and how long a registry may take. */
export interface NpmVouching {
  readonly trustOf: LoadTrust;
  readonly timeoutMs: number;
}

/** What everybody uses. Nothing of Sigstore is loaded before it is needed. */
export const npmVouching: NpmVouching = {
  trustOf: machineTrust,
  timeoutMs: limits.evidenceTimeoutMs,
};

export interface NpmSubject {
  readonly artifact: Artifact;
  /** What the registry says; null = it could not be asked, or does not list the version. */
  readonly npm: Pick<NpmResolution, 'packument' | 'published'> | null;
}

/** An npm package with a hash; null = something else. */
export function npmSubject({ artifact, resolution }: VouchSubject): NpmSubject | null {
  if (resolution.ecosystem !== 'npm' || artifact.integrity === null) return null;
  return { artifact, npm: resolution.npm };
}

/** The host of the registry that a package comes from, for messages and comparison. */
export async function registryHostOf(name: string, host: Host): Promise<string> {
  const registry = await host.npm.registryFor(name);
  return URL.canParse(registry) ? new URL(registry).host : registry;
}

/** True when the registry's record of any version has such a member: then it does not just leave them out. */
export function servesAny(npm: NpmSubject['npm'], member: 'signatures' | 'attestations'): boolean {
  return Object.values(npm?.packument.versions ?? {}).some((record) => {
    const value = memberOf(memberOf(record, 'dist'), member);
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
  });
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, member)
    ? (value as Readonly<Record<string, unknown>>)[member]
    : undefined;
}

/** @param trust said in the evidence when it is out of date; null = it was not asked */
export function line(source: string, outcome: Outcome, detail: string, trust: TrustRoot | null): Evidence {
  const expired = trust === null || trust.expiredAt === null ? '' : `; the trust root ran out on ${trust.expiredAt.slice(0, 10)}`;
  return { source, outcome, detail: `${detail}${expired}` };
}
