import type { CapabilityClass } from '../model/capability.ts';

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
