import type { Host } from '../../host/host.ts';
import type { Artifact } from '../../model/artifact.ts';
import type { Integrity } from '../../model/digest.ts';
import { reasonOf } from '../../model/errors.ts';
import type { ReleaseHistory } from '../../model/release.ts';
import type { Vouched } from '../../model/vouched.ts';
import { releaseHistory } from '../../sources/npm/history.ts';
import { parsePackument, publishedVersion } from '../../sources/npm/packument.ts';
import { vouch, vouchers } from './vouch.ts';
import type { Voucher, VouchSubject } from './voucher.ts';

/** What is said today of bytes that were approved. */
export interface PinnedVouched {
  readonly vouched: Vouched;
  /** null = the registry could not be asked. */
  readonly history: ReleaseHistory | null;
  /** What the registry serves for this version now; null = it serves none, or has no such version. */
  readonly served: Integrity | null;
  /** Why the registry could not be asked, or does not know the version; null = it answered. */
  readonly unavailable: string | null;
}

/** What is known of a pin without asking anybody. */
export interface PinnedSubject extends Pick<VouchSubject, 'closure' | 'ownFiles' | 'approvedAs'> {
  readonly artifact: Artifact;
}

/**
 * Who stands behind a pinned npm package, asked again: the approved hash stands for the bytes, so that none are fetched.
 * A registry that cannot be asked is a result.
 *
 * @throws GuardError `interrupted`
 */
export async function vouchForPinned(subject: PinnedSubject, host: Host, asked: readonly Voucher[] = vouchers): Promise<PinnedVouched> {
  const { name, version } = subject.artifact;
  // Whoever knows something by hash, or by what was kept, is heard all the same.
  const withoutRecord = () => vouch({ ...subject, resolution: { ecosystem: 'npm', npm: null } }, host, asked);
  try {
    const packument = parsePackument(name, await host.npm.packument(name));
    const history = releaseHistory(packument);
    if (!Object.hasOwn(packument.versions, version)) {
      const gone = `the registry no longer lists ${name}@${version}`;
      return { vouched: await withoutRecord(), history, served: null, unavailable: gone };
    }
    const published = publishedVersion(packument, version);
    const resolution = { ecosystem: 'npm', npm: { packument, published } } as const;
    return {
      vouched: await vouch({ ...subject, resolution }, host, asked),
      history,
      served: published.dist?.integrity ?? null,
      unavailable: null,
    };
  } catch (cause) {
    const why = reasonOf(cause);
    return { vouched: await withoutRecord(), history: null, served: null, unavailable: why };
  }
}
