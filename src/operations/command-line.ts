import type { LockScope } from '../model/pin.ts';
import type { NpmReference } from '../model/reference.ts';
import { shellLine } from '../model/shell-line.ts';
import type { ProbeChoice } from './look.ts';

/** What was asked for, as far as a command line says it. */
export interface InstallWords {
  readonly reference: NpmReference;
  readonly scope: LockScope;
  readonly clients: readonly string[] | null;
  readonly name: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly probe: ProbeChoice;
  readonly hold: boolean;
  readonly sandbox: { readonly wanted: boolean; readonly masks: readonly string[] };
}

/** The command line that asks for the same install, for a hint. Values of variables are secrets and are left out. */
export function installCommand(request: InstallWords): string {
  const { reference } = request;
  const bin = reference.bin === null ? [] : ['--bin', reference.bin];
  return shellLine([
    'pinfold',
    'install',
    ...scopeOption(request.scope),
    ...(request.clients === null ? [] : ['--client', request.clients.join(',')]),
    ...(request.name === null ? [] : ['--name', request.name]),
    ...Object.keys(request.env).flatMap((name) => ['--env', `${name}=<value>`]),
    ...probeOption(request.probe),
    ...(request.hold ? ['--hold'] : []),
    ...(request.sandbox.wanted ? ['--sandbox'] : []),
    ...request.sandbox.masks.flatMap((mask) => ['--mask', mask]),
    ...bin,
    ...(reference.listedAs === undefined ? [] : ['--listed-as', reference.listedAs]),
    reference.spec === null ? reference.name : `${reference.name}@${reference.spec}`,
    ...(reference.serverArgs.length === 0 ? [] : ['--', ...reference.serverArgs]),
  ]);
}

/** The same for an update. */
export function updateCommand({
  scope,
  probe,
  target,
}: {
  readonly scope: LockScope;
  readonly probe: ProbeChoice;
  readonly target: string;
}): string {
  return shellLine(['pinfold', 'update', ...scopeOption(scope), ...probeOption(probe), target]);
}

/** A command about one pin. */
export function scopedCommand(command: 'approve' | 'remove' | 'update', scope: LockScope, name: string): string {
  return shellLine(['pinfold', command, ...scopeOption(scope), name]);
}

/** Takes back what was blocked for ever. */
export function unblockCommand(scope: LockScope, name: string): string {
  return shellLine(['pinfold', 'unblock', ...scopeOption(scope), name]);
}

/**
 * Lets a lock count as it is, and lays out again exactly the bytes that it pins: the way back from a damaged ticket, a
 * changed or missing tree, and a lock that was edited outside pinfold. It shows everything and asks.
 */
export function trustCommand(scope: LockScope): string {
  return scope === 'project' ? 'pinfold trust' : 'pinfold trust --scope user';
}

/** `--scope project` where it is one. */
export function scopeOption(scope: LockScope): readonly string[] {
  return scope === 'project' ? ['--scope', 'project'] : [];
}

function probeOption(probe: ProbeChoice): readonly string[] {
  return { sandboxed: [], unsandboxed: ['--probe-unsandboxed'], none: ['--no-probe'] }[probe];
}
