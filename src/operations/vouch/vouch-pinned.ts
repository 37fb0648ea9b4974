import type { Host } from '../../host/host.ts';
import type { Artifact, Closure } from '../../model/artifact.ts';
import type { Integrity } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import type { ReleaseHistory } from '../../model/release.ts';
import type { Vouched } from '../../model/vouched.ts';
import { releaseHistory } from '../../sources/npm/history.ts';
import { parsePackument, publishedVersion } from '../../sources/npm/packument.ts';
import { vouch, vouchers } from './vouch.ts';
import type { Voucher } from './voucher.ts';

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

/**
 * Who stands behind a pinned npm package, asked again: the approved hash stands for the bytes, so that none are fetched.
 * A registry that cannot be asked is a result.
 *
 * @throws GuardError `interrupted`
 */
export async function vouchForPinned(
  artifact: Artifact,
  closure: Closure | null,
  host: Host,
  asked: readonly Voucher[] = vouchers,
): Promise<PinnedVouched> {
  const { name, version } = artifact;
  try {
    const packument = parsePackument(name, await host.npm.packument(name));
    const history = releaseHistory(packument);
    if (!Object.hasOwn(packument.versions, version)) {
      const gone = `the registry no longer lists ${name}@${version}`;
      return { vouched: await others(artifact, closure, host, asked), history, served: null, unavailable: gone };
    }
    const published = publishedVersion(packument, version);
    const resolution = { ecosystem: 'npm', npm: { packument, published } } as const;
    return {
      vouched: await vouch({ artifact, closure, resolution }, host, asked),
      history,
      served: published.dist?.integrity ?? null,
      unavailable: null,
    };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    const why = cause.why === undefined ? cause.message : `${cause.message}: ${cause.why}`;
    return { vouched: await others(artifact, closure, host, asked), history: null, served: null, unavailable: why };
  }
}

/** Whoever knows something by hash or by what was kept, without the registry's record. */
async function others(artifact: Artifact, closure: Closure | null, host: Host, asked: readonly Voucher[]): Promise<Vouched> {
  const { name, version, integrity } = artifact;
  const publisher = { maintainers: null, repository: null, firstPublished: null, versions: null };
  const packument = { name, tags: {}, versions: {}, times: {}, publisher, readme: null };
  const published = { name, version, dist: { integrity } };
  return vouch({ artifact, closure, resolution: { ecosystem: 'npm', npm: { packument, published } } }, host, asked);
}
