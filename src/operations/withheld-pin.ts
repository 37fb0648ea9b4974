import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import { GuardError } from '../model/errors.ts';
import { type Approval, isRemotePin, type LockScope, type Pin } from '../model/pin.ts';
import { isBlocked, readBlocked } from '../store/blocked.ts';
import { readClosure } from '../store/home.ts';
import { planMachineWords } from '../store/machine-words.ts';
import { type PendingRecord, planPendingRemoval } from '../store/pending.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { type PlacedPin, placed, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { approvedWords } from './approved-words.ts';
import { trustCommand, unblockCommand } from './command-line.ts';
import { planPin } from './pin-writes.ts';
import { wordsOfPin } from './withheld-words.ts';
import { machineWords, onThisMachine, type Withheld } from './words-plan.ts';

/** What waits of a server that a lock pins, and how it is pinned. @throws GuardError `pin-not-found`, `usage`, and as the records' readers. */
export async function withheldOfPin(name: string, scope: LockScope, host: Host): Promise<Withheld> {
  const { words, home, pin, lockFile, readable, policies } = await wordsOfPin(name, scope, host);
  const { place, items, before, pin: shown } = words;
  return {
    ...words,
    commit: (writes) => applyChange({ home, writes, edits: [] }, host),
    async ready() {
      const closure = await readClosure(home, lockFile.lock, name, host);
      const ticket = await readTicket(name, scope, home.project, host);
      const known = ticket === null ? null : placed(pin, ticket.tree);
      if (known === null || (closure === null) !== (pin.closure === null)) {
        throw new GuardError('ticket-invalid', `\`${name}\` is pinned, but not laid out on this machine`, { hint: trustCommand(scope) });
      }
      return async (chosen: readonly PendingRecord[], approval: Approval) => {
        const [here, some] = onThisMachine(before, chosen);
        const kept = here.map((item) => machineWords(item, approval));
        const after = approvedWords(pin, before, some);
        // Rights are no words: those of a first launch stay open when nothing else was approved.
        const said = some.every(({ kind }) => kind === 'scope') ? { pin: pin.manifest, readable } : after;
        const now = { manifest: said.pin, approval };
        const approved: PlacedPin =
          known.tree === null
            ? { pin: withScopes({ ...known.pin, ...now }, some), tree: null }
            : { pin: { ...known.pin, ...now }, tree: known.tree };
        const left = chosen.length === items.length ? {} : { decided: chosen };
        const writes: Parameters<typeof applyChange>[0]['writes'] = async (file) => {
          const current = pinOf(file.lock, name);
          if (current === null || pinDigest(current) !== shown) throw notWhatWasShown();
          await assertNotBlocked(place, here, host);
          const mine = kept.length === 0 ? [] : [await planMachineWords(place, kept, host)];
          if (some.length === 0 && mine.length > 0) return [...mine, await planPendingRemoval(place, host, chosen)];
          const shared = await planPin(
            { home, lockFile: file, name, ...approved, readable: said.readable, closure, policies, ...left },
            host,
          );
          return [...shared, ...mine];
        };
        await applyChange({ home, writes, edits: [] }, host);
      };
    },
  };
}

/** A server elsewhere with what a sign-in may give it now. */
function withScopes<T extends Pin>(pin: T, approved: readonly PendingRecord[]): T {
  const scopes = approved.filter(({ kind }) => kind === 'scope').map(({ name }) => name);
  if (scopes.length === 0 || !isRemotePin(pin)) return pin;
  const { authorization } = pin;
  return { ...pin, authorization: { ...authorization, scopes: [...new Set([...authorization.scopes, ...scopes])].sort() } };
}

/** @throws GuardError `policy-denied`: as every way to a pin, so that nothing that was blocked for ever is let through. */
async function assertNotBlocked(place: ServerPlace, items: readonly PendingRecord[], host: Host): Promise<void> {
  if (items.length === 0) return;
  const blocked = await readBlocked(place, host);
  const found = items.find((item) => isBlocked(blocked, item));
  if (found === undefined) return;
  throw new GuardError('policy-denied', `\`${place.name}\` says something that you blocked for ever; nothing was changed`, {
    why: `${found.kind} ${found.name}`.trimEnd(),
    hint: unblockCommand(place.scope, place.name),
  });
}

/** An approval is for what was shown, and that is not there any more. */
export function notWhatWasShown(): GuardError {
  return new GuardError('config-changed', 'what waits is not what was shown any more; nothing was changed', {
    why: 'something changed while you were looking at it',
    hint: 'look at it again: pinfold review',
  });
}
