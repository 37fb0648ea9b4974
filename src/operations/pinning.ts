import type { Host } from '../host/host.ts';
import { type ReadableManifest, readableManifest } from '../lockfile/manifest-file.ts';
import { launchDigest } from '../lockfile/pin-digest.ts';
import type { CapabilityReport } from '../model/capability.ts';
import type { GateMode } from '../model/decision.ts';
import { GuardError } from '../model/errors.ts';
import { manifestDigest } from '../model/item-digest.ts';
import type { ManifestPin } from '../model/manifest.ts';
import type { Approval, Pin, PinnedWord, TreeLaunch, TreePin } from '../model/pin.ts';
import { pinManifest } from '../model/pin-manifest.ts';
import type { PinnedSandbox } from '../model/sandbox-profile.ts';
import { toTemplate } from '../model/surroundings.ts';
import { isoTime } from '../model/time.ts';
import type { Disclosed } from './disclose.ts';

/** Where the words of a pin come from when no probe showed them. */
export type UnseenWords = 'first-use' | 'held';

/** A pin, and the readable words behind it (null = none are pinned yet). */
export interface MadePin {
  readonly pin: TreePin;
  readonly readable: ReadableManifest | null;
}

/** The pin of what was disclosed and approved. */
export function makePin(
  disclosed: Disclosed,
  options: {
    readonly approval: Approval;
    readonly mode: GateMode;
    readonly unseen: UnseenWords;
    /** Server arguments that are pinned words already; default: those that it was looked at with. */
    readonly args?: readonly PinnedWord[];
    /** It goes behind the guard as it is, before anybody reviewed it. */
    readonly grandfathered?: boolean;
    /** What it is contained in; absent = nothing. */
    readonly sandbox?: PinnedSandbox | undefined;
  },
  host: Host,
): MadePin {
  const { facts, probeResult } = disclosed;
  if (facts.launch.runtime !== 'node')
    throw new GuardError('reference-not-understood', `${facts.artifact.name} cannot be pinned yet`, {
      why: 'only servers for Node can be started from pinned bytes',
    });
  const launch = { ...portable(facts.launch, host), ...(options.args === undefined ? {} : { args: options.args }) };
  const words = pinnedWords(disclosed, options.unseen);
  const pin: TreePin = {
    artifact: facts.artifact,
    closure: { digest: facts.closure.digest, packages: facts.closure.packages.length, installScripts: facts.installScripts },
    launch,
    launchDigest: launchDigest(launch),
    manifest: words.pin,
    capabilities: pinnedCapabilities(facts.capabilities),
    evidence: facts.evidence.map((evidence) => ({
      ...evidence,
      detail: toTemplate(evidence.detail, { home: host.places.home }),
      at: isoTime(host.now()),
    })),
    mode: options.mode,
    approval: options.approval,
    ...(isKnown(disclosed.release) ? { release: disclosed.release } : {}),
    ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
    status:
      options.grandfathered === true ? 'grandfathered' : probeResult === null && options.unseen === 'first-use' ? 'first-use' : 'reviewed',
  };
  return { pin, readable: words.readable };
}

/** A registry that says nothing leaves the lock as it always was. */
function isKnown({ builder, publisher, trust, registryNames }: Disclosed['release']): boolean {
  return builder !== null || publisher !== null || trust !== null || registryNames.length > 0;
}

function pinnedWords(disclosed: Disclosed, unseen: UnseenWords): { pin: ManifestPin | null; readable: ReadableManifest | null } {
  const { probeResult } = disclosed;
  if (probeResult === null) return unseen === 'held' ? { pin: nothingPinned, readable: noReadableWords } : { pin: null, readable: null };
  const { probed, surroundings } = probeResult;
  const { pin } = pinManifest(probed, surroundings, probed.agentRequests);
  return { pin, readable: readableManifest(probed, pin, surroundings) };
}

const noWords = { tools: {}, prompts: {}, resources: {}, resourceTemplates: {}, instructions: null };

/** Everything is withheld, and waits for approval, until somebody reviewed it. */
export const nothingPinned: ManifestPin = {
  digest: manifestDigest(noWords),
  ...noWords,
  eras: [],
  resourcePinning: 'exact',
  volatile: {},
  agentSurface: [],
};

/** The readable words of nothing. */
export const noReadableWords: ReadableManifest = {
  digest: nothingPinned.digest,
  instructions: null,
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
};

/** No absolute home path enters a lock: it would name the user, and mean nothing on another machine. */
function portable(launch: TreeLaunch, host: Host): TreeLaunch {
  const surroundings = { home: host.places.home };
  return {
    ...launch,
    args: launch.args.map((word) => toTemplate(word, surroundings)),
    cwd: launch.cwd === null ? null : toTemplate(launch.cwd, surroundings),
  };
}

function pinnedCapabilities({ ruleset, capabilities }: CapabilityReport): Pin['capabilities'] {
  const classes = capabilities.map(({ class: name, verdict, reach, scopes }) => ({ class: name, verdict, reach, scopes }));
  return { ruleset, classes };
}
