import { earlierReleases } from '../../checks/continuity.ts';
import type { Host } from '../../host/host.ts';
import type { Release } from '../../model/release.ts';
import { epochMs } from '../../model/time.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import { attestationsOf, builtFrom, promisedBy } from './npm-provenance.ts';
import { line, type NpmSubject, type NpmVouching, npmSubject, registryHostOf } from './npm-registry.ts';
import type { Voucher, VouchSubject } from './voucher.ts';

const id = 'npm-predecessor';
/** What is stolen is found out within days, as a rule. */
const settledMs = 30 * 86_400_000;

/**
 * Who built the version before this one, for whoever has approved none yet: a package that was taken over is built with
 * perfect provenance too, and only the builder of the version before shows that it was somebody else's. One version is
 * asked for, of the same major, that its registry says was built with provenance.
 */
export function npmPredecessorVoucher(vouching: NpmVouching): Voucher {
  return {
    id,
    appliesTo: (subject) => npmSubject(subject) !== null && isWanted(subject),
    async vouch(subject, host) {
      const npm = npmSubject(subject);
      return npm === null ? nothingVouched : vouchPredecessor(npm, subject.history?.releases ?? [], vouching, host);
    },
  };
}

/** An approved version whose builder is known is the better one to compare with. */
function isWanted({ follows }: VouchSubject): boolean {
  return follows !== undefined && (follows === null || follows.release.builder === null);
}

/**
 * The newest earlier version with provenance that had been out for a month when this one came; where none had, the first
 * of them: who took a package over last week and published twice is not compared with himself.
 */
function settledPredecessor(version: string, releases: readonly Release[]): Release | null {
  const built = earlierReleases(version, releases).filter(
    ({ trust, integrity }) => trust !== null && trust !== 'none' && integrity !== null,
  );
  const at = epochMs(releases.find((one) => one.version === version)?.publishedAt ?? null);
  const settled = built.filter(({ publishedAt }) => {
    const then = epochMs(publishedAt);
    return at === null || then === null || at - then >= settledMs;
  });
  return settled.at(-1) ?? built[0] ?? null;
}

async function vouchPredecessor(
  { artifact, npm }: NpmSubject,
  releases: readonly Release[],
  vouching: NpmVouching,
  host: Host,
): Promise<Vouched> {
  if (npm === null || !promisedBy(npm.published.dist?.attestations).provenance) return nothingVouched;
  const { name } = artifact;
  const before = settledPredecessor(artifact.version, releases);
  if (before === null || before.integrity === null) return nothingVouched;
  const { version, integrity } = before;
  const unknown = (why: string, trust: TrustRoot | null): Vouched => ({
    ...nothingVouched,
    evidence: [line(id, 'unavailable', `who built ${version} before it: ${why}`, trust)],
  });
  const found = await attestationsOf({ ...artifact, version, integrity }, { publish: true, provenance: true }, true, vouching, host);
  if (found === null) return unknown(`${await registryHostOf(name, host)} names attestations and serves none`, null);
  const { verdict, trust } = found;
  // Wrong attestations of another version accuse nobody of this one; what they would have said is not known.
  if (verdict.outcome !== 'verified') return unknown(verdict.why, trust);
  if (verdict.builder === null) return nothingVouched;
  return {
    ...nothingVouched,
    evidence: [line(id, 'verified', `${version} before it was ${builtFrom(verdict.builder)}`, trust)],
    predecessor: { version, builder: verdict.builder },
  };
}
