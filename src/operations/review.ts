import { configFiles } from '../clients/locations.ts';
import { planEdits } from '../clients/plan-edit.ts';
import { entriesIn, type FoundEntry } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import type { Review, Reviewed, ReviewedName, WithheldWords } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import type { Approved, ApprovePlan } from '../model/results.ts';
import { listBlocked, readBlocked } from '../store/blocked.ts';
import { findProject } from '../store/find-project.ts';
import { appendLedger } from '../store/ledger.ts';
import { listPending, readPending } from '../store/pending.ts';
import { type KeptQuarantine, listQuarantined, planQuarantineRemoval } from '../store/quarantine.ts';
import { readTicket } from '../store/ticket.ts';
import { transact } from '../store/transaction.ts';
import { applyEdits } from './apply-edits.ts';
import { approve } from './approve.ts';
import type { Progress } from './progress.ts';
import { heldEntry, shownOf, undoing } from './quarantine.ts';
import { type HowToSettle, settle } from './settle.ts';

/** All that waits for a person: entries in quarantine, and words that were withheld. Forgets records of entries that are gone. */
export async function listReview(host: Host): Promise<Review> {
  const entries = (await waiting(host)).map(({ entry }) => shownOf(entry));
  const project = await findProject(host);
  const words: WithheldWords[] = [];
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    const folder = scope === 'user' ? null : project;
    const names = new Set([...(await listPending(folder, host)), ...(await listBlocked(folder, host))]);
    for (const name of [...names].sort()) {
      const place = { name, scope, project: folder };
      const { items, leftOut } = await readPending(place, host);
      const blocked = (await readBlocked(place, host)).length;
      if (items.length + leftOut + blocked === 0) continue;
      const changed = items.filter(({ pinned }) => pinned !== null).length;
      const ticket = await readTicket(name, scope, place.project, host).catch(() => null);
      const samePackage = ticket !== null && ticket.tree !== null;
      words.push({ scope, name, items: items.length + leftOut, changed, samePackage, since: items[0]?.firstSeen ?? null, blocked });
    }
  }
  return { entries, words };
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
    const reviewed = remove ? await removed(kept, host) : await settled(kept, how, host, progress);
    entries.push(reviewed);
    if (reviewed.outcome === 'waits') continue;
    await forget(kept, host);
    const { entry, outcome } = reviewed;
    await appendLedger({ event: 'reviewed', server: null, detail: { client: entry.client, name: entry.name, outcome } }, host);
  }
  const approved: Approved[] = [];
  for (const { scope } of words) {
    const said = { decision: 'approve', of: null, pins: null, yes: how.yes, reason: null, show: request.showWords } as const;
    approved.push(await approve({ name, scope, ...said }, host));
  }
  return { entries, words: approved };
}

function nothingWaits({ name, client, remove }: ReviewRequest): GuardError {
  const what = client !== null || remove ? `no entry named \`${name}\` is in quarantine` : `nothing of \`${name}\` waits for a review`;
  return new GuardError('entry-not-found', what, { why: 'names are compared as they are written', hint: 'pinfold review' });
}

async function settled(kept: KeptQuarantine, how: HowToSettle, host: Host, progress: Progress): Promise<Reviewed> {
  const entry = shownOf(kept.entry);
  const first = undoing(kept);
  const original = await originalOf(kept, host);
  if (original === null) return { entry, outcome: 'waits', why: 'its file changed; look again' };
  const { outcome, why } = await settle({ ...how, entry: original, first }, host, progress);
  return { entry, outcome: outcome === 'refused' ? 'waits' : outcome, why };
}

/** The entry as it would be without the quarantine, from a plan that is not carried out. */
async function originalOf(kept: KeptQuarantine, host: Host): Promise<FoundEntry | null> {
  const held = await heldEntry(kept, host);
  if (held === null) return null;
  const [planned] = await planEdits(
    undoing(kept).map((change) => ({ target: held, change })),
    host,
  );
  const files = await configFiles({ client: held.client, project: held.project }, host);
  const file = files.find(({ path }) => path === held.file);
  if (planned === undefined || file === undefined) return null;
  const place = JSON.stringify(held.rawPath);
  return entriesIn(planned.after, file, held.project).find(({ rawPath }) => JSON.stringify(rawPath) === place) ?? null;
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
