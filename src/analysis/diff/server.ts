import type { Closure } from '../../model/artifact.ts';
import type { BuildIdentity } from '../../model/build-identity.ts';
import type { GainTier } from '../../model/capability.ts';
import type { StaticManifest } from '../../model/manifest.ts';
import type { Evidence } from '../../model/outcome.ts';
import { type CapabilityDiff, type CapabilitySnapshot, diffCapabilities } from './capabilities.ts';
import { type ClosureDiff, diffClosures } from './closures.ts';
import { codeWords } from './code-words.ts';
import { gainOf, highest } from './gain.ts';
import { diffManifests, type ManifestDiff, type ManifestItems } from './manifests.ts';
import { diffTrust, type TrustDiff, trustTier } from './trust.ts';

/** One side of a comparison. */
export interface ServerSide {
  /** `name@version`, for people. */
  readonly label: string;
  readonly capabilities: CapabilitySnapshot;
  /** The words, in template form; null = nobody has seen them run. */
  readonly words: ManifestItems | null;
  /** The words that its code names. */
  readonly code: StaticManifest;
  readonly closure: Closure;
  /** `name@version` of packages with a script that npm would run at install. */
  readonly installScripts: readonly string[];
  /** Names of variables that its code mentions. */
  readonly environment: readonly string[];
  /** What it is started with, as typed (or pinned). */
  readonly arguments: readonly string[];
  /** Names of the programs that the package brings. */
  readonly bins: readonly string[];
  /** Names of the packages that it declares to need. */
  readonly dependencies: readonly string[];
  /** Accounts that may publish it; null = not known. */
  readonly owners: readonly string[] | null;
  readonly evidence: readonly Evidence[];
  /** From a verified certificate; null = none. */
  readonly builder: BuildIdentity | null;
}

export interface NamesDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Everything that one side has and the other does not. DESIGN §5.6 `diff`. */
export interface ServerDiff {
  readonly from: string;
  readonly to: string;
  readonly gain: GainTier;
  readonly capabilities: CapabilityDiff;
  readonly trust: TrustDiff;
  /** null = neither was seen running, nor does the code name anything. */
  readonly words: ManifestDiff | null;
  /** Whether both sides were seen running, or only their code was compared. */
  readonly wordsFrom: 'running' | 'code' | null;
  readonly closure: ClosureDiff;
  readonly installScripts: NamesDiff;
  readonly environment: NamesDiff;
  /** In the order of the command; one that is given twice on one side counts each time. */
  readonly arguments: NamesDiff;
  readonly bins: NamesDiff;
  readonly dependencies: NamesDiff;
}

/** What `after` gained, changed and lost over `before`. Both sides must have been analysed with the rules of the snapshots. */
export function diffServers(before: ServerSide, after: ServerSide): ServerDiff {
  const capabilities = diffCapabilities(before.capabilities, after.capabilities);
  const running = before.words !== null && after.words !== null ? ([before.words, after.words] as const) : null;
  const sides = running ?? codeWords(before.code, after.code);
  const words = sides === null ? null : diffManifests(...sides);
  const installScripts = diffNames(before.installScripts.map(nameOf), after.installScripts.map(nameOf));
  const trust = diffTrust(before, after);
  return {
    from: before.label,
    to: after.label,
    gain: highest([gainOf({ capabilities, manifest: words, installScriptsAdded: installScripts.added.length }), trustTier(trust)]),
    capabilities,
    trust,
    words,
    wordsFrom: running !== null ? 'running' : sides === null ? null : 'code',
    closure: diffClosures(before.closure, after.closure),
    installScripts,
    environment: diffNames(before.environment, after.environment),
    arguments: diffWords(before.arguments, after.arguments),
    bins: diffNames(before.bins, after.bins),
    dependencies: diffNames(before.dependencies, after.dependencies),
  };
}

/** A script that only moved to a newer version of the same package did not appear. */
function nameOf(label: string): string {
  return label.slice(0, label.lastIndexOf('@'));
}

function diffNames(before: readonly string[], after: readonly string[]): NamesDiff {
  return { added: after.filter((name) => !before.includes(name)), removed: before.filter((name) => !after.includes(name)) };
}

function diffWords(before: readonly string[], after: readonly string[]): NamesDiff {
  const without = (words: readonly string[], others: readonly string[]): readonly string[] => {
    const left = [...others];
    return words.filter((word) => {
      const at = left.indexOf(word);
      if (at !== -1) left.splice(at, 1);
      return at === -1;
    });
  };
  return { added: without(after, before), removed: without(before, after) };
}
