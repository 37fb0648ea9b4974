import { mentionedSecrets } from '../analysis/mentioned-secrets.ts';
import type { Host } from '../host/host.ts';
import type { PackageFile } from '../model/artifact.ts';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { PythonLaunch } from '../model/disclosure.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import type { ProbeAbsence } from '../model/manifest.ts';
import type { Evidence } from '../model/outcome.ts';
import type { TreeLaunch } from '../model/pin.ts';
import { probe } from '../probe/probe.ts';
import type { ProbeResult } from '../probe/request.ts';
import { sandboxState } from '../sandbox/state.ts';
import type { Progress } from './progress.ts';

export type ProbeChoice = 'sandboxed' | 'unsandboxed' | 'none';

/** What starting the server showed, or why it was not started. */
export interface Looked {
  readonly result: ProbeResult | null;
  readonly absence: { readonly why: ProbeAbsence; readonly detail: string } | null;
  readonly evidence: Evidence;
  /** A listing that the server gave and that cannot be pinned blocks; not being able to look does not. */
  readonly invalid: string | null;
}

/** Known before anything is downloaded: whether there will be a look decides whether a tree is laid out. null = there will. */
export async function reasonNotToLook(choice: ProbeChoice, host: Host): Promise<Looked | null> {
  if (choice === 'none') return absent('not-asked', '--no-probe was given');
  if (choice === 'unsandboxed') return null;
  const sandbox = await sandboxState(host);
  return sandbox.available ? null : absent('no-sandbox', `${sandbox.why}; ${sandbox.hint}`);
}

/** Starts the server from a tree and collects what it declares. A failure is a result. @throws GuardError `interrupted`. */
export async function look(
  choice: ProbeChoice,
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
        sandboxed: choice === 'sandboxed',
        onProgress: progress,
      },
      host,
    );
    const where = choice === 'sandboxed' ? 'in the sandbox: no network, no home' : 'outside any sandbox, on this machine';
    const eras = result.probed.manifest.eras.join(' and ');
    const evidence: Evidence = { source: 'probe', outcome: 'verified', detail: `started ${where}; speaks ${eras}` };
    return { result, absence: null, evidence, invalid: null };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    const why = withWhy(cause);
    const invalid = cause.code === 'listing-invalid';
    return { ...absent('failed', why, invalid ? 'invalid' : 'unavailable'), invalid: invalid ? why : null };
  }
}

/** There is no look, and why. */
export function absent(why: ProbeAbsence, detail: string, outcome: Evidence['outcome'] = 'unavailable'): Looked {
  return { result: null, absence: { why, detail }, evidence: { source: 'probe', outcome, detail }, invalid: null };
}

/**
 * What nobody can check from bytes and a contained start. Never empty: a card without limits would be a lie (G8).
 * @param builder who built it, from a certificate that verified
 */
export function notVerifiable(looked: Looked, builder: BuildIdentity | null): readonly string[] {
  const always = ['what its tools do and return', ...(builder === null ? ['who published it: nothing that verified says so'] : [])];
  return looked.result === null
    ? [`what it says when it runs: it ${looked.absence?.why === 'failed' ? 'did not answer' : 'was not started'}`, ...always]
    : ['what later starts say (the gate compares)', ...always];
}
