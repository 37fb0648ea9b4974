import { join } from 'node:path';
import { beyondReach } from '../analysis/credentials/beyond.ts';
import { runChecks } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import type { Disclosure, PythonLaunch } from '../model/disclosure.ts';
import { finding } from '../model/finding.ts';
import type { Pin, TreeLaunch } from '../model/pin.ts';
import type { Reference } from '../model/reference.ts';
import type { PinnedRelease, PinnedVersion } from '../model/release.ts';
import type { Vouched } from '../model/vouched.ts';
import type { ProbeResult } from '../probe/request.ts';
import { resolveServer } from './load.ts';
import type { Analysed, LoadedServer, ResolvedServer } from './loaded.ts';
import { absent, type Looked, look, notVerifiable, type ProbeChoice, reasonNotToLook } from './look.ts';
import { findLookalikes } from './lookalikes.ts';
import { type Shipped, shippedManifest } from './manifest/shipped.ts';
import type { Progress } from './progress.ts';
import { pinnedVersion, releaseOf } from './release-facts.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';
import { registryNamesOf } from './vouch/registry-names.ts';
import { machineTrust } from './vouch/trust.ts';
import { vouch } from './vouch/vouch.ts';

export interface DiscloseRequest {
  readonly reference: Reference;
  /** What the user typed, for the record. */
  readonly typed: string;
  readonly probe: ProbeChoice;
  /** Names of variables that the entry will carry; the probe gets dummy values for them. */
  readonly envNames: readonly string[];
  /** Places per capability class that are kept; undefined = as many as a card has room for. */
  readonly maxEvidence?: number;
  /** Subjects that somebody answered for; absent = whom its name looks like is not asked. @see knownSubjects */
  readonly known?: readonly string[];
  /** What is approved under this name now, to be compared with; absent or null = nothing. */
  readonly pinned?: Pin | null;
}

/** Everything that was found out, before policy. */
export interface Disclosed {
  readonly facts: Omit<Disclosure, 'decision'>;
  /** Who could publish this version, and what it says of itself: its programs, and the packages that it needs. */
  readonly declared: Pick<LoadedServer, 'bins' | 'dependencies'> & Pick<ResolvedServer, 'owners'>;
  /** What a pin remembers of this release. */
  readonly release: PinnedRelease;
  /** The verified files of one package of the closure, again. */
  readonly files: ResolvedServer['files'];
  /** What the probe returned, with the surroundings that turn its texts into templates; null without a probe. */
  readonly probeResult: ProbeResult | null;
}

/**
 * What a server is and can do: from its verified bytes and, if asked, from starting it in the sandbox. Writes only into a
 * folder of its own below the temporary folder, which is gone afterwards.
 *
 * @throws GuardError of the source (unknown package, mismatch, hostile archive, no bin, …). A probe that fails is a finding.
 */
export async function disclose(request: DiscloseRequest, host: Host, progress: Progress): Promise<Disclosed> {
  progress(`resolving ${request.reference.name}`);
  const [resolved, reason] = await allEnded(resolveServer(request.reference, host), reasonNotToLook(request.probe, host));
  const notLooked = resolved.notStarted === null ? reason : absent('no-runtime', resolved.notStarted);
  const scratch = await host.files.makeTempFolder(host.places.temp, 'pinfold-');
  try {
    const treePath = join(scratch, 'tree');
    const loaded = await resolved.load(notLooked === null ? treePath : null, progress);
    const given = { args: request.reference.serverArgs, cwd: null, envNames: [...request.envNames].sort() };
    const launch: TreeLaunch | PythonLaunch = { ...loaded.start, ...given };
    progress('reading the code');
    const follows = followed(request, resolved);
    const subject = { ...resolved, ownFiles: loaded.ownFiles, listedAs: request.reference.listedAs, follows };
    const [looked, analysed, vouched] = await allEnded(
      notLooked === null
        ? look(request.probe, launch, { treePath, ownFiles: loaded.ownFiles }, host, progress)
        : Promise.resolve(notLooked),
      loaded.analyse(request.maxEvidence),
      vouch(subject, host),
    );
    const { artifact, publisher } = resolved;
    const elsewhere = await toolsElsewhere(artifact.subject, host);
    const shipped = await shippedManifest(loaded.ownFiles, vouched.builder, () => machineTrust(host));
    const lookalikes =
      request.known === undefined ? [] : await findLookalikes(artifact, { publisher, builder: vouched.builder }, request.known, host);
    const nowMs = host.now();
    return {
      facts: factsOf({ request, resolved, loaded, launch, looked, analysed, vouched, lookalikes, elsewhere, shipped, nowMs }),
      declared: { owners: resolved.owners, bins: loaded.bins, dependencies: [...loaded.dependencies].sort() },
      release: releaseOf(resolved, vouched.builder, registryNamesOf(subject)),
      files: resolved.files,
      probeResult: looked.result,
    };
  } finally {
    await host.files.remove(scratch);
  }
}

/** The approved version of the same package; null = none. */
function followed({ pinned }: DiscloseRequest, { artifact }: ResolvedServer): PinnedVersion | null {
  return pinned === undefined || pinned === null ? null : (pinnedVersion(pinned, artifact) ?? null);
}

/** All results; a failure of one is thrown when the others have ended too, so that none leaves a folder behind. */
async function allEnded<T extends readonly unknown[]>(...all: { readonly [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(all);
  return (await Promise.all(all)) as unknown as T;
}

interface Found {
  readonly request: DiscloseRequest;
  readonly resolved: ResolvedServer;
  readonly loaded: LoadedServer;
  readonly launch: TreeLaunch | PythonLaunch;
  readonly looked: Looked;
  readonly analysed: Analysed;
  readonly vouched: Vouched;
  readonly lookalikes: Disclosure['lookalikes'];
  readonly elsewhere: Awaited<ReturnType<typeof toolsElsewhere>>;
  readonly shipped: Shipped;
  readonly nowMs: number;
}

function factsOf({
  request,
  resolved,
  loaded,
  launch,
  looked,
  analysed,
  vouched,
  lookalikes,
  elsewhere,
  shipped,
  nowMs,
}: Found): Disclosed['facts'] {
  const facts: Omit<Disclosure, 'decision' | 'findings'> = {
    reference: request.typed,
    artifact: resolved.artifact,
    closure: resolved.closure,
    publisher: resolved.publisher,
    closureBytes: loaded.bytes,
    installScripts: loaded.installScripts,
    ...analysed,
    lookalikes,
    probed: looked.result?.probed ?? null,
    probeAbsence: looked.absence,
    evidence: [...loaded.evidence, ...vouched.evidence, ...shipped.evidence, looked.evidence],
    builder: vouched.builder,
    notVerifiable: [
      ...loaded.notVerifiable,
      ...notVerifiable(looked, vouched.builder),
      ...beyondReach(resolved.artifact, launch, analysed.credentials),
      ...elsewhere.unread.map((why) => `whether it speaks of tools of your other servers: ${why}`),
    ],
    launch,
  };
  const invalid = looked.invalid === null ? [] : [finding('listing-invalid', resolved.artifact.name, { why: looked.invalid })];
  const before = {
    history: resolved.history ?? undefined,
    pinned: followed(request, resolved) ?? undefined,
    predecessor: vouched.predecessor,
    nowMs,
  };
  const own = { dependencies: loaded.dependencies, declared: shipped.shipped };
  const checked = runChecks({ ...facts, ...before, ...own, elsewhere: elsewhere.servers });
  return { ...facts, findings: [...loaded.findings, ...vouched.findings, ...invalid, ...checked] };
}
