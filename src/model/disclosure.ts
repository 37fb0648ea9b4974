import type { Artifact, Closure } from './artifact.ts';
import type { CapabilityReport } from './capability.ts';
import type { CredentialUse } from './credential.ts';
import type { Lookalike } from './lookalike.ts';
import type { Looked } from './looked.ts';
import type { StaticManifest } from './manifest.ts';
import type { TreeLaunch } from './pin.ts';
import type { Publisher } from './publisher.ts';

/** How a Python server would be started; nothing pins or starts it yet. */
export interface PythonLaunch {
  readonly runtime: 'python';
  /** The console script. */
  readonly bin: string;
  /** `module:function` that it calls; attacker-controlled. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly cwd: null;
  readonly envNames: readonly string[];
}

/** Everything that is known about a server before approval; the card shows it, its digest goes into the approval. */
export interface Disclosure extends Looked {
  /** What the user typed. */
  readonly reference: string;
  readonly artifact: Artifact;
  readonly closure: Closure;
  readonly publisher: Publisher;
  /** The names that its name may be taken for, strongest first; empty = none, or it is one that the user answered for. */
  readonly lookalikes: readonly Lookalike[];
  /** Sum of the unpacked sizes of the packages of this platform. */
  readonly closureBytes: number;
  /** `name@version` of every package that declares a script which npm would run at install; sorted. */
  readonly installScripts: readonly string[];
  readonly capabilities: CapabilityReport;
  /** Keys that its own code reads from the environment, and where each goes; sorted by variable. */
  readonly credentials: readonly CredentialUse[];
  readonly static: StaticManifest;
  readonly launch: TreeLaunch | PythonLaunch;
}
