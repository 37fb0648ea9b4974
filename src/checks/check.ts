import type { ShippedManifest } from '../model/declared-manifest.ts';
import type { Disclosure } from '../model/disclosure.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import type { ToolsElsewhere } from '../model/manifest.ts';
import type { PinnedVersion, ReleaseHistory } from '../model/release.ts';
import type { Predecessor } from '../model/vouched.ts';

/**
 * What is known about a server before anybody decides: all of a disclosure but its findings and its decision, and
 * whether the package's own code looks like an MCP server at all.
 */
export interface CheckInput
  extends Pick<
    Disclosure,
    | 'artifact'
    | 'closure'
    | 'publisher'
    | 'lookalikes'
    | 'credentials'
    | 'launch'
    | 'installScripts'
    | 'capabilities'
    | 'static'
    | 'probed'
    | 'probeAbsence'
    | 'evidence'
    | 'builder'
  > {
  /** Names of the packages that the artifact declares as dependencies, whether or not the closure holds them. */
  readonly dependencies?: readonly string[];
  /** Every version that the registry lists; absent = it was not asked, or has no such list. */
  readonly history?: ReleaseHistory | undefined;
  /** The approved version that this one would follow; absent = none. */
  readonly pinned?: PinnedVersion | undefined;
  /** Who built the version before it; absent = not looked up, or nothing verified says so. */
  readonly predecessor?: Predecessor | undefined;
  /** Milliseconds since the epoch; absent = ages are not judged. */
  readonly nowMs?: number;
  /** Tools of the other servers that are pinned on this machine; absent = not looked up. */
  readonly elsewhere?: readonly ToolsElsewhere[];
  /** The manifest in the package's own files; null or absent = it ships none. */
  readonly declared?: ShippedManifest | null;
}

/** Facts to findings: pure, synchronous, and quiet about honest servers. */
export interface Check {
  /** Every code that `run` may give. */
  readonly codes: readonly FindingCode[];
  readonly run: (input: CheckInput) => readonly Finding[];
}

/** A check that looks at words alone, so that it also works on a listing without an artifact. */
export interface WordCheck extends Check {
  readonly run: (input: Pick<CheckInput, 'probed' | 'static' | 'elsewhere'>) => readonly Finding[];
}
