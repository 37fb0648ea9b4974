import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Era } from '../model/manifest.ts';
import { type ProbedViews, type ViewCapability, viewCapabilities, viewKey } from '../model/views.ts';
import { compare, type Look } from './compare.ts';
import { capabilitiesOf, fullCapabilities, type Identity, type Introduced, identities } from './identities.ts';
import { defaultBounds, type ProbeBounds, type ProbeRequest, type ProbeResult, type StartedServer } from './request.ts';
import { type Run, runOnce } from './run-once.ts';
import { startServer } from './start.ts';
import { type CapabilityLook, combinations, mattering, telling, viewsOf, wording } from './views.ts';

/**
 * Starts the server under two client identities in both protocol eras, each time anew, and returns what it declares.
 * When the looks differ it is started once more as the first identity, to tell what varies by itself from what varies
 * by who asks. It is also started for a client that can do nothing; when that one is shown something else, for others,
 * until it is known which capabilities matter. Nothing that it writes survives, and with `sandboxed` nothing that it does reaches the machine.
 *
 * @throws GuardError `probe-failed` (it does not start, answer or end its lists), `listing-invalid` (it answers what
 * cannot be pinned), `sandbox-unavailable`, `interrupted`. Messages hold remote text made printable.
 */
export async function probe(request: ProbeRequest, host: Host): Promise<ProbeResult> {
  const session = await host.files.realPath(await host.files.makeTempFolder(host.places.temp, 'pinfold-probe-'));
  try {
    const { bounds = {}, onProgress = () => {} } = request;
    const said = {
      first: `starting the server under ${identities.length} client identities, in both protocol eras`,
      again: 'the answers differ: starting the server once more',
      views: 'a client that can do less is shown something else: starting the server for more of them',
    } as const satisfies Record<ProbeStep, string>;
    const progress = (step: ProbeStep) => onProgress(said[step]);
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
  given: { readonly bounds: Partial<ProbeBounds>; readonly progress: (step: ProbeStep) => void },
  host: Host,
): Promise<ProbeResult> {
  const bounds = { ...defaultBounds, ...given.bounds };
  const interrupted = new AbortController();
  const unlisten = host.processes.onSignal(() => interrupted.abort(new GuardError('interrupted', 'stopped by a signal')));
  const setting = { start, bounds, signal: interrupted.signal, host };
  try {
    const [first, second] = identities;
    given.progress('first');
    const bare: Introduced = { identity: first, capabilities: capabilitiesOf([]) };
    const stop = new AbortController();
    const less = lookQuietly(
      { ...bare, by: 'first', era: 'initialize' },
      { ...setting, signal: AbortSignal.any([setting.signal, stop.signal]) },
    );
    // It may fail before the others have ended, and is waited for after them.
    less.catch(() => undefined);
    const runs = await lookAll([both('first', first), both('second', second)].flat(), setting).catch(async (cause: unknown) => {
      stop.abort(cause);
      await Promise.allSettled([less]);
      throw cause;
    });
    const quick = await less;
    if (runs.length === 0) throw new GuardError('probe-failed', 'the server speaks no protocol that clients speak', refusal);
    if (isTorn(runs)) throw tornEras();
    const [base] = firstLooks(runs);
    const bareRun = quick ?? (base?.era === 'stateless' ? await lookQuietly({ ...bare, by: 'first', era: 'stateless' }, setting) : null);
    const seen = { all: lookWith(viewCapabilities, base), none: lookWith([], bareRun?.look) };
    if (hasDifferences(compare(looksOf(runs))) || isOtherView(seen, runs)) {
      given.progress('again');
      runs.push(
        ...(await lookAll(
          [...new Set(runs.map((run) => run.look.era))].map((era) => ({
            by: 'again',
            identity: first,
            capabilities: fullCapabilities,
            era,
          })),
          setting,
        )),
      );
    }
    if (!isOtherView(seen, runs)) return resultOf(runs, undefined);
    given.progress('views');
    return resultOf(runs, await viewsBy(seen, base?.era ?? 'initialize', runs, setting));
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

/** What a probe is doing. */
export type ProbeStep = 'first' | 'again' | 'views';

interface Setting {
  readonly start: () => Promise<StartedServer>;
  readonly bounds: ProbeBounds;
  readonly signal: AbortSignal;
  readonly host: Host;
}

interface Plan extends Introduced {
  readonly by: Look['by'];
  readonly era: Era;
}

function both(by: Look['by'], identity: Identity): readonly Plan[] {
  return [
    { by, identity, capabilities: fullCapabilities, era: 'initialize' },
    { by, identity, capabilities: fullCapabilities, era: 'stateless' },
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

/** One look more, which decides nothing: null = it does not talk to such a client. @throws GuardError `interrupted`. */
async function lookQuietly(plan: Plan, setting: Setting): Promise<Run | null> {
  try {
    return await runOnce(plan, setting);
  } catch (cause) {
    if (cause instanceof GuardError && (cause.code === 'probe-failed' || cause.code === 'listing-invalid')) return null;
    throw cause;
  }
}

/** What a client that can do everything was shown, and one that can do nothing; null = it was shown nothing. */
interface Extremes {
  readonly all: CapabilityLook | null;
  readonly none: CapabilityLook | null;
}

function lookWith(capabilities: readonly ViewCapability[], look: Look | undefined): CapabilityLook | null {
  return look === undefined ? null : { with: capabilities, manifest: look.manifest, surroundings: look.surroundings };
}

function isOtherView({ all, none }: Extremes, runs: readonly Run[]): boolean {
  return all !== null && none !== null && !wording(all, compare(looksOf(runs))).same(all, none);
}

/** A few starts at once: each is a process of its own in a sandbox of its own. */
const startsAtOnce = 4;

async function viewsBy({ all, none }: Extremes, era: Era, runs: readonly Run[], setting: Setting): Promise<ProbedViews | undefined> {
  if (all === null || none === null) return undefined;
  const looks: CapabilityLook[] = [all, none];
  const lookFor = async (wanted: readonly (readonly ViewCapability[])[]) => {
    for (let at = 0; at < wanted.length; at += startsAtOnce) {
      const some = wanted.slice(at, at + startsAtOnce);
      const found = await allEnded(
        some.map((names) => lookQuietly({ by: 'first', identity: identities[0], capabilities: capabilitiesOf(names), era }, setting)),
      );
      looks.push(...some.flatMap((names, index) => lookWith(names, found[index]?.look) ?? []));
    }
  };
  const words = wording(all, compare(looksOf(runs)));
  await lookFor(telling);
  const by = mattering(looks, words);
  const seen = new Set(looks.map((look) => viewKey(look.with.filter((one) => by.includes(one)))));
  await lookFor(combinations(by).filter((names) => !seen.has(viewKey(names))));
  return viewsOf(by, looks, words);
}

/** All results; a failure is thrown when every one has ended, so that none outlives the probe. */
async function allEnded<T>(started: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(started);
  return Promise.all(started);
}

/** The first identity's look of each era, the older era first. */
function firstLooks(runs: readonly Run[]): readonly Look[] {
  return looksOf(runs)
    .filter((look) => look.by === 'first')
    .sort((a, b) => (a.era < b.era ? -1 : 1));
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

function resultOf(runs: readonly Run[], views: ProbedViews | undefined): ProbeResult {
  const agentRequests = [...new Set(runs.flatMap((run) => [...run.agentRequests]))].sort();
  const [base] = firstLooks(runs);
  const strayLines = runs.reduce((sum, run) => sum + run.strayLines, 0);
  const probed = { ...compare(looksOf(runs)), agentRequests, ...(views === undefined ? {} : { views }) };
  return { probed, surroundings: base?.surroundings ?? {}, strayLines };
}
