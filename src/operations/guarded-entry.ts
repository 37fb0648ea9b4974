import type { Host } from '../host/host.ts';
import type { LockScope } from '../model/pin.ts';
import { isLauncher, launcherCommand } from '../store/launcher.ts';

/** What a guarded entry names. */
export interface PinReference {
  readonly scope: LockScope;
  readonly name: string;
}

/**
 * The command line of a guarded entry. User scope names the launcher by its absolute path, because applications that
 * were not started from a shell have no PATH; a project's file is shared, so it names `pinfold`.
 */
export function guardedCommand(pin: PinReference, host: Host): readonly [string, ...string[]] {
  return pin.scope === 'user' ? [launcherCommand(host), 'run', pin.name] : ['pinfold', 'run', '--scope', 'project', pin.name];
}

/** The pin that a command line starts through the guard; null = it does not start the guard, or not as pinfold writes it. */
export function guardedPin(command: string, args: readonly string[], host: Host): PinReference | null {
  if (!startsGuard(command, host)) return null;
  const [run, ...rest] = args;
  if (run !== 'run') return null;
  const [first, second, third, ...more] = rest;
  if (first !== undefined && second === undefined) return isLauncher(command, host) ? { scope: 'user', name: first } : null;
  return first === '--scope' && second === 'project' && third !== undefined && more.length === 0 ? { scope: 'project', name: third } : null;
}

/** True when a command line starts the guard at all, whether or not as pinfold writes it. */
export function startsGuard(command: string, host: Host): boolean {
  return command === 'pinfold' || isLauncher(command, host);
}
