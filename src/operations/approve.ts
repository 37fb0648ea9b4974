import { diffCapabilities } from '../analysis/diff/capabilities.ts';
import { gainOf } from '../analysis/diff/gain.ts';
import { diffManifests } from '../analysis/diff/manifests.ts';
import { wordChecks } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import type { GainTier } from '../model/capability.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Era, ToolsElsewhere } from '../model/manifest.ts';
import type { LockScope, Pin } from '../model/pin.ts';
import type { Approved, ApprovePlan, WithheldItem } from '../model/results.ts';
import { evaluate } from '../policy/evaluate.ts';
import { firstUseFile, readFirstUse } from '../store/first-use.ts';
import { readClosure, readManifest } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { type PendingRecord, planPendingRemoval, readPending } from '../store/pending.ts';
import { readPolicies } from '../store/policies.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { type PlacedPin, placed, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { approvedWords, noWords, wordsOfFirstUse } from './approved-words.ts';
import { scopedCommand, trustCommand } from './command-line.ts';
import { consent } from './consent.ts';
import { planPin } from './pin-writes.ts';
import { findPin, homeOf } from './scope-home.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';

export interface ApproveRequest {
  readonly name: string;
  readonly scope: LockScope;
  readonly yes: boolean;
  /** Forget what waits instead; it stays withheld. */
  readonly reject: boolean;
  readonly reason: string | null;
  readonly show: (plan: ApprovePlan) => void;
}

/**
 * Shows what a running server was stopped from saying, asks, and pins it. Counts from the next start of the server.
 *
 * @throws GuardError `pin-not-found`, `approval-needed`, `approval-refused`; `policy-denied` for hidden characters and the like.
 */
export async function approve(request: ApproveRequest, host: Host): Promise<Approved> {
  const { name, scope } = request;
  const home = await homeOf(scope, null, host);
  const { pin, lockFile } = await findPin(home, name, host);
  const place = { name, scope, project: home.project };
  const pending = await readPending(place, host);
  if (pending.items.length === 0) return { name, approved: 0, rejected: 0 };
  if (request.reject) {
    await applyChange({ home, writes: async () => [await planPendingRemoval(place, host)], edits: [] }, host);
    return { name, approved: 0, rejected: pending.items.length };
  }
  const before = await wordsNow(place, pin, await readManifest(home, lockFile.lock, name, host), host);
  const closure = await readClosure(home, lockFile.lock, name, host);
  const ticket = await readTicket(name, scope, home.project, host);
  const known = ticket === null ? null : placed(pin, ticket.tree);
  if (known === null || (closure === null) !== (pin.closure === null)) {
    throw new GuardError('ticket-invalid', `\`${name}\` is pinned, but not laid out on this machine`, {
      hint: trustCommand(scope),
    });
  }
  const after = approvedWords(pin, before, pending.items);
  const policies = await readPolicies(host, home.project);
  const { servers } = await toolsElsewhere(pin.artifact.subject, host);
  const pinned = { eras: pin.manifest?.eras ?? [], samePackage: pin.closure !== null, elsewhere: servers };
  const plan = planOf(name, scope, pinned, before, after.readable, pending.items);
  const gain = gainOfWords(before, after.readable, pending.items);
  const facts = {
    subject: pin.artifact.subject,
    name: pin.artifact.name,
    version: pin.artifact.version,
    findings: plan.findings,
    gain,
    action: 'approve',
  } as const;
  const complete: ApprovePlan = { ...plan, decision: evaluate(policies.layers, facts) };
  const approval = await consent(
    {
      server: `${scope}:${name}`,
      decision: complete.decision,
      card: digestValue(complete as unknown as JsonValue),
      question: { text: `let \`${name}\` say this to the model?`, typed: gain === 'red' ? name : null },
      yes: request.yes,
      command: scopedCommand('approve', scope, name),
      reason: request.reason,
      show: () => request.show(complete),
    },
    host,
  );
  const words = { manifest: after.pin, approval };
  const approved: PlacedPin =
    known.tree === null ? { pin: { ...known.pin, ...words }, tree: null } : { pin: { ...known.pin, ...words }, tree: known.tree };
  await applyChange(
    {
      home,
      writes: (now) => planPin({ home, lockFile: now, name, ...approved, readable: after.readable, closure, policies }, host),
      edits: [],
    },
    host,
  );
  await appendLedger(
    { event: 'approved', server: `${scope}:${name}`, detail: { items: pending.items.length, by: approval.by, gain } },
    host,
  );
  return { name, approved: pending.items.length, rejected: 0 };
}

/** What counts as pinned so far; for a pin from first use that is what its first launch showed. */
async function wordsNow(place: ServerPlace, pin: Pin, pinned: ReadableManifest | null, host: Host): Promise<ReadableManifest> {
  if (pinned !== null || pin.manifest !== null) return pinned ?? noWords;
  const seen = await readFirstUse(firstUseFile(place, pinDigest(pin), host), host);
  return seen === null ? noWords : wordsOfFirstUse(seen);
}

/** What is known of a pin beside its words. */
interface Known {
  readonly eras: readonly Era[];
  readonly samePackage: boolean;
  /** Tools of the other servers of this machine. */
  readonly elsewhere: readonly ToolsElsewhere[];
}

/** What is asked about, without the decision. */
export function planOf(
  name: string,
  scope: LockScope,
  { eras, samePackage, elsewhere }: Known,
  before: ReadableManifest,
  after: ReadableManifest,
  items: readonly PendingRecord[],
): Omit<ApprovePlan, 'decision'> {
  const withheld: readonly WithheldItem[] = items.map((item) => ({
    kind: item.kind,
    name: item.name,
    before: approvedBefore(before, item),
    after: item.template,
  }));
  return { name, scope, samePackage, items: withheld, findings: findingsOf(after, eras, elsewhere) };
}

function approvedBefore(before: ReadableManifest, item: PendingRecord): JsonValue {
  if (item.kind === 'instructions') return before.instructions;
  if (item.kind === 'agentSurface') return null;
  if (item.kind === 'ui') return { uri: item.name, digest: item.pinned };
  const { kind } = item;
  return before[kind].find((one: JsonObject) => itemKey(kind, one) === itemKey(kind, item.template)) ?? null;
}

/** The checks that look at words alone, over everything that would be pinned. */
function findingsOf(after: ReadableManifest, eras: readonly Era[], elsewhere: readonly ToolsElsewhere[]): readonly Finding[] {
  const manifest = { ...after, serverInfo: null, capabilities: {}, eras };
  const probed = { manifest, agentRequests: [], volatile: {}, resourcePinning: 'exact' as const, differences: [] };
  const found = { tools: [], prompts: [], resources: [], instructions: null, gaps: [] };
  return wordChecks.flatMap((check) => check.run({ probed, static: found, elsewhere }));
}

/** How much more the words let a server do; a request to the client is always red. */
export function gainOfWords(before: ReadableManifest, after: ReadableManifest, items: readonly PendingRecord[]): GainTier {
  const none = { ruleset: '', classes: [] };
  // What a page looks like is not shown here, and a person trusts it as part of the client.
  if (items.some(({ kind }) => kind === 'agentSurface' || kind === 'ui')) return 'red';
  return gainOf({ capabilities: diffCapabilities(none, none), manifest: diffManifests(before, after) });
}
