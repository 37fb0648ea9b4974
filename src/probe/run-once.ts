import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Era } from '../model/manifest.ts';
import { collect } from './collect.ts';
import type { Look } from './compare.ts';
import { type Connection, connect } from './connection.ts';
import type { Introduced } from './identities.ts';
import type { ProbeBounds, StartedServer } from './request.ts';

/** What one start of the server gave. */
export interface Run {
  readonly look: Look;
  readonly agentRequests: ReadonlySet<string>;
  readonly strayLines: number;
}

/**
 * Starts the server, collects its manifest as one client in one era, and ends it with all its processes; null = it
 * does not speak that era. Ends the server at once when the signal aborts, when the time is over, or when it fills its
 * scratch folder.
 *
 * @throws GuardError as `probe` does, and the signal's reason.
 */
export async function runOnce(
  plan: Introduced & { readonly by: Look['by']; readonly era: Era },
  setting: {
    readonly start: () => Promise<StartedServer>;
    readonly bounds: ProbeBounds;
    readonly signal: AbortSignal;
    readonly host: Host;
  },
): Promise<Run | null> {
  const { start, bounds, signal, host } = setting;
  const server = await start();
  const connection = connect(server, bounds);
  const stopWatching = watch(connection, server.scratch, bounds, signal, host);
  try {
    const manifest = await collect(connection, plan, plan.era, bounds);
    if (manifest === null) return null;
    const look = { by: plan.by, era: plan.era, manifest, surroundings: server.surroundings };
    return { look, agentRequests: connection.agentRequests, strayLines: connection.strayLines() };
  } finally {
    stopWatching();
    await end(server);
  }
}

/** Kills the server and waits until it is gone; not for a daemon that keeps its pipes open on an uncontained host. */
async function end({ child }: StartedServer): Promise<void> {
  child.kill('SIGKILL');
  const giveUp = setTimeout(() => {
    child.stdout.destroy();
    child.stderr?.destroy();
  }, limits.stopGraceMs);
  await child.exited;
  clearTimeout(giveUp);
}

/** How often the scratch folder is measured; a fast disk takes less than 2 GB in that time. */
const measureEveryMs = 1_000;

function watch(connection: Connection, scratch: string | null, bounds: ProbeBounds, signal: AbortSignal, host: Host): () => void {
  const abort = (): void => {
    const reason: unknown = signal.reason;
    connection.fail(reason instanceof GuardError ? reason : new GuardError('interrupted', 'the probe was stopped'));
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const deadline = setTimeout(() => {
    connection.fail(failed('the server takes too long', `the probe ends after ${bounds.timeoutMs / 1000} s`));
  }, bounds.timeoutMs);
  const measuring = setInterval(async () => {
    if (scratch !== null && (await bytesIn(scratch, host).catch(() => 0)) > bounds.maxScratchBytes) {
      connection.fail(failed('the server fills the disk', `it wrote more than ${bounds.maxScratchBytes} bytes`));
    }
  }, measureEveryMs);
  return () => {
    clearTimeout(deadline);
    clearInterval(measuring);
    signal.removeEventListener('abort', abort);
  };
}

/** Of all files below a folder. A folder that cannot be read counts as empty. */
async function bytesIn(folder: string, host: Host): Promise<number> {
  let bytes = 0;
  for (const name of await host.files.list(folder)) {
    const found = await host.files.stat(join(folder, name));
    bytes += found?.kind === 'directory' ? await bytesIn(join(folder, name), host) : (found?.size ?? 0);
  }
  return bytes;
}

function failed(what: string, why: string): GuardError {
  return new GuardError('probe-failed', what, { why, hint: 'leave the probe out with --no-probe' });
}
