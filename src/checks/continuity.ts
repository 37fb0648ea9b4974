import { gt, major, prerelease, valid } from 'semver';
import { builderChanges } from '../model/build-identity.ts';
import { type Finding, finding } from '../model/finding.ts';
import { type Release, trustLevels } from '../model/release.ts';
import { epochMs } from '../model/time.ts';
import type { Check, CheckInput } from './check.ts';

/** A package that slept this long and wakes up may have another owner. */
const silenceDays = 365;
const dayMs = 86_400_000;

/** What is compared: all of it is known without looking into the bytes. */
type ContinuityInput = Pick<CheckInput, 'artifact' | 'evidence' | 'builder' | 'history' | 'pinned' | 'predecessor' | 'nowMs'>;

/**
 * Whether a version continues what was there before: the pin, and the earlier versions of the same major. What a registry
 * does not say of both sides is not compared.
 */
export const continuity: Check & { readonly run: (input: ContinuityInput) => readonly Finding[] } = {
  codes: [
    'builder-changed',
    'build-changed',
    'provenance-lost',
    'trusted-publishing-lost',
    'publisher-changed',
    'version-republished',
    'latest-moved-back',
    'install-script-appeared',
    'bin-appeared',
    'release-after-silence',
  ],
  run: (input) => {
    const { name, version } = input.artifact;
    const subject = `${name}@${version}`;
    return [...sinceThePin(input, subject), ...sincePredecessor(input, subject), ...sinceEarlier(input, subject)];
  },
};

function sinceThePin({ builder, evidence, pinned, artifact, history }: ContinuityInput, subject: string): readonly Finding[] {
  if (pinned === undefined) return [];
  const before = pinned.release.builder;
  const moved = history?.latest ?? null;
  const lost = before !== null && builder === null && evidence.some(({ source, outcome }) => isProvenance(source) && outcome === 'absent');
  return [
    ...(before === null || builder === null
      ? []
      : builderFindings(builderChanges(before, builder), subject, `${pinned.version} (approved)`)),
    ...(lost
      ? [finding('provenance-lost', subject, { before: `${before.repository ?? before.subject} (approved ${pinned.version})` })]
      : []),
    ...(artifact.version === pinned.version && artifact.integrity !== pinned.integrity
      ? [finding('version-republished', subject, { before: pinned.integrity, after: artifact.integrity })]
      : []),
    ...(moved !== null && isBehind(moved, pinned.version)
      ? [finding('latest-moved-back', subject, { before: pinned.version, after: moved })]
      : []),
  ];
}

/** The version before it, where no approved one says who built it. */
function sincePredecessor({ builder, pinned, predecessor }: ContinuityInput, subject: string): readonly Finding[] {
  if (builder === null || predecessor === undefined || (pinned !== undefined && pinned.release.builder !== null)) return [];
  return builderFindings(builderChanges(predecessor.builder, builder), subject, `${predecessor.version} (the version before)`);
}

function builderFindings(changes: ReturnType<typeof builderChanges>, subject: string, since: string): readonly Finding[] {
  return changes.map(({ member, before, after, isOwnership }) =>
    finding(isOwnership ? 'builder-changed' : 'build-changed', subject, { member, before, after, since }),
  );
}

function isProvenance(source: string): boolean {
  return source.endsWith('-provenance');
}

/** The registry's own record of this version against the earlier ones of its line. */
function sinceEarlier({ artifact, history, pinned, nowMs }: ContinuityInput, subject: string): readonly Finding[] {
  const candidate = history?.releases.find(({ version }) => version === artifact.version);
  if (history === undefined || candidate === undefined) return [];
  const earlier = earlierReleases(artifact.version, history.releases);
  if (earlier.length === 0) return [];
  return [
    ...trustFindings(candidate, earlier, pinned?.release.trust ?? null, subject),
    ...publisherFinding(candidate, earlier, subject),
    ...(candidate.hasInstallScript === true && earlier.every(({ hasInstallScript }) => hasInstallScript === false)
      ? [finding('install-script-appeared', subject, { versions: earlier.length })]
      : []),
    ...binFindings(candidate, earlier, subject),
    ...silenceFinding(candidate, history.releases, subject, nowMs),
  ];
}

