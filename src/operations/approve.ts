import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import type { LockScope } from '../model/pin.ts';
import type { Approved, ApprovePlan, WordsDecision } from '../model/results.ts';
import { isoTime } from '../model/time.ts';
import { planBlocked, readBlocked } from '../store/blocked.ts';
import { readClosure } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { type PendingRecord, planPendingRemoval } from '../store/pending.ts';
import { type PlacedPin, placed, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { approvedWords } from './approved-words.ts';
import { scopedCommand, trustCommand } from './command-line.ts';
import { atTerminal, consent, type Person } from './consent.ts';
import { planPin } from './pin-writes.ts';
import { planOf, readWithheld, type Withheld, withheldId } from './withheld.ts';

export interface ApproveRequest {
  readonly name: string;
  readonly scope: LockScope;
  readonly decision: WordsDecision;
  /** Only these of what waits (`withheldId`), and only while all that waits is still what was shown; null = everything. */
  readonly of: { readonly items: ReadonlySet<string>; readonly card: Digest } | null;
  readonly yes: boolean;
  readonly reason: string | null;
  readonly show: (plan: ApprovePlan) => void;
}

/** The digest of a plan: what an approval names as the card that was shown. */
export function cardOf(plan: ApprovePlan): Digest {
  return digestValue(plan as unknown as JsonValue);
}

/**
 * Decides about what a running server was stopped from saying: shows it, asks, and pins it; or forgets it; or blocks it
 * for ever. What was not chosen goes on waiting. Counts from the next start of the server.
 *
 * @throws GuardError `pin-not-found`, `approval-needed`, `approval-refused`; `policy-denied` for hidden characters and
 *   the like, and for what was blocked; `config-changed` when it is not what was shown any more.
 */
export async function approve(request: ApproveRequest, host: Host, person: Person = atTerminal(host)): Promise<Approved> {
  const { name, scope, decision } = request;
  const withheld = await readWithheld(name, scope, host);
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

function notWhatWasShown(): GuardError {
  return new GuardError('config-changed', 'what waits is not what was shown any more; nothing was changed', {
    why: 'something changed while you were looking at it',
    hint: 'look at it again: pinfold review',
  });
}

/** Forgets them, or remembers them as blocked: neither lets anything through, so nobody has to be asked. */
async function setAside(decision: 'keep' | 'block', { home, place, items: all }: Withheld, items: readonly PendingRecord[], host: Host) {
  const pinned = items.find((item) => item.digest === item.pinned);
  if (decision === 'block' && pinned !== undefined) {
    throw new GuardError(
      'usage',
      `${pinned.kind} ${pinned.name} is withheld because it was listed twice; its words are the approved ones`,
      {
        hint: scopedCommand('remove', place.scope, place.name),
      },
    );
  }
  const at = isoTime(host.now());
  const now = items.map(({ kind, name, digest }) => ({ kind, name, digest, at }));
  const blocking = async () => (decision === 'keep' ? [] : [await planBlocked(place, [...(await readBlocked(place, host)), ...now], host)]);
  // A server whose items were too many to be kept is asked for all of them again.
  const left = items.length === all.length ? null : items;
  await applyChange({ home, writes: async () => [await planPendingRemoval(place, host, left), ...(await blocking())], edits: [] }, host);
  if (decision === 'block') {
    await appendLedger({ event: 'blocked', server: `${place.scope}:${place.name}`, detail: { items: items.length } }, host);
  }
}

async function pinWords(request: ApproveRequest, withheld: Withheld, items: readonly PendingRecord[], person: Person, host: Host) {
  const { name, scope } = request;
  const { home, lockFile, pin, before, policies } = withheld;
  const closure = await readClosure(home, lockFile.lock, name, host);
  const ticket = await readTicket(name, scope, home.project, host);
  const known = ticket === null ? null : placed(pin, ticket.tree);
  if (known === null || (closure === null) !== (pin.closure === null)) {
    throw new GuardError('ticket-invalid', `\`${name}\` is pinned, but not laid out on this machine`, { hint: trustCommand(scope) });
  }
  const plan = planOf(withheld, items);
  const approval = await consent(
    {
      decision: plan.decision,
      card: cardOf(plan),
      question: { text: `let \`${name}\` say this to the model?`, typed: plan.gain === 'red' ? name : null },
      yes: request.yes,
      command: scopedCommand('approve', scope, name),
      elsewhere: 'pinfold review --web',
      reason: request.reason,
      show: () => request.show(plan),
    },
    host,
    person,
  );
  const after = approvedWords(pin, before, items);
  const words = { manifest: after.pin, approval };
  const approved: PlacedPin =
    known.tree === null ? { pin: { ...known.pin, ...words }, tree: null } : { pin: { ...known.pin, ...words }, tree: known.tree };
  const left = items.length === withheld.items.length ? {} : { decided: items };
  await applyChange(
    {
      home,
      async writes(now) {
        const current = pinOf(now.lock, name);
        if (current === null || pinDigest(current) !== plan.pin) throw notWhatWasShown();
        return planPin({ home, lockFile: now, name, ...approved, readable: after.readable, closure, policies, ...left }, host);
      },
      edits: [],
    },
    host,
  );
  const detail = { items: items.length, by: approval.by, gain: plan.gain, ...(approval.on === undefined ? {} : { on: approval.on }) };
  await appendLedger({ event: 'approved', server: `${scope}:${name}`, detail }, host);
}
