import { win32 } from 'node:path';
import type { Host } from '../host/host.ts';
import { launchDigest } from '../lockfile/pin-digest.ts';
import type { NamedArtifact } from '../model/artifact.ts';
import type { GateMode } from '../model/decision.ts';
import { finding } from '../model/finding.ts';
import type { Approval, CommandLaunch, CommandPin } from '../model/pin.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { toTemplate } from '../model/surroundings.ts';
import { isoTime } from '../model/time.ts';
import type { AdoptableLaunch } from './adoptable.ts';

type Command = Extract<AdoptableLaunch, { kind: 'command' }>;

/** What the command line names. Only what is pinned anyway may stand in it: no home path, nothing like a secret. */
export function namedArtifact({ package: unit, command }: Pick<Command, 'package' | 'command'>, host: Host): NamedArtifact {
  const program = win32.basename(command); // takes both kinds of slashes
  const clean =
    unit !== null && unit.name.trim() !== '' && (secretSpans([unit.name])[0] ?? []).length === 0 && !/:\/\/[^/]*@/.test(unit.name);
  if (unit === null || !clean)
    return { subject: `command:${program || 'unnamed'}`, name: program || 'unnamed', version: '', integrity: null };
  const name = toTemplate(unit.name, { home: host.places.home });
  const subject = unit.type === 'pypi' ? `pkg:pypi/${encodeURIComponent(name)}` : `${unit.type}:${name}`;
  return { subject, name, version: unit.version ?? '', integrity: null };
}

/** The pin of a command whose bytes are not pinned: adopted as it is, words from its first real launch. */
export function commandPin(
  what: Command,
  options: { readonly envNames: readonly string[]; readonly approval: Approval; readonly mode: GateMode },
  host: Host,
): CommandPin {
  const launch: CommandLaunch = { runtime: 'command', command: what.command, args: what.args, cwd: null, envNames: options.envNames };
  return {
    artifact: namedArtifact(what, host),
    closure: null,
    unpinned: what.unpinned,
    launch,
    launchDigest: launchDigest(launch),
    manifest: null,
    capabilities: { ruleset: 'none', classes: [] },
    evidence: [{ source: 'bytes', outcome: 'unavailable', detail: `not pinned: ${what.unpinned}`, at: isoTime(host.now()) }],
    mode: options.mode,
    approval: options.approval,
    status: 'grandfathered',
  };
}

/** What policy weighs of such a pin. */
export function commandFindings(name: string, { unpinned }: Pick<Command, 'unpinned'>) {
  return [finding('pin-bytes-not-pinned', name, { reason: unpinned })];
}
