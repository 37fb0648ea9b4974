import type { Host } from '../host/host.ts';
import type { LockScope } from '../model/pin.ts';
import { isLauncher, launcherCommand } from '../store/launcher.ts';
import { isQuarantineId } from '../store/quarantine.ts';

/** What a guarded entry names. */
export interface PinReference {
  readonly scope: LockScope;
  readonly name: string;
}

/** A pin as an entry starts it. */
export interface GuardedStart extends PinReference {
  /** What the entry hands on for the open words of the pin, in order, as it is written there. May be secrets. */
  readonly values: readonly string[];
}

/**
 * The command line of a guarded entry. User scope names the launcher by its absolute path, because applications that
 * were not started from a shell have no PATH; a project's file is shared, so it names `pinfold`. Behind `--` stand the
 * words that the pin leaves open: the client fills their placeholders in, as it did before.
 */
export function guardedCommand(pin: PinReference, host: Host, values: readonly string[] = []): readonly [string, ...string[]] {
  const rest = values.length === 0 ? [pin.name] : [pin.name, '--', ...values];
  return pin.scope === 'user' ? [launcherCommand(host), 'run', ...rest] : ['pinfold', 'run', '--scope', 'project', ...rest];
}

/** The pin that a command line starts through the guard; null = it does not start the guard, or not as pinfold writes it. */
export function guardedPin(command: string, args: readonly string[], host: Host): GuardedStart | null {
  if (!startsGuard(command, host)) return null;
  const [run, ...rest] = args;
  if (run !== 'run') return null;
  const project = rest[0] === '--scope' && rest[1] === 'project';
  if (!project && !isLauncher(command, host)) return null;
  const [name, dashes, ...values] = project ? rest.slice(2) : rest;
  if (name === undefined || name === '--scope' || (dashes !== undefined && (dashes !== '--' || values.length === 0))) return null;
  return { scope: project ? 'project' : 'user', name, values };
}

/**
 * The command line that stands in the place of an entry in quarantine: the guard refuses and says why. `id` is that of
 * the record, on this machine only.
 */
export function blockedCommand(scope: LockScope, id: string, host: Host): readonly [string, ...string[]] {
  return [scope === 'user' ? launcherCommand(host) : 'pinfold', 'run', '--blocked', id];
}

/** The record that a command line in quarantine names; null = it is none, or not as pinfold writes it. */
export function blockedId(command: string, args: readonly string[], host: Host): string | null {
  const [run, option, id = '', ...more] = args;
  if (!startsGuard(command, host) || run !== 'run' || option !== '--blocked' || more.length > 0) return null;
  return isQuarantineId(id) ? id : null;
}

/** True when a command line starts the guard at all, whether or not as pinfold writes it. */
export function startsGuard(command: string, host: Host): boolean {
  return command === 'pinfold' || isLauncher(command, host);
}
