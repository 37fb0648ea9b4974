import { configFiles } from '../clients/locations.ts';
import { planEdits } from '../clients/plan-edit.ts';
import { entriesIn, type FoundEntry } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import type { Review, Reviewed, ReviewedName } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import type { Approved, ApprovePlan } from '../model/results.ts';
import { appendLedger } from '../store/ledger.ts';
import { type KeptQuarantine, listQuarantined, planQuarantineRemoval } from '../store/quarantine.ts';
import { transact } from '../store/transaction.ts';
import { applyEdits } from './apply-edits.ts';
import { approve } from './approve.ts';
import { listWithheld } from './list-withheld.ts';
import type { Progress } from './progress.ts';
import { heldEntry, shownOf, undoing } from './quarantine.ts';
import { type HowToSettle, settle } from './settle.ts';

/** All that waits for a person: entries in quarantine, and words that were withheld. Forgets records of entries that are gone. */
export async function listReview(host: Host): Promise<Review> {
  const entries = (await waiting(host)).map(({ entry }) => shownOf(entry));
  return { entries, words: await listWithheld(host) };
}

export interface ReviewRequest {
  readonly name: string;
  /** Client id; null = every client that has an entry of this name in quarantine. */
  readonly client: string | null;
  /** Take it out (or give the accepted entry back that it took the place of), and ask nothing. */
  readonly remove: boolean;
  readonly settle: HowToSettle;
  readonly showWords: (plan: ApprovePlan) => void;
}

/**
 * Decides about what waits under one name, one after the other: entries in quarantine through the card, as an
 * installer's entries under `exec` (what is approved ends behind the guard, switched on; what is not stays in quarantine).
 * Where there are none, about the words that its pins were stopped from saying.
 *
 * @throws GuardError `entry-not-found` when nothing of the name waits; as `approve` for the words, and as `applyEdits`.
 */
export async function reviewNamed(request: ReviewRequest, host: Host, progress: Progress): Promise<ReviewedName> {
  const { name, client, remove, settle: how } = request;
  const all = (await waiting(host)).filter(({ entry }) => entry.name === name && (client === null || entry.client === client));
  const onlyEntries = client !== null || remove || all.length > 0;
  const words = onlyEntries ? [] : (await listReview(host)).words.filter((one) => one.name === name && one.items > 0);
  if (all.length + words.length === 0) throw nothingWaits(request);
  const entries: Reviewed[] = [];
  for (const kept of all) {
    entries.push(await done(kept, remove ? await removed(kept, host) : await settled(kept, () => how, host, progress), host));
  }
  const approved: Approved[] = [];
  for (const { scope, pins } of words) {
    const said = { decision: 'approve', of: null, pins, yes: how.yes, reason: null, show: request.showWords } as const;
    approved.push(await approve({ name, scope, ...said }, host));
  }
  return { entries, words: approved };
}

function nothingWaits({ name, client, remove }: ReviewRequest): GuardError {
  const what = client !== null || remove ? `no entry named \`${name}\` is in quarantine` : `nothing of \`${name}\` waits for a review`;
  return new GuardError('entry-not-found', what, { why: 'names are compared as they are written', hint: 'pinfold review' });
}

export interface HeldRequest {
  /** Of an entry in quarantine. */
  readonly id: string;
  /** `look`: shows and asks as `approve` does, and forgets nothing of what waits; whoever answers has to say no. */
  readonly decision: 'look' | 'approve' | 'remove';
  /** `entry`: digest of the entry as it stands in its file now, without the quarantine. */
  readonly settle: (entry: Digest) => HowToSettle;
}

/**
 * Decides about exactly one entry in quarantine, as `reviewNamed` does about all of a name.
 *
 * @throws GuardError `entry-not-found` when it waits no longer, and as `applyEdits`.
 */
export async function reviewHeld({ id, decision, settle: how }: HeldRequest, host: Host, progress: Progress): Promise<Reviewed> {
  const kept = (await waiting(host)).find(({ entry }) => entry.id === id);
  if (kept === undefined)
    throw new GuardError('entry-not-found', 'that server waits no longer', {
      why: 'somebody decided about it, took it out or let it go',
      hint: 'pinfold review',
    });
  if (decision === 'remove') return done(kept, await removed(kept, host), host);
  const reviewed = await settled(kept, how, host, progress);
  return decision === 'look' ? reviewed : done(kept, reviewed, host);
}

/** Forgets what waits no longer, and says so in the ledger. */
async function done(kept: KeptQuarantine, reviewed: Reviewed, host: Host): Promise<Reviewed> {
  const { entry, outcome } = reviewed;
  if (outcome === 'waits') return reviewed;
  await forget(kept, host);
  await appendLedger({ event: 'reviewed', server: null, detail: { client: entry.client, name: entry.name, outcome } }, host);
  return reviewed;
}

async function settled(kept: KeptQuarantine, how: HeldRequest['settle'], host: Host, progress: Progress): Promise<Reviewed> {
  const entry = shownOf(kept.entry);
  const first = undoing(kept);
  const original = await originalOf(kept, host);
  if (original === null) return { entry, outcome: 'waits', why: 'its file changed; look again' };
  const { outcome, why } = await settle({ ...how(original.digest), entry: original.entry, first }, host, progress);
  return { entry, outcome: outcome === 'refused' ? 'waits' : outcome, why };
}

/** The entry as it would be without the quarantine, from a plan that is not carried out. */
async function originalOf(kept: KeptQuarantine, host: Host): Promise<{ readonly entry: FoundEntry; readonly digest: Digest } | null> {
  const held = await heldEntry(kept, host);
  if (held === null) return null;
  const [planned] = await planEdits(
    undoing(kept).map((change) => ({ target: held, change })),
    host,
  );
  const files = await configFiles({ client: held.client, project: held.project }, host);
  const file = files.find(({ path }) => path === held.file);
  const text = planned?.entries.at(-1)?.after;
  if (planned === undefined || file === undefined || text == null) return null;
  const place = JSON.stringify(held.rawPath);
  const entry = entriesIn(planned.after, file, held.project).find(({ rawPath }) => JSON.stringify(rawPath) === place);
  return entry === undefined ? null : { entry, digest: digestValue({ file: file.path, name: entry.name, text }) };
}

async function removed(kept: KeptQuarantine, host: Host): Promise<Reviewed> {
  const entry = shownOf(kept.entry);
  const held = await heldEntry(kept, host);
  if (held === null) return { entry, outcome: 'waits', why: 'its file changed; look again' };
  const { earlierText } = kept.entry;
  const change = earlierText === null ? ({ kind: 'remove' } as const) : ({ kind: 'restore', entryText: earlierText } as const);
  const changes = [...undoing(kept), change];
  await applyEdits(
    changes.map((one) => ({ target: held, change: one })),
    async () => [],
    host,
  );
  return { entry, outcome: earlierText === null ? 'removed' : 'restored', why: null };
}

/** Records whose entry is still held; the others are forgotten: somebody took the entry out, or let it go. */
async function waiting(host: Host): Promise<readonly KeptQuarantine[]> {
  const held: KeptQuarantine[] = [];
  for (const kept of await listQuarantined(host)) {
    if ((await heldEntry(kept, host)) === null) await forget(kept, host);
    else held.push(kept);
  }
  return held;
}

async function forget(kept: KeptQuarantine, host: Host): Promise<void> {
  await transact([planQuarantineRemoval(kept)], host);
}
