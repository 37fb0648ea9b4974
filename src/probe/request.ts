import type { Child } from '../host/host.ts';
import { limits } from '../model/limits.ts';
import type { ProbedManifest } from '../model/manifest.ts';
import type { Surroundings } from '../model/surroundings.ts';

/** What to start and look at. */
export interface ProbeRequest {
  /** Absolute path of the Node that runs it. */
  readonly node: string;
  /** The materialised tree, and the file in it that is started, relative. */
  readonly treePath: string;
  readonly entry: string;
  /** The server's own arguments, as the client will pass them. */
  readonly args: readonly string[];
  /** Names of declared environment variables; each gets a dummy value. */
  readonly secretNames: readonly string[];
  /** false = directly on the host, with the same scratch home and environment. Only after a person's separate yes. */
  readonly sandboxed: boolean;
  readonly onProgress?: (step: string) => void;
  /** Tighter bounds than `limits`, for tests. */
  readonly bounds?: Partial<ProbeBounds>;
}

export interface ProbeResult {
  readonly probed: ProbedManifest;
  /** Of the run that `probed.manifest` comes from; what `toTemplate` needs to pin it. */
  readonly surroundings: Surroundings;
  /** Lines on stdout, over all runs, that were no messages. */
  readonly strayLines: number;
}

/** The bounds of one run (one identity, one era). @see limits for their values */
export interface ProbeBounds {
  readonly timeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly discoverTimeoutMs: number;
  readonly settleMs: number;
  readonly maxBytes: number;
  readonly maxStrayLines: number;
  readonly maxScratchBytes: number;
}

export const defaultBounds: ProbeBounds = {
  timeoutMs: limits.probeTimeoutMs,
  requestTimeoutMs: limits.probeRequestTimeoutMs,
  discoverTimeoutMs: limits.probeDiscoverTimeoutMs,
  settleMs: limits.probeSettleMs,
  maxBytes: limits.probeMaxBytes,
  maxStrayLines: limits.probeMaxStrayLines,
  maxScratchBytes: limits.probeScratchMaxBytes,
};

/** A started server, and what is true where it runs. */
export interface StartedServer {
  readonly child: Child;
  readonly surroundings: Surroundings;
  /** The folder that it may fill. */
  readonly scratch: string;
  /** The folder that it is started from. */
  readonly tree: string;
  /** Names of the variables that it got. */
  readonly envNames: readonly string[];
}
