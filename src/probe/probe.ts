import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Era } from '../model/manifest.ts';
import { compare, type Look } from './compare.ts';
import { type Identity, identities } from './identities.ts';
import { defaultBounds, type ProbeBounds, type ProbeRequest, type ProbeResult, type StartedServer } from './request.ts';
import { type Run, runOnce } from './run-once.ts';
import { startServer } from './start.ts';

/**
 * Starts the server under two client identities in both protocol eras, each time anew, and returns what it declares.
 * When the looks differ it is started once more as the first identity, to tell what varies by itself from what varies
 * by who asks. Nothing that it writes survives, and with `sandboxed` nothing that it does reaches the machine.
 *
 * @throws GuardError `probe-failed` (it does not start, answer or end its lists), `listing-invalid` (it answers what
 * cannot be pinned), `sandbox-unavailable`, `interrupted`. Messages hold remote text made printable.
 */
export async function probe(request: ProbeRequest, host: Host): Promise<ProbeResult> {
  const session = await host.files.realPath(await host.files.makeTempFolder(host.places.temp, 'pinfold-probe-'));
  try {
    const { bounds = {}, onProgress = () => {} } = request;
    const progress = (step: 'first' | 'again') =>
      onProgress(
        step === 'first'
          ? `starting the server under ${identities.length} client identities, in both protocol eras`
          : 'the answers differ: starting the server once more',
      );
    return await probeStarted(() => startServer(request, session, host), { bounds, progress }, host);
  } finally {
    await removeSession(session, host);
  }
}

/**
 * The same for a server that is started in another way, each time anew by `start`. Ends every one that was started.
 *
 * @throws GuardError as `probe`, and what `start` throws.
 */
export async function probeStarted(
  start: () => Promise<StartedServer>,
  given: { readonly bounds: Partial<ProbeBounds>; readonly progress: (step: 'first' | 'again') => void },
  host: Host,
): Promise<ProbeResult> {
  const bounds = { ...defaultBounds, ...given.bounds };
  const interrupted = new AbortController();
  const unlisten = host.processes.onSignal(() => interrupted.abort(new GuardError('interrupted', 'stopped by a signal')));
  const setting = { start, bounds, signal: interrupted.signal, host };
  try {
    const [first, second] = identities;
    given.progress('first');
    const runs = await lookAll([both('first', first), both('second', second)].flat(), setting);
    if (runs.length === 0) throw new GuardError('probe-failed', 'the server speaks no protocol that clients speak', refusal);
    if (isTorn(runs)) throw tornEras();
    if (hasDifferences(compare(looksOf(runs)))) {
      given.progress('again');
      runs.push(
        ...(await lookAll(
          [...new Set(runs.map((run) => run.look.era))].map((era) => ({ by: 'again', identity: first, era })),
          setting,
        )),
      );
    }
    return resultOf(runs);
  } finally {
    unlisten();
  }
}

/** The processes of a killed sandbox die a moment after it: one of them may still put a file where a folder is removed. */
async function removeSession(session: string, host: Host): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await host.files.remove(session);
    } catch (cause) {
      if (attempt === 20) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const refusal = {
  why: 'it refuses `initialize` as well as `server/discover`',
  hint: 'leave the probe out with --no-probe',
};

interface Setting {
  readonly start: () => Promise<StartedServer>;
  readonly bounds: ProbeBounds;
  readonly signal: AbortSignal;
  readonly host: Host;
}

interface Plan {
  readonly by: Look['by'];
  readonly identity: Identity;
  readonly era: Era;
}

function both(by: Look['by'], identity: Identity): readonly Plan[] {
  return [
    { by, identity, era: 'initialize' },
    { by, identity, era: 'stateless' },
  ];
}

/** All at once; the first failure stops the others. Runs of an era that the server does not speak are left out. */
async function lookAll(plans: readonly Plan[], setting: Setting): Promise<Run[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([setting.signal, stop.signal]);
  const settled = await Promise.allSettled(
    plans.map((plan) =>
      runOnce(plan, { ...setting, signal }).catch((cause: unknown) => {
        stop.abort(cause);
        throw cause;
      }),
    ),
  );
  // The first failure is the cause of the others.
  if (stop.signal.aborted) throw stop.signal.reason;
  return settled.flatMap((run) => (run.status === 'fulfilled' && run.value !== null ? [run.value] : []));
}

/** One identity gets an answer in an era and the other does not. */
function isTorn(runs: readonly Run[]): boolean {
  const eras = new Set(runs.map((run) => run.look.era));
  return runs.length !== eras.size * identities.length;
}

function tornEras(): GuardError {
  return new GuardError('listing-invalid', 'the server speaks to one client and not to another', {
    why: 'it answered one client identity in a protocol era in which it refused the other',
  });
}

function hasDifferences(compared: ReturnType<typeof compare>): boolean {
  return compared.differences.length > 0 || compared.resourcePinning === 'open';
}

function looksOf(runs: readonly Run[]): readonly Look[] {
  return runs.map((run) => run.look);
}

function resultOf(runs: readonly Run[]): ProbeResult {
  const agentRequests = [...new Set(runs.flatMap((run) => [...run.agentRequests]))].sort();
  const firsts = looksOf(runs).filter((look) => look.by === 'first');
  const base = firsts.find((look) => look.era === 'initialize') ?? firsts[0];
  const strayLines = runs.reduce((sum, run) => sum + run.strayLines, 0);
  return { probed: { ...compare(looksOf(runs)), agentRequests }, surroundings: base?.surroundings ?? {}, strayLines };
}
