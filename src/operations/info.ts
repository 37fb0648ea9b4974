import type { Host } from '../host/host.ts';
import { proposeName } from '../lockfile/names.ts';
import type { Disclosure } from '../model/disclosure.ts';
import type { Reference } from '../model/reference.ts';
import { launcherCommand } from '../store/launcher.ts';
import { readPolicies } from '../store/policies.ts';
import { decide } from './decide.ts';
import { disclose } from './disclose.ts';
import type { ProbeChoice } from './look.ts';
import { knownSubjects } from './lookalikes.ts';
import type { Progress } from './progress.ts';

export interface InfoRequest {
  readonly reference: Reference;
  readonly typed: string;
  readonly probe: ProbeChoice;
  /** Every place that shows a capability, not only the few that a card has room for. */
  readonly everyPlace?: boolean;
}

/** A class of a large closure may be seen in thousands of places; nobody reads more. */
const everyPlace = 500;

export interface InfoResult {
  readonly disclosure: Disclosure;
  /** What a client would run after `install`. */
  readonly clientCommand: readonly string[];
}

/** What a server is and can do. Changes nothing. @throws GuardError as `disclose` does, and `policy-invalid`. */
export async function info(request: InfoRequest, host: Host, progress: Progress): Promise<InfoResult> {
  const policies = await readPolicies(host, null);
  const known = await knownSubjects(policies.layers, host);
  const places = request.everyPlace === true ? { maxEvidence: everyPlace } : {};
  const disclosed = await disclose({ ...request, envNames: [], known, ...places }, host, progress);
  const disclosure = { ...disclosed.facts, decision: decide(disclosed.facts, policies.layers, 'install') };
  return { disclosure, clientCommand: [launcherCommand(host), 'run', proposeName(disclosure.artifact.name, new Set())] };
}
