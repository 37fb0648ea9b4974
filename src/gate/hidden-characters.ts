import type { Expected } from './expected.ts';
import { body } from './framing.ts';
import type { Message } from './message.ts';
import { isHandshake, listedKind } from './methods.ts';
import { refuseResult } from './refuse-result.ts';
import { skim } from './skim.ts';
import type { GateState } from './state.ts';
import { stop, type Verdict } from './verdict.ts';
import { makeVisible } from './visible.ts';

/** Opaque to the client, which hands them back: nobody reads them, and the server must know them again. */
const opaque = ['requestState', 'nextCursor'];

/**
 * The verdict about a message of the server, with the hidden characters of what reaches the client made visible. What
 * is pinned (listed items, instructions) is left as it was approved.
 *
 * @param expected the request that the message answers; undefined = it answers none.
 */
export function withoutHidden(message: Message, expected: Expected | undefined, verdict: Verdict, state: GateState): Verdict {
  if (verdict.action !== 'forward' && verdict.action !== 'replace') return verdict;
  const subject = expected?.method ?? message.method;
  const frame = verdict.action === 'forward' ? message.bytes : body(verdict.bytes);
  const seen = verdict.action === 'forward' ? message : skim(frame);
  const visible = seen === null ? 'refuse' : makeVisible(frame, seen, [...opaque, ...pinnedMembers(message, expected, state)]);
  if (visible === null) return verdict;
  if (visible === 'refuse') return refuse(message, subject, verdict, state);
  const forwarded = state.rules.mode !== 'block';
  const effect = { type: 'made-visible', subject, characters: visible.characters, messages: 1, forwarded } as const;
  const effects = [...verdict.effects, effect];
  if (forwarded) return { ...verdict, effects };
  return { action: 'replace', bytes: Buffer.concat([visible.bytes, lineEnd]), changes: verdict.changes, effects };
}

const lineEnd = Buffer.from('\n');

/** The member whose words a pin holds, every one of them: a value that may vary was never looked at. */
function pinnedMembers(message: Message, expected: Expected | undefined, { rules }: GateState): readonly string[] {
  if (expected === undefined || message.type !== 'result') return [];
  const { items, instructions } = expected.view?.enforced ?? rules.enforced;
  if (isHandshake(expected.method)) return instructions?.volatile.length === 0 ? ['instructions'] : [];
  const kind = listedKind(expected.method);
  if (kind === null || (kind === 'resources' && rules.resourcePinning !== 'exact')) return [];
  return [...items[kind].values()].some(({ volatile }) => volatile.length > 0) ? [] : [kind];
}

function refuse(message: Message, subject: string, verdict: Verdict, state: GateState): Verdict {
  if (message.type === 'request' || message.type === 'notification') return stop('message-invalid', subject);
  const refused = refuseResult(message, 'result-invalid', state, 'holds characters that no message has');
  return { ...refused, changes: [...verdict.changes.filter(({ type }) => type === 'settle'), ...refused.changes] };
}
