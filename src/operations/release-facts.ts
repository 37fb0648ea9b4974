import type { Artifact } from '../model/artifact.ts';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { Pin } from '../model/pin.ts';
import type { PinnedRelease, PinnedVersion } from '../model/release.ts';
import type { ResolvedServer } from './loaded.ts';

/** What a pin remembers of a release: who built it, as far as that is verified, and what the registry said of it. */
export function releaseOf(
  { history, artifact }: Pick<ResolvedServer, 'history' | 'artifact'>,
  builder: BuildIdentity | null,
  registryNames: readonly string[],
): PinnedRelease {
  const release = history?.releases.find(({ version }) => version === artifact.version);
  return { builder, publisher: release?.publisher ?? null, trust: release?.trust ?? null, registryNames };
}

/** What is approved now of the same package; undefined = nothing, or it has no bytes to compare. */
export function pinnedVersion(pin: Pin, { subject }: Artifact): PinnedVersion | undefined {
  const { artifact, closure } = pin;
  if (closure === null || artifact.subject !== subject || artifact.integrity === null) return undefined;
  return { version: artifact.version, integrity: artifact.integrity, release: pin.release ?? nothingKnown };
}

const nothingKnown: PinnedRelease = { builder: null, publisher: null, trust: null, registryNames: [] };