/**
 * What was published before a version in the same major line, in the order of `releases`; where times are not known, what
 * is lower. A stable one is compared with stable ones. Empty also where the version is not among them.
 */
export function earlierReleases(version: string, releases: readonly Release[]): readonly Release[] {
  const candidate = releases.find((one) => one.version === version);
  return candidate === undefined ? [] : earlierOf(candidate, releases);
}

function earlierOf(candidate: Release, releases: readonly Release[]): readonly Release[] {
  const line = releases.filter(
    ({ version }) =>
      version !== candidate.version &&
      major(version) === major(candidate.version) &&
      (prerelease(candidate.version) !== null || prerelease(version) === null),
  );
  const at = epochMs(candidate.publishedAt);
  return line.filter(({ version, publishedAt }) => {
    const then = epochMs(publishedAt);
    return at === null || then === null ? gt(candidate.version, version) : then < at;
  });
}

function trustFindings(candidate: Release, earlier: readonly Release[], pinned: Release['trust'], subject: string): readonly Finding[] {
  if (candidate.trust === null) return [];
  const rank = (trust: Release['trust']) => (trust === null ? 0 : trustLevels.indexOf(trust));
  const strongest = earlier.reduce((best, one) => (rank(one.trust) > rank(best.trust) ? one : best));
  const before = Math.max(rank(strongest.trust), rank(pinned));
  const now = rank(candidate.trust);
  if (now >= before) return [];
  const args = {
    before: `${trustLevels[before] ?? ''} (${rank(strongest.trust) === before ? strongest.version : 'approved'})`,
    after: candidate.trust,
  };
  return [finding(now === 0 ? 'provenance-lost' : 'trusted-publishing-lost', subject, args)];
}

/** Somebody who published nothing of this line before; not where a build that the registry trusts took over from people. */
function publisherFinding(candidate: Release, earlier: readonly Release[], subject: string): readonly Finding[] {
  const before = [...new Set(earlier.flatMap(({ publisher }) => (publisher === null ? [] : [publisher])))].sort();
  const { publisher, trust } = candidate;
  if (publisher === null || before.length === 0 || before.includes(publisher)) return [];
  const isUpgrade = trustLevels.indexOf(trust ?? 'none') >= 2 && earlier.every((one) => trustLevels.indexOf(one.trust ?? 'none') < 2);
  return isUpgrade ? [] : [finding('publisher-changed', subject, { before, after: publisher })];
}

function binFindings(candidate: Release, earlier: readonly Release[], subject: string): readonly Finding[] {
  const known = new Set(earlier.flatMap(({ bins }) => bins));
  const added = candidate.bins.filter((bin) => !known.has(bin));
  return added.length === 0 || known.size === 0 ? [] : [finding('bin-appeared', subject, { before: [...known].sort(), after: added })];
}

function silenceFinding(candidate: Release, releases: readonly Release[], subject: string, nowMs: number | undefined): readonly Finding[] {
  const at = epochMs(candidate.publishedAt);
  if (at === null || nowMs === undefined || nowMs - at > 90 * dayMs) return [];
  const before = releases.flatMap(({ version, publishedAt }) => {
    const then = epochMs(publishedAt);
    return version === candidate.version || then === null || then >= at ? [] : [{ version, then, publishedAt: publishedAt ?? '' }];
  });
  if (before.length === 0) return [];
  const last = before.reduce((latest, one) => (one.then > latest.then ? one : latest));
  const days = Math.floor((at - last.then) / dayMs);
  if (days < silenceDays) return [];
  return [
    finding('release-after-silence', subject, {
      days,
      before: `${last.version} (${last.publishedAt.slice(0, 10)})`,
      after: (candidate.publishedAt ?? '').slice(0, 10),
    }),
  ];
}

/** `latest` means a lower version of the same line than the approved one, which a pre-release never was. */
function isBehind(latest: string, pinned: string): boolean {
  return valid(latest) !== null && valid(pinned) !== null && prerelease(pinned) === null && gt(pinned, latest);
}
