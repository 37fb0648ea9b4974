import { diffCapabilities } from '../analysis/diff/capabilities.ts';
import { gainOf } from '../analysis/diff/gain.ts';
import { diffManifests } from '../analysis/diff/manifests.ts';
import { wordChecks } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import type { GainTier } from '../model/capability.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import type { Finding } from '../model/finding.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { LockScope, Pin } from '../model/pin.ts';
import type { ApprovePlan } from '../model/results.ts';
import { evaluate } from '../policy/evaluate.ts';
import { readFirstUse } from '../store/first-use.ts';
import { type Home, type LockFile, readManifest } from '../store/home.ts';
import { type PendingRecord, readPending } from '../store/pending.ts';
import { type Policies, readPolicies } from '../store/policies.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { approvedWords, noWords, wordsOfFirstUse } from './approved-words.ts';
import { findPin, homeOf } from './scope-home.ts';

/** The words of one server that wait for a person, with what stands pinned now. */
export interface Withheld {
  readonly place: ServerPlace;
  readonly home: Home;
  readonly lockFile: LockFile;
  readonly pin: Pin;
  readonly before: ReadableManifest;
  readonly policies: Policies;
  /** In the order in which they were first seen; empty = nothing waits. */
  readonly items: readonly PendingRecord[];
}

/** @throws GuardError `pin-not-found`, `usage` for project scope outside any project, and as the records' readers. */
export async function readWithheld(name: string, scope: LockScope, host: Host): Promise<Withheld> {
  const home = await homeOf(scope, null, host);
  const { pin, lockFile } = await findPin(home, name, host);
  const place = { name, scope, project: home.project };
  const { items } = await readPending(place, host);
  const before = await wordsNow(place, pin, await readManifest(home, lockFile.lock, name, host), host);
  return { place, home, lockFile, pin, before, policies: await readPolicies(host, home.project), items };
}

/** Names exactly these words: which item of which kind, with which digest. */
export function withheldId({ kind, name, digest }: Pick<PendingRecord, 'kind' | 'name' | 'digest'>): Digest {
  return digestValue([kind, name, digest]);
}

/** What approving these items of it would mean, as it is shown to a person. */
export function planOf({ place, pin, before, policies }: Withheld, items: readonly PendingRecord[]): ApprovePlan {
  const after = approvedWords(pin, before, items).readable;
  const gain = gainOfWords(before, after, items);
  const findings = findingsOf(after, pin);
  const { subject, name, version } = pin.artifact;
  const decision = evaluate(policies.layers, { subject, name, version, findings, gain, action: 'approve' });
  const shown = items.map((item) => ({
    kind: item.kind,
    name: item.name,
    before: approvedBefore(before, item),
    after: item.template,
    digest: item.digest,
    firstSeen: item.firstSeen,
  }));
  return { name: place.name, scope: place.scope, pin: pinDigest(pin), items: shown, findings, gain, decision };
}

/** What counts as pinned so far; for a pin from first use that is what its first launch showed. */
async function wordsNow(place: ServerPlace, pin: Pin, pinned: ReadableManifest | null, host: Host): Promise<ReadableManifest> {
  if (pinned !== null || pin.manifest !== null) return pinned ?? noWords;
  const seen = await readFirstUse(place, pinDigest(pin), host);
  return seen === null ? noWords : wordsOfFirstUse(seen);
}

function approvedBefore(before: ReadableManifest, item: PendingRecord): JsonValue {
  if (item.kind === 'instructions') return before.instructions;
  if (item.kind === 'agentSurface') return null;
  const { kind } = item;
  return before[kind].find((one: JsonObject) => itemKey(kind, one) === itemKey(kind, item.template)) ?? null;
}

/** The checks that look at words alone, over everything that would be pinned. */
function findingsOf(after: ReadableManifest, pin: Pin): readonly Finding[] {
  const manifest = { ...after, serverInfo: null, capabilities: {}, eras: pin.manifest?.eras ?? [] };
  const probed = { manifest, agentRequests: [], volatile: {}, resourcePinning: 'exact' as const, differences: [] };
  const found = { tools: [], prompts: [], resources: [], instructions: null, gaps: [] };
  return wordChecks.flatMap((check) => check.run({ probed, static: found }));
}

function gainOfWords(before: ReadableManifest, after: ReadableManifest, items: readonly PendingRecord[]): GainTier {
  const none = { ruleset: '', classes: [] };
  if (items.some(({ kind }) => kind === 'agentSurface')) return 'red';
  return gainOf({ capabilities: diffCapabilities(none, none), manifest: diffManifests(before, after) });
}
