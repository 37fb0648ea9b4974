import type { Closure } from '../../model/artifact.ts';
import type { GainTier } from '../../model/capability.ts';
import type { ItemKind, Manifest } from '../../model/manifest.ts';
import { type CapabilityDiff, type CapabilitySnapshot, diffCapabilities } from './capabilities.ts';
import { type ClosureDiff, diffClosures } from './closures.ts';
import { gainOf } from './gain.ts';
import { diffManifests, type ManifestDiff } from './manifests.ts';

/** One side of a comparison. */
export interface ServerSide {
  /** `name@version`, for people. */
  readonly label: string;
  readonly capabilities: CapabilitySnapshot;
  /** The words, in template form; null = nobody has seen them run. */
  readonly words: Pick<Manifest, ItemKind | 'instructions'> | null;
  readonly closure: Closure;
  /** `name@version` of packages with a script that npm would run at install. */
  readonly installScripts: readonly string[];
  /** Names of variables that its code mentions. */
  readonly environment: readonly string[];
}

/** Everything that one side has and the other does not. DESIGN §5.6 `diff`. */
export interface ServerDiff {
  readonly from: string;
  readonly to: string;
  readonly gain: GainTier;
  readonly capabilities: CapabilityDiff;
  /** null = at least one side's words are unknown. */
  readonly words: ManifestDiff | null;
  readonly closure: ClosureDiff;
  readonly installScripts: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly environment: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** What `after` gained, changed and lost over `before`. Both sides must have been analysed with the rules of the snapshots. */
export function diffServers(before: ServerSide, after: ServerSide): ServerDiff {
  const capabilities = diffCapabilities(before.capabilities, after.capabilities);
  const words = before.words === null || after.words === null ? null : diffManifests(before.words, after.words);
  const installScripts = diffNames(before.installScripts.map(nameOf), after.installScripts.map(nameOf));
  return {
    from: before.label,
    to: after.label,
    gain: gainOf({ capabilities, manifest: words, installScriptsAdded: installScripts.added.length }),
    capabilities,
    words,
    closure: diffClosures(before.closure, after.closure),
    installScripts,
    environment: diffNames(before.environment, after.environment),
  };
}

/** A script that only moved to a newer version of the same package did not appear. */
function nameOf(label: string): string {
  return label.slice(0, label.lastIndexOf('@'));
}

function diffNames(before: readonly string[], after: readonly string[]) {
  return { added: after.filter((name) => !before.includes(name)), removed: before.filter((name) => !after.includes(name)) };
}
