import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { Approved, ApprovePlan, WordsDecision } from '../model/results.ts';
import { isoTime } from '../model/time.ts';
import { planBlocked, readBlocked } from '../store/blocked.ts';
import { appendLedger } from '../store/ledger.ts';
import { type PendingRecord, planPendingRemoval } from '../store/pending.ts';
import { scopedCommand } from './command-line.ts';
import { atTerminal, consent, type Person } from './consent.ts';
import { readWithheld, type WithheldOf } from './withheld.ts';
import { notWhatWasShown } from './withheld-pin.ts';
import { cardOf, planOf, type Withheld, withheldId } from './words-plan.ts';

export interface ApproveRequest extends WithheldOf {
  readonly decision: WordsDecision;
  /** Only these of what waits (`withheldId`), and only while all that waits is still what was shown; null = everything. */
  readonly of: { readonly items: ReadonlySet<string>; readonly card: Digest } | null;
  readonly yes: boolean;
  readonly reason: string | null;
  readonly show: (plan: ApprovePlan) => void;
}

/**
 * Decides about what a running server was stopped from saying: shows it, asks, and pins it; or forgets it; or blocks it
 * for ever. What was not chosen goes on waiting. Counts from the next start of the server.
 *
 * @throws GuardError `pin-not-found`, `approval-needed`, `approval-refused`; `policy-denied` for hidden characters and
 *   the like, and for what was blocked; `config-changed` when it is not what was shown any more.
 */
export async function approve(request: ApproveRequest, host: Host, person: Person = atTerminal(host)): Promise<Approved> {
  const { name, decision } = request;
  const withheld = await readWithheld(request, host);
  const { scope } = withheld.place;
  const items = chosenOf(request, withheld);
  const done = { name, scope, approved: 0, rejected: 0, blocked: 0 };
  if (items.length === 0) return done;
  if (decision === 'approve') {
    await pinWords(request, withheld, items, person, host);
    return { ...done, approved: items.length };
  }
  await setAside(decision, withheld, items, host);
  return decision === 'keep' ? { ...done, rejected: items.length } : { ...done, blocked: items.length };
}

function chosenOf({ of: chosen }: ApproveRequest, withheld: Withheld): readonly PendingRecord[] {
  if (chosen === null) return withheld.items;
  const found = withheld.items.filter((item) => chosen.items.has(withheldId(item)));
  if (found.length !== chosen.items.size || cardOf(planOf(withheld, withheld.items)) !== chosen.card) throw notWhatWasShown();
  return found;
}

/** Forgets them, or remembers them as blocked: neither lets anything through, so nobody has to be asked. */
async function setAside(decision: 'keep' | 'block', { place, commit, artifact }: Withheld, items: readonly PendingRecord[], host: Host) {
  const pinned = items.find((item) => item.digest === item.pinned);
  if (decision === 'block' && pinned !== undefined) {
    throw new GuardError(
      'usage',
      `${pinned.kind} ${pinned.name} is withheld because it was listed twice; its words are the approved ones`,
      {
        why: 'there are no other words to approve',
        hint: scopedCommand('remove', place.scope, place.name),
      },
    );
  }
  const at = isoTime(host.now());
  // What may have such rights is a server elsewhere: its subject is its origin.
  const now = items.map(({ kind, name, digest }) => ({
    kind,
    name,
    digest,
    at,
    ...(kind === 'scope' ? { origin: artifact.subject } : {}),
  }));
  const blocking = async () => (decision === 'keep' ? [] : [await planBlocked(place, [...(await readBlocked(place, host)), ...now], host)]);
  await commit(async () => [await planPendingRemoval(place, host, items), ...(await blocking())]);
  if (decision === 'block') {
    await appendLedger({ event: 'blocked', server: `${place.scope}:${place.name}`, detail: { items: items.length } }, host);
  }
}

async function pinWords(request: ApproveRequest, withheld: Withheld, items: readonly PendingRecord[], person: Person, host: Host) {
  const { place, title, command } = withheld;
  const server = `${place.scope}:${place.name}`;
  const pin = await withheld.ready();
  const plan = planOf(withheld, items);
  const approval = await consent(
    {
      server,
      decision: plan.decision,
      card: cardOf(plan),
      question: { text: `let \`${title}\` say this to the model?`, typed: plan.gain === 'red' ? place.name : null },
      yes: request.yes,
      command,
      elsewhere: 'pinfold review --web',
      reason: request.reason,
      show: () => request.show(plan),
    },
    host,
    person,
  );
  await pin(items, approval);
  const detail = { items: items.length, by: approval.by, gain: plan.gain, ...(approval.on === undefined ? {} : { on: approval.on }) };
  await appendLedger({ event: 'approved', server, detail }, host);
}
