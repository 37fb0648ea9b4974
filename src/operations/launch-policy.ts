import type { Host } from '../host/host.ts';
import { releaseSchema } from '../lockfile/schema.ts';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { GateMode } from '../model/decision.ts';
import { type ErrorCode, GuardError } from '../model/errors.ts';
import type { LockSigner } from '../model/lock-signer.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import { effectiveMode, elicitationHosts, sandboxRequired } from '../policy/layers.ts';
import { parseLaunch } from '../sources/launch.ts';
import { readPolicies } from '../store/policies.ts';
import { namedArtifact } from './command-pin.ts';
import { isNamed, signersOf } from './lock/named-signers.ts';

/**
 * What policy says of a launch, as plain data: this module is a bundle of its own, so that its errors are not
 * instances of the caller's classes.
 */
export type LaunchVerdict =
  | { readonly allowed: true; readonly mode: GateMode; readonly elicitationHosts: readonly (readonly string[])[] }
  | { readonly allowed: false; readonly code: ErrorCode; readonly what: string; readonly why: string | null; readonly hint: string | null };

/** What is launched, out of its pin in the lock. */
export interface LaunchedServer {
  readonly name: string;
  /** `pinned` subject and exact version. */
  readonly subject: string;
  readonly version: string;
  /** What the pin remembers of the release, as the lock has it; undefined = nothing. */
  readonly release: unknown;
  /** The pin's own mode; policy may only make it stricter. */
  readonly mode: GateMode;
  /** It is started in a sandbox. */
  readonly sandboxed: boolean;
}

/**
 * The policies of now, asked about one launch. `run` comes here only when a policy file is not the one that the ticket
 * was written under, because this needs the schema library.
 *
 * @param project real path of the project's folder; null = user scope
 */
export async function launchVerdict(server: LaunchedServer, project: string | null, host: Host): Promise<LaunchVerdict> {
  try {
    const { layers } = await readPolicies(host, project);
    const { name, subject, version } = server;
    if (!server.sandboxed && sandboxRequired(layers)) {
      const what = `policy lets \`${name}\` run in a sandbox only`;
      return { allowed: false, code: 'policy-denied', what, why: 'it was approved without one', hint: sandboxHint(server) };
    }
    const decision = evaluate(layers, {
      name,
      subject,
      version,
      builder: builderOf(server.release),
      findings: [],
      gain: 'none',
      action: 'run',
    });
    if (decision.verdict !== 'block')
      return { allowed: true, mode: effectiveMode(layers, server.mode), elicitationHosts: elicitationHosts(layers) };
    const why = decision.reasons.join('; ');
    return { allowed: false, code: 'policy-denied', what: `policy does not let \`${name}\` run`, why, hint: 'pinfold audit' };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { allowed: false, code: cause.code, what: cause.message, why: cause.why ?? null, hint: cause.hint ?? null };
  }
}

/** True when policy still names who signed a lock. Fails as a policy that cannot be used does: with no. */
export async function isStillNamed(signer: LockSigner, project: string, host: Host): Promise<boolean> {
  try {
    return isNamed(signer, signersOf((await readPolicies(host, project)).layers));
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return false;
  }
}

/** The lock is the one that was approved; a member that does not fit its schema says nothing. */
function builderOf(release: unknown): BuildIdentity | null {
  const parsed = releaseSchema.safeParse(release);
  return parsed.success ? parsed.data.builder : null;
}

function sandboxHint({ name, subject }: LaunchedServer): string {
  const reference = /^pkg:npm\/(.+)$/.exec(subject)?.[1]?.replace('%40', '@');
  return reference === undefined ? 'pinfold audit' : shellLine(['pinfold', 'install', '--sandbox', '--name', name, reference]);
}

/**
 * The same for a command that nobody pinned: every unit of code that it starts must be let run, and a command that starts
 * none that is known counts as the program that it names.
 *
 * @param words program and arguments
 */
export async function commandVerdict(words: readonly string[], name: string, project: string | null, host: Host): Promise<LaunchVerdict> {
  const [command = '', ...args] = words;
  const { packages, package: server } = parseLaunch(command, args, Object.keys(host.env));
  const units = server === null ? [...packages, null] : packages;
  const named = units.map((unit) => ({ unit, artifact: namedArtifact({ package: unit, command }, host) }));
  // There is at least one: a command that starts nothing that is known is named itself. All are asked under the same policies.
  let hosts: readonly (readonly string[])[] = [];
  for (const { unit, artifact } of named) {
    const subject = unit?.type === 'npm' ? `pkg:npm/${unit.name.replace('@', '%40')}` : artifact.subject;
    const verdict = await launchVerdict(
      { name, subject, version: artifact.version, release: undefined, mode: 'block', sandboxed: false },
      project,
      host,
    );
    if (!verdict.allowed) return verdict;
    hosts = verdict.elicitationHosts;
  }
  return { allowed: true, mode: 'block', elicitationHosts: hosts };
}
