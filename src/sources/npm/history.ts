import { compare, valid } from 'semver';
import { z } from 'zod';
import type { Release, ReleaseHistory, TrustLevel } from '../../model/release.ts';
import { epochMs } from '../../model/time.ts';
import type { Packument } from './packument.ts';

const text = z.string().optional().catch(undefined);
const there = z.unknown().optional();

/** What is compared of each version; a member that makes no sense is as good as absent. */
const releaseSchema = z.object({
  bin: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined),
  scripts: z.record(z.string(), z.unknown()).optional().catch(undefined),
  hasInstallScript: z.boolean().optional().catch(undefined),
  _npmUser: z.object({ name: text, trustedPublisher: there, approver: there }).optional().catch(undefined),
  dist: z
    .object({ integrity: text, signatures: there, attestations: z.object({ provenance: there }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

type Raw = z.infer<typeof releaseSchema>;

/**
 * Every version that can be put in order, as the registry describes it. A mirror strips who published what and how, and
 * has times of its own: where no version has either, publisher, trust and times are not known of any.
 */
export function releaseHistory({ name, versions, tags, times }: Packument): ReleaseHistory {
  const parsed = Object.entries(versions).flatMap(([version, record]): (readonly [string, Raw])[] => {
    const raw = releaseSchema.safeParse(record);
    return raw.success && valid(version) === version ? [[version, raw.data]] : [];
  });
  const isWhole = parsed.some(([, { _npmUser, dist }]) => _npmUser !== undefined || dist?.signatures !== undefined);
  return {
    releases: parsed
      .map(([version, raw]) => release(version, raw, isWhole ? times : null, name))
      .sort((a, b) => compare(a.version, b.version)),
    latest: Object.hasOwn(tags, 'latest') ? (tags['latest'] ?? null) : null,
  };
}

/** @param times null = what the registry says of publishing is not the publisher's */
function release(version: string, raw: Raw, times: Readonly<Record<string, unknown>> | null, name: string): Release {
  const time = times !== null && Object.hasOwn(times, version) ? times[version] : undefined;
  const publishedAt = typeof time === 'string' && epochMs(time) !== null ? time : null;
  const scripts =
    raw.scripts === undefined ? null : ['preinstall', 'install', 'postinstall'].some((key) => Object.hasOwn(raw.scripts ?? {}, key));
  return {
    version,
    publishedAt,
    publisher: times === null ? null : (raw._npmUser?.name ?? null),
    trust: times === null ? null : trustOf(raw),
    integrity: raw.dist?.integrity ?? null,
    hasInstallScript: raw.hasInstallScript ?? scripts,
    bins: typeof raw.bin === 'string' ? [name.slice(name.lastIndexOf('/') + 1)] : Object.keys(raw.bin ?? {}).sort(),
  };
}

function trustOf({ _npmUser, dist }: Raw): TrustLevel {
  if (_npmUser?.approver !== undefined && _npmUser.approver !== null) return 'staged';
  const hasProvenance = dist?.attestations?.provenance !== undefined && dist.attestations.provenance !== null;
  if (!hasProvenance) return 'none';
  return _npmUser?.trustedPublisher !== undefined && _npmUser.trustedPublisher !== null ? 'trusted-publisher' : 'provenance';
}
