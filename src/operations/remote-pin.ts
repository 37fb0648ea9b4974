import type { Host } from '../host/host.ts';
import { readableManifest } from '../lockfile/manifest-file.ts';
import { launchDigest } from '../lockfile/pin-digest.ts';
import type { GateMode } from '../model/decision.ts';
import type { Approval, RemoteLaunch, RemotePin } from '../model/pin.ts';
import { pinManifest } from '../model/pin-manifest.ts';
import type { RemoteInstallPlan } from '../model/remote-results.ts';
import { isoTime } from '../model/time.ts';
import { noReadableWords, nothingPinned } from './pinning.ts';
import type { RemoteDisclosed } from './remote-disclose.ts';

/** The pin of a disclosed server elsewhere, with its words in readable form where there are any. */
export function makeRemotePin(
  { facts, probeResult, registryNames }: RemoteDisclosed,
  {
    approval,
    mode,
    words,
    grandfathered = false,
  }: {
    readonly approval: Approval;
    readonly mode: GateMode;
    readonly words: RemoteInstallPlan['words'];
    /** It was there before anybody looked at it. */
    readonly grandfathered?: boolean;
  },
  host: Host,
) {
  const { url, transport, headerNames, origin, name, authorization } = facts;
  const launch: RemoteLaunch = { runtime: 'remote', url, transport, headerNames, args: [], cwd: null, envNames: [] };
  const probed = probeResult?.probed ?? null;
  // Its words name nothing of this machine: it does not run here.
  const made = probed === null ? null : pinManifest(probed, {}, probed.agentRequests).pin;
  const held = words === 'held';
  const pin: RemotePin = {
    artifact: { subject: origin, name, version: '', integrity: null },
    closure: null,
    authorization,
    launch,
    launchDigest: launchDigest(launch),
    manifest: made ?? (held ? nothingPinned : null),
    capabilities: { ruleset: 'none', classes: [] },
    evidence: facts.evidence.map((evidence) => ({ ...evidence, at: isoTime(host.now()) })),
    mode,
    approval,
    ...(registryNames.length === 0 ? {} : { registryNames }),
    status: grandfathered ? 'grandfathered' : words === 'first-use' ? 'first-use' : 'reviewed',
  };
  const readable = probed !== null && made !== null ? readableManifest(probed, made, {}) : held ? noReadableWords : null;
  return { pin, readable };
}
