import semver from 'semver';
import { GuardError } from '../../model/errors.ts';
import type { NpmReference } from '../../model/reference.ts';
import { deprecationOf, type Packument } from './packument.ts';

/**
 * The version that npm would take: `latest` when nothing is asked and whenever it is in the range, otherwise the highest
 * in the range; deprecated versions only when there is no other, prereleases only when the range names one.
 * @throws GuardError `version-not-found`, which lists what is near.
 * @see npm-pick-manifest
 */
export function pickVersion(packument: Packument, { spec, specKind }: Pick<NpmReference, 'spec' | 'specKind'>): string {
  const versions = Object.keys(packument.versions).filter((version) => semver.valid(version) !== null);
  if (versions.length === 0) {
    throw new GuardError('version-not-found', `${packument.name} has no version`, {
      why: 'all of them were taken back, or none was ever published',
      hint: `npm view ${packument.name} time`,
    });
  }
  const latest = known(packument.tags, 'latest', versions);
  const found = pick(packument, versions, latest, spec, specKind);
  if (found !== null) return found;
  throw notFound(packument, versions, latest, spec ?? 'latest', specKind);
}

function pick(
  packument: Packument,
  versions: readonly string[],
  latest: string | null,
  spec: string | null,
  kind: NpmReference['specKind'],
) {
  switch (kind) {
    case 'none':
      return latest ?? best(packument, versions, '*');
    case 'tag':
      return known(packument.tags, spec ?? 'latest', versions);
    case 'exact': {
      const exact = semver.clean(spec ?? '', { loose: true });
      return versions.find((version) => version === exact) ?? null;
    }
    case 'range': {
      const range = semver.validRange(spec) ?? '*';
      if (latest !== null && (range === '*' || semver.satisfies(latest, range)) && !isDeprecated(packument, latest)) return latest;
      return best(packument, versions, range) ?? (range === '*' ? latest : null);
    }
  }
}

function best(packument: Packument, versions: readonly string[], range: string): string | null {
  const inRange = semver.rsort(versions.filter((version) => semver.satisfies(version, range)));
  return inRange.find((version) => !isDeprecated(packument, version)) ?? inRange[0] ?? null;
}

function isDeprecated(packument: Packument, version: string): boolean {
  return deprecationOf(packument.versions[version]) !== null;
}

function known(tags: Readonly<Record<string, string>>, tag: string, versions: readonly string[]): string | null {
  const version = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  return version !== undefined && versions.includes(version) ? version : null;
}

function notFound(
  packument: Packument,
  versions: readonly string[],
  latest: string | null,
  spec: string,
  kind: NpmReference['specKind'],
): GuardError {
  const sorted = semver.sort([...versions]);
  const near = kind === 'exact' ? nearest(sorted, semver.clean(spec, { loose: true }) ?? spec) : sorted.slice(-5);
  const tags = kind === 'tag' ? `; tags: ${Object.keys(packument.tags).slice(0, 10).join(', ')}` : '';
  return new GuardError('version-not-found', `there is no version ${spec} of ${packument.name}`, {
    why: `published ${kind === 'exact' ? 'near it' : 'last'}: ${near.join(', ')}${tags}`,
    hint: `pinfold info ${packument.name}@${latest ?? near.at(-1)}`,
  });
}

/** Three below and two above. */
function nearest(sorted: readonly string[], wanted: string): readonly string[] {
  const at = sorted.findIndex((version) => semver.valid(wanted) !== null && semver.gt(version, wanted));
  const from = at === -1 ? sorted.length : at;
  return sorted.slice(Math.max(0, from - 3), from + 2);
}
