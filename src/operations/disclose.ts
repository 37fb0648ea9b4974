import { join } from 'node:path';
import { mentionedSecrets } from '../analysis/mentioned-secrets.ts';
import { runChecks } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import type { PackageFile } from '../model/artifact.ts';
import type { Disclosure, ProbeAbsence, PythonLaunch } from '../model/disclosure.ts';
import { GuardError } from '../model/errors.ts';
import { finding } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import type { TreeLaunch } from '../model/pin.ts';
import type { Reference } from '../model/reference.ts';
import { probe } from '../probe/probe.ts';
import type { ProbeResult } from '../probe/request.ts';
import { sandboxState } from '../sandbox/state.ts';
import { type LoadedServer, type ResolvedServer, resolveServer } from './load.ts';
import type { Progress } from './progress.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';

export type ProbeChoice = 'sandboxed' | 'unsandboxed' | 'none';

export interface DiscloseRequest {
  readonly reference: Reference;
  /** What the user typed, for the record. */
  readonly typed: string;
  readonly probe: ProbeChoice;
  /** Names of variables that the entry will carry; the probe gets dummy values for them. */
  readonly envNames: readonly string[];
  /** Places per capability class that are kept; undefined = as many as a card has room for. */
  readonly maxEvidence?: number;
}

/** Everything that was found out, before policy. */
export interface Disclosed {
  readonly facts: Omit<Disclosure, 'decision'>;
  /** What the artifact says of itself, by name: its programs, and the packages that it needs. */
  readonly declared: Pick<LoadedServer, 'bins' | 'dependencies'>;
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
  const [resolved, reason] = await bothEnded(resolveServer(request.reference, host), reasonNotToLook(request.probe, host));
  const notLooked = resolved.notStarted === null ? reason : absent('no-runtime', resolved.notStarted);
  const scratch = await host.files.makeTempFolder(host.places.temp, 'pinfold-');
  try {
    const treePath = join(scratch, 'tree');
    const loaded = await resolved.load(notLooked === null ? treePath : null, progress);
    const given = { args: request.reference.serverArgs, cwd: null, envNames: [...request.envNames].sort() };
    const launch: TreeLaunch | PythonLaunch = { ...loaded.start, ...given };
    progress('reading the code');
    const [looked, analysed] = await bothEnded(
      notLooked === null ? look(request, launch, { treePath, ownFiles: loaded.ownFiles }, host, progress) : Promise.resolve(notLooked),
      loaded.analyse(request.maxEvidence),
    );
    const elsewhere = await toolsElsewhere(resolved.artifact.subject, host);
    return {
      facts: factsOf(request, resolved, loaded, launch, looked, analysed, elsewhere),
      declared: { bins: loaded.bins, dependencies: [...loaded.dependencies].sort() },
      files: resolved.files,
      probeResult: looked.result,
    };
  } finally {
    await host.files.remove(scratch);
  }
}

interface Looked {
  readonly result: ProbeResult | null;
  readonly absence: { readonly why: ProbeAbsence; readonly detail: string } | null;
  readonly evidence: Evidence;
  /** A listing that the server gave and that cannot be pinned blocks; not being able to look does not. */
  readonly invalid: string | null;
}

/** Both results; a failure of one is thrown when the other has ended too, so that neither leaves a folder behind. */
async function bothEnded<A, B>(a: Promise<A>, b: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

async function reasonNotToLook(choice: ProbeChoice, host: Host): Promise<Looked | null> {
  if (choice === 'none') return absent('not-asked', '--no-probe was given');
  if (choice === 'unsandboxed') return null;
  const sandbox = await sandboxState(host);
  return sandbox.available ? null : absent('no-sandbox', `${sandbox.why}; ${sandbox.hint}`);
}

async function look(
  request: DiscloseRequest,
  launch: TreeLaunch | PythonLaunch,
  { treePath, ownFiles }: { readonly treePath: string; readonly ownFiles: readonly PackageFile[] },
  host: Host,
  progress: Progress,
): Promise<Looked> {
  try {
    const result = await probe(
      {
        node: host.machine.nodePath,
        treePath,
        entry: launch.entry,
        args: launch.args,
        secretNames: [...new Set([...launch.envNames, ...mentionedSecrets(ownFiles)])].sort(),
        sandboxed: request.probe === 'sandboxed',
        onProgress: progress,
      },
      host,
    );
    const where = request.probe === 'sandboxed' ? 'in the sandbox: no network, no home' : 'on this machine, outside any sandbox';
    const eras = result.probed.manifest.eras.join(' and ');
    const evidence: Evidence = { source: 'probe', outcome: 'verified', detail: `started ${where}; speaks ${eras}` };
    return { result, absence: null, evidence, invalid: null };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    const why = cause.why === undefined ? cause.message : `${cause.message}: ${cause.why}`;
    const invalid = cause.code === 'listing-invalid';
    return { ...absent('failed', why, invalid ? 'invalid' : 'unavailable'), invalid: invalid ? why : null };
  }
}

function absent(why: ProbeAbsence, detail: string, outcome: Evidence['outcome'] = 'unavailable'): Looked {
  return { result: null, absence: { why, detail }, evidence: { source: 'probe', outcome, detail }, invalid: null };
}

function factsOf(
  request: DiscloseRequest,
  resolved: ResolvedServer,
  loaded: LoadedServer,
  launch: TreeLaunch | PythonLaunch,
  looked: Looked,
  analysed: Pick<Disclosure, 'capabilities' | 'static'>,
  elsewhere: Awaited<ReturnType<typeof toolsElsewhere>>,
): Disclosed['facts'] {
  const facts: Omit<Disclosure, 'decision' | 'findings'> = {
    reference: request.typed,
    artifact: resolved.artifact,
    closure: resolved.closure,
    closureBytes: loaded.bytes,
    installScripts: loaded.installScripts,
    ...analysed,
    probed: looked.result?.probed ?? null,
    probeAbsence: looked.absence,
    evidence: [...loaded.evidence, looked.evidence],
    notVerifiable: [
      ...loaded.notVerifiable,
      ...notVerifiable(looked),
      ...elsewhere.unread.map((why) => `whether it speaks of tools of your other servers: ${why}`),
    ],
    launch,
  };
  const invalid = looked.invalid === null ? [] : [finding('listing-invalid', resolved.artifact.name, { why: looked.invalid })];
  const checked = runChecks({ ...facts, dependencies: loaded.dependencies, elsewhere: elsewhere.servers });
  return { ...facts, findings: [...loaded.findings, ...invalid, ...checked] };
}

/** What nobody can check from bytes and a contained start. Never empty: a card without limits would be a lie (G8). */
function notVerifiable(looked: Looked): readonly string[] {
  const always = [
    'what a tool does with what it is given, and what it returns',
    'who published it: signatures and provenance are not checked by this version',
  ];
  return looked.result === null
    ? [`what it says when it runs: it ${looked.absence?.why === 'failed' ? 'did not answer' : 'was not started'}`, ...always]
    : ['whether it says the same on every later start (the gate compares, each time)', ...always];
}
