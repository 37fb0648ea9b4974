import { configFiles } from '../clients/locations.ts';
import { planEdits } from '../clients/plan-edit.ts';
import { entriesIn, type FoundEntry } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import type { Review, Reviewed, WithheldWords } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { findProject } from '../store/find-project.ts';
import { appendLedger } from '../store/ledger.ts';
import { listPending, readPending } from '../store/pending.ts';
import { type KeptQuarantine, listQuarantined, planQuarantineRemoval } from '../store/quarantine.ts';
import { readTicket } from '../store/ticket.ts';
import { transact } from '../store/transaction.ts';
import { applyEdits } from './apply-edits.ts';
import type { Progress } from './progress.ts';
import { heldEntry, shownOf, undoing } from './quarantine.ts';
import { type HowToSettle, settle } from './settle.ts';

/** All that waits for a person: entries in quarantine, and words that were withheld. Forgets records of entries that are gone. */
export async function listReview(host: Host): Promise<Review> {
  const entries = (await waiting(host)).map(({ entry }) => shownOf(entry));
  const project = await findProject(host);
  const words: WithheldWords[] = [];
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    for (const name of await listPending(scope === 'user' ? null : project, host)) {
      const place = { name, scope, project: scope === 'user' ? null : project };
      const { items, leftOut } = await readPending(place, host);
      if (items.length + leftOut === 0) continue;
      const changed = items.filter(({ pinned }) => pinned !== null).length;
      const ticket = await readTicket(name, scope, place.project, host).catch(() => null);
      words.push({ scope, name, items: items.length + leftOut, changed, samePackage: ticket !== null && ticket.tree !== null });
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
}

/**
 * Decides about the entries of one name that are in quarantine, one after the other: through the card, as an installer's
 * entries under `exec`. What is approved ends behind the guard, switched on; what is not stays in quarantine.
 *
 * @throws GuardError `entry-not-found` when no such entry waits; as `applyEdits`.
 */
export async function reviewEntries(request: ReviewRequest, host: Host, progress: Progress): Promise<readonly Reviewed[]> {
  const all = (await waiting(host)).filter(
    ({ entry }) => entry.name === request.name && (request.client === null || entry.client === request.client),
  );
  if (all.length === 0)
    throw new GuardError('entry-not-found', `no entry named \`${request.name}\` is in quarantine`, {
      why: 'names are compared as they are written',
      hint: 'pinfold review',
    });
  const done: Reviewed[] = [];
  for (const kept of all) {
    const reviewed = request.remove ? await removed(kept, host) : await settled(kept, request.settle, host, progress);
    done.push(reviewed);
    if (reviewed.outcome === 'waits') continue;
    await forget(kept, host);
    const { client, name } = reviewed.entry;
    await appendLedger({ event: 'reviewed', server: null, detail: { client, name, outcome: reviewed.outcome } }, host);
  }
  return done;
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
