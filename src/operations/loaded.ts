import type { Artifact, Closure, ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { Disclosure, PythonLaunch } from '../model/disclosure.ts';
import type { Finding } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import type { TreeLaunch } from '../model/pin.ts';
import type { Publisher } from '../model/publisher.ts';
import type { ReleaseHistory } from '../model/release.ts';
import type { Progress } from './progress.ts';
import type { Resolution } from './vouch/voucher.ts';

/** What a reference means today, whatever the source; no code of it has been looked at yet. */
export interface ResolvedServer {
  readonly artifact: Artifact;
  readonly closure: Closure;
  /** Why it cannot be started for a look; null = it can. */
  readonly notStarted: string | null;
  /** What its source said, for those who vouch for it. */
  readonly resolution: Resolution;
  /** Every version that its registry lists; null = its source has no such list. */
  readonly history: ReleaseHistory | null;
  readonly publisher: Publisher;
  /** Accounts that could publish when this version was published, sorted; null = the source does not say. */
  readonly owners: readonly string[] | null;
  /** The verified files of one package of the closure. @throws GuardError when they are not what the closure says. */
  readonly files: (pkg: ClosurePackage) => Promise<readonly PackageFile[]>;
  /** @param folder where the tree is laid out for a probe; null = nowhere, only checked. */
  readonly load: (folder: string | null, progress: Progress) => Promise<LoadedServer>;
}

/** What the bytes say. */
export type Analysed = Pick<Disclosure, 'capabilities' | 'static' | 'credentials'>;

/** A closure read once and boiled down to facts. */
export interface LoadedServer {
  readonly start: Pick<TreeLaunch, 'runtime' | 'bin' | 'entry'> | Pick<PythonLaunch, 'runtime' | 'bin' | 'entry'>;
  /** The server's own files; content is attacker-controlled. */
  readonly ownFiles: readonly PackageFile[];
  /** Sum of the unpacked sizes. */
  readonly bytes: number;
  /** `name@version` of every package with code that would run at install; sorted. */
  readonly installScripts: readonly string[];
  /** Names of the packages that the artifact declares as dependencies, whether or not the closure holds them. */
  readonly dependencies: readonly string[];
  /** Names of the programs that the artifact brings, sorted. */
  readonly bins: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly findings: readonly Finding[];
  /** What cannot be checked about it beyond what is true of every server, in words. */
  readonly notVerifiable: readonly string[];
  /** What the bytes say. May take seconds; gives way to other work meanwhile. `maxEvidence`: places per class. */
  readonly analyse: (maxEvidence?: number) => Promise<Analysed>;
}
