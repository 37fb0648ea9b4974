import { diffCapabilities } from '../analysis/diff/capabilities.ts';
import { gainOf } from '../analysis/diff/gain.ts';
import { diffManifests } from '../analysis/diff/manifests.ts';
import { runWordChecks } from '../checks/index.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { GainTier } from '../model/capability.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import type { Finding } from '../model/finding.ts';
import { itemKey } from '../model/item-digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { differsInMounts } from '../model/machine-words.ts';
import { type Era, itemKinds, type ToolsElsewhere } from '../model/manifest.ts';
import type { Approval } from '../model/pin.ts';
import type { ApprovePlan } from '../model/results.ts';
import { templateKey } from '../model/view-digest.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { KeptMachineWords } from '../store/machine-words.ts';
import type { PendingRecord } from '../store/pending.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import type { ServerPlace } from '../store/server-place.ts';

/** The words of one server that wait for a person, and what stands pinned now. */
export interface WithheldWords {
  readonly place: ServerPlace;
  /** In the order in which they were first seen; empty = nothing waits. */
  readonly items: readonly PendingRecord[];
  readonly before: ReadableManifest;
  /** Of everything that is pinned: another one = another thing is approved. */
  readonly pin: Digest;
  readonly eras: readonly Era[];
  /** True when every byte that runs is the approved one; false when only the command line is. */
  readonly samePackage: boolean;
  /** Tools of the other servers of this machine. */
  readonly elsewhere: readonly ToolsElsewhere[];
  readonly artifact: { readonly subject: string; readonly name: string; readonly version: string; readonly builder: BuildIdentity | null };
  readonly layers: Parameters<typeof evaluate>[0];
  /** How the question names the server, and the command line that comes to it. */
  readonly title: string;
  readonly command: string;
  /** All words that would be pinned with these items. */
  after(items: readonly PendingRecord[]): ReadableManifest;
}

/** The same, and how more of it is pinned. */
export interface Withheld extends WithheldWords {
  /** Makes writes of the store, all of them or none. */
  commit(writes: () => Promise<readonly PlannedWrite[]>): Promise<void>;
  /**
   * Everything that pinning needs is there; what is returned pins items with an approval.
   *
   * @throws GuardError `ticket-invalid` before anybody is asked; then `config-changed` when what is pinned is not what it was.
   */
  ready(): Promise<(items: readonly PendingRecord[], approval: Approval) => Promise<void>>;
}

/** Names exactly these words: which item of which kind, with which digest. */
export function withheldId({ kind, name, digest }: Pick<PendingRecord, 'kind' | 'name' | 'digest'>): Digest {
  return digestValue([kind, name, digest]);
}

/** The digest of a plan: what an approval names as the card that was shown. */
export function cardOf(plan: ApprovePlan): Digest {
  return digestValue(plan as unknown as JsonValue);
}

/** What approving these items of it would mean, as it is shown to a person. */
export function planOf(withheld: WithheldWords, items: readonly PendingRecord[]): ApprovePlan {
  const { place, pin, before, samePackage, artifact, layers } = withheld;
  const after = withheld.after(items);
  const gain = gainOfWords(before, after, items);
  const findings = findingsOf(after, withheld);
  const decision = evaluate(layers, { ...artifact, findings, gain, action: 'approve' });
  const shown = items.map((item) => ({
    kind: item.kind,
    name: item.name,
    before: approvedBefore(before, item),
    after: item.template,
    digest: item.digest,
    firstSeen: item.firstSeen,
    ...(item.clients === undefined ? {} : { clients: item.clients }),
    ...(isOfThisMachine(before, item) ? { onThisMachine: true as const } : {}),
  }));
  return { name: place.name, scope: place.scope, samePackage, pin, items: shown, findings, gain, decision };
}

/** What is approved for this machine only, and what for everybody who shares the pin. */
export function onThisMachine(before: ReadableManifest, items: readonly PendingRecord[]) {
  const here = new Set(items.filter((item) => isOfThisMachine(before, item)));
  return [[...here], items.filter((item) => !here.has(item))] as const;
}

/** True when it differs from what is pinned in nothing but the mounts that it lists. */
function isOfThisMachine(before: ReadableManifest, item: PendingRecord): boolean {
  if (item.mounts === undefined || item.pinned === null || item.kind === 'agentSurface' || item.kind === 'ui' || item.kind === 'scope')
    return false;
  const was = approvedBefore(before, item);
  return was !== null && digestValue(was) === item.pinned && differsInMounts(was, item.template, item.mounts);
}

function approvedBefore(before: ReadableManifest, item: PendingRecord): JsonValue {
  if (item.kind === 'instructions') {
    const said = [before.instructions, ...(before.views?.instructions ?? [])];
    return item.clients === undefined
      ? before.instructions
      : (said.find((text) => text !== null && digestValue(text) === item.pinned) ?? null);
  }
  if (item.kind === 'agentSurface' || item.kind === 'scope') return null;
  if (item.kind === 'ui') return { uri: item.name, digest: item.pinned };
  const { kind } = item;
  const own = before[kind].filter((one: JsonObject) => itemKey(kind, one) === itemKey(kind, item.template));
  if (item.clients === undefined) return own[0] ?? null;
  // What other clients are shown under this name is not what this one was shown before.
  return [...own, ...(before.views?.[kind] ?? [])].find((one) => digestValue(one) === item.pinned) ?? null;
}

/** The checks that look at words alone, over everything that would be pinned. */
function findingsOf(after: ReadableManifest, { eras, elsewhere }: Pick<WithheldWords, 'eras' | 'elsewhere'>): readonly Finding[] {
  const manifest = { ...after, serverInfo: null, capabilities: {}, eras };
  const views = after.views === undefined ? {} : { views: { by: [], others: [], own: after.views } };
  const probed = { manifest, agentRequests: [], volatile: {}, resourcePinning: 'exact' as const, differences: [], ...views };
  const found = { tools: [], prompts: [], resources: [], instructions: null, gaps: [] };
  return runWordChecks({ probed, static: found, elsewhere });
}

/** How much more the words let a server do; a request to the client, and a right at the server, are always red. */
function gainOfWords(before: ReadableManifest, after: ReadableManifest, items: readonly PendingRecord[]): GainTier {
  const none = { ruleset: '', classes: [] };
  // What a page looks like is not shown here, and a person trusts it as part of the client. What a right is worth nobody knows.
  if (items.some(({ kind }) => kind === 'agentSurface' || kind === 'ui' || kind === 'scope')) return 'red';
  return gainOf({ capabilities: diffCapabilities(none, none), manifest: diffManifests(before, after) });
}

/** Words of this machine, beside the lock that others share. */
export function machineWords({ kind, template, pinned, clients }: PendingRecord, approval: Approval): KeptMachineWords {
  const listed = itemKinds.find((one) => one === kind);
  const key = listed !== undefined && isObject(template) ? templateKey(listed, template) : '';
  if (pinned === null || key === null || !(isObject(template) || typeof template === 'string'))
    throw new TypeError('nothing is pinned under that name');
  return { kind: listed ?? 'instructions', key, instead: pinned, template, ...(clients === undefined ? {} : { clients }), approval };
}
