import type { Host } from '../host/host.ts';
import { isPinName } from '../lockfile/names.ts';
import { errorCodes, GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import { findProject } from '../store/find-project.ts';
import { firstUseFile } from '../store/first-use.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { scopedCommand } from './command-line.ts';
import type { SandboxFiles } from './contained-start.ts';
import { launch, refuse } from './launch.ts';
import { clearLaunch, launchTicket } from './launch-checks.ts';
import type { LoadLook } from './offer-link.ts';

/** Which pin is started. */
export interface RunInput {
  readonly name: string;
  readonly scope: LockScope;
  /** What the entry hands on for the words that the pin leaves open, in order; default none. May be secrets: never shown. */
  readonly values?: readonly string[];
  /**
   * Absolute path of `hold.cjs`, with which the server's runtime starts up while the launch is still being checked, and
   * loads nothing of the server before it was cleared. Without it the runtime starts afterwards.
   */
  readonly hold?: string;
  /** What a contained launch takes; without it, a server that is to be contained is refused. */
  readonly sandbox?: SandboxFiles;
  /** What shows a person what was withheld; without it, clients get a log message. */
  readonly look?: LoadLook;
}

/**
 * Starts an approved server behind the gate and returns the exit code: the server's own, or one of DESIGN §5.4. Never
 * asks, never writes anything but protocol to stdout, needs no network and no writable disk. A refusal goes to stderr
 * and, as the answer to its first request, to the client.
 */
export async function run(input: RunInput, host: Host): Promise<number> {
  const prepare = async () => {
    const place = await placeOf(input, host);
    const ticket = await launchTicket(place, host);
    return {
      place,
      ticket,
      firstUse: firstUseFile(place, ticket.pinDigest, host),
      remedy: scopedCommand('approve', ticket.scope, ticket.name),
      values: input.values ?? [],
      hold: input.hold ?? null,
      sandbox: input.sandbox ?? null,
      look: input.look ?? null,
      pinned: true,
      clear: () => clearLaunch(ticket, place, host),
    };
  };
  return launch(`${input.scope}:${input.name}`, prepare, host);
}

/**
 * Stands in the place of a server that nobody approved: starts nothing, and tells the client why. Returns the exit code.
 */
export async function runBlocked(host: Host): Promise<number> {
  const what = 'this server was put into the client by somebody else, and nobody approved it';
  return refuse(
    { code: 'approval-needed', what, why: null, remedy: 'pinfold review', exitCode: errorCodes['approval-needed'].run },
    null,
    host,
  );
}

async function placeOf({ name, scope }: RunInput, host: Host): Promise<ServerPlace> {
  if (!isPinName(name)) throw new GuardError('pin-not-found', 'that cannot be the name of a pin', { why: name, hint: 'pinfold list' });
  if (scope === 'user') return { name, scope, project: null };
  const project = await findProject(host);
  if (project === null) {
    throw new GuardError('pin-not-found', `there is no pin \`${name}\``, {
      why: `${host.places.cwd} is in no project`,
      hint: 'start the client in the folder of the project',
    });
  }
  return { name, scope, project };
}
