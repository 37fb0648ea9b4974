import type { CapabilityClass, Reach } from '../model/capability.ts';

/** What every MCP server brings with the official SDKs and what usually stands beside them. Data with a version. */
export interface Baseline {
  readonly version: string;
  /** The day on which they were read, `YYYY-MM-DD`; empty = not made yet. */
  readonly date: string;
  /** `name@version` of the packages whose closures were read. */
  readonly madeFrom: readonly string[];
  /** Id of the rules that read them. */
  readonly ruleset: string;
  /** Package names with the classes that their code showed, sorted. */
  readonly packages: Readonly<Record<string, readonly CapabilityClass[]>>;
}

/**
 * Whose code a package that is not the server's own is. One of the baseline that shows a class which it did not have when
 * the baseline was made is not folded.
 */
export function reachBeside(name: string, shown: readonly { readonly class: CapabilityClass }[], baseline: Baseline): Reach {
  const known = Object.hasOwn(baseline.packages, name) ? baseline.packages[name] : undefined;
  return known !== undefined && shown.every((found) => known.includes(found.class)) ? 'baseline' : 'closure';
}
