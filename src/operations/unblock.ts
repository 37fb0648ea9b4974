import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import type { JsonValue } from '../model/json.ts';
import type { LockScope } from '../model/pin.ts';
import type { Unblocked } from '../model/results.ts';
import { planBlocked, readBlocked } from '../store/blocked.ts';
import { appendLedger } from '../store/ledger.ts';
import { applyChange } from './apply.ts';
import { unblockCommand } from './command-line.ts';
import { consent } from './consent.ts';
import { homeOf } from './scope-home.ts';

export interface UnblockRequest {
  readonly name: string;
  readonly scope: LockScope;
  /** `<kind>/<name>` of everything that would be lifted. Attacker-controlled. */
  readonly show: (items: readonly string[]) => void;
}

/**
 * Lifts all that was blocked for ever for one server. Nothing of it is approved: what the server still says is withheld
 * and offered again. Only a person can, because it takes a person's decision back.
 *
 * @throws GuardError `approval-needed`, `approval-refused`.
 */
export async function unblock(request: UnblockRequest, host: Host): Promise<Unblocked> {
  const { name, scope } = request;
  const home = await homeOf(scope, null, host);
  const place = { name, scope, project: home.project };
  const blocked = await readBlocked(place, host);
  const items = blocked.map((one) => (one.name === '' ? one.kind : `${one.kind}/${one.name}`));
  if (items.length === 0) return { name, scope, items };
  await consent(
    {
      server: `${scope}:${name}`,
      decision: { verdict: 'review', reasons: [], autoApproved: false },
      card: digestValue(blocked as unknown as JsonValue),
      question: { text: `let \`${name}\` offer ${items.length === 1 ? 'this' : 'these'} again?`, typed: null },
      yes: false,
      command: unblockCommand(scope, name),
      reason: null,
      show: () => request.show(items),
    },
    host,
  );
  await applyChange({ home, writes: async () => [await planBlocked(place, [], host)], edits: [] }, host);
  await appendLedger({ event: 'unblocked', server: `${scope}:${name}`, detail: { items: items.length } }, host);
  return { name, scope, items };
}
