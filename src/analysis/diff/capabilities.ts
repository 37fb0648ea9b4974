import { type CapabilityClass, capabilityClasses } from '../../model/capability.ts';
import type { PinnedCapability } from '../../model/pin.ts';

/** A snapshot to compare: a report, or what a pin keeps of one. */
export interface CapabilitySnapshot {
  readonly ruleset: string;
  readonly classes: readonly PinnedCapability[];
}

export interface CapabilityChange {
  readonly class: CapabilityClass;
  /** What the older side had; null = not seen. */
  readonly before: Pick<PinnedCapability, 'verdict' | 'reach' | 'scopes'> | null;
  readonly after: Pick<PinnedCapability, 'verdict' | 'reach' | 'scopes'> | null;
  /** Scopes that only the newer side has, sorted. */
  readonly scopes: readonly string[];
}

/** DESIGN §5.6 `diff.capabilities`; each list in the order of the classes. */
export interface CapabilityDiff {
  readonly gained: readonly CapabilityChange[];
  /** New hosts, paths, programs or variables of a class that was there. */
  readonly widened: readonly CapabilityChange[];
  /** A class that was plumbing or a dependency's is now used nearer to the server's own code. */
  readonly newUse: readonly CapabilityChange[];
  readonly lost: readonly CapabilityChange[];
  /** Differences between two rule sets: what newer rules see in bytes that may be the same. Never a gain. */
  readonly newlyVisible: readonly CapabilityChange[];
}

const nearness = { own: 2, closure: 1, baseline: 0 } as const;

/**
 * What the newer side can do more or less. Moving from "not seen" to "cannot tell" is a gain: what cannot be read may do
 * anything. With two rule sets no gain can be told from a better look, so everything more is `newlyVisible`.
 */
export function diffCapabilities(before: CapabilitySnapshot, after: CapabilitySnapshot): CapabilityDiff {
  const diff = { gained: [], widened: [], newUse: [], lost: [], newlyVisible: [] } as Record<keyof CapabilityDiff, CapabilityChange[]>;
  for (const of of Object.keys(capabilityClasses) as CapabilityClass[]) {
    const [old, now] = [find(before, of), find(after, of)];
    const change = compare(old, now);
    if (change === null) continue;
    const scopes = (now?.scopes ?? []).filter((scope) => old?.scopes.includes(scope) !== true);
    const kind = before.ruleset !== after.ruleset && change !== 'lost' ? 'newlyVisible' : change;
    diff[kind].push({ class: of, before: side(old), after: side(now), scopes });
  }
  return diff;
}

function compare(
  old: PinnedCapability | undefined,
  now: PinnedCapability | undefined,
): Exclude<keyof CapabilityDiff, 'newlyVisible'> | null {
  const [had, has] = [old?.verdict ?? 'not-seen', now?.verdict ?? 'not-seen'];
  if (has === 'not-seen') return had === 'not-seen' ? null : 'lost';
  if (had === 'not-seen' || old === undefined || now === undefined) return 'gained';
  if (had === 'cannot-tell') return has === 'seen' ? 'gained' : null;
  if (has === 'cannot-tell') return 'newUse';
  // Folded plumbing that the server's own closure now uses was never shown on a card: to the person it is new.
  if (old.reach === 'baseline' && now.reach !== 'baseline') return 'gained';
  if (nearness[now.reach] > nearness[old.reach]) return 'newUse';
  const isWider = !old.scopes.includes('*') && now.scopes.some((scope) => !old.scopes.includes(scope));
  return isWider || (old.scopes.includes('*') && namesMore(old, now)) ? 'widened' : null;
}

/** "Any" already says hosts and paths; a newly named variable or program is still worth a row. */
function namesMore(old: PinnedCapability, now: PinnedCapability): boolean {
  return now.scopes.some((scope) => scope !== '*' && !old.scopes.includes(scope));
}

function find(snapshot: CapabilitySnapshot, of: CapabilityClass): PinnedCapability | undefined {
  return snapshot.classes.find((capability) => capability.class === of);
}

function side(capability: PinnedCapability | undefined): CapabilityChange['before'] {
  return capability === undefined || capability.verdict === 'not-seen'
    ? null
    : { verdict: capability.verdict, reach: capability.reach, scopes: capability.scopes };
}
