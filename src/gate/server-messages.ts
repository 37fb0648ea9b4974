import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { errorAnswer, rpc } from './answer.ts';
import { asked } from './asks.ts';
import { asksNothing, type Expected } from './expected.ts';
import { decideHandshake } from './handshake.ts';
import { withoutHidden } from './hidden-characters.ts';
import { decideError, decideInputRequests } from './input-requests.ts';
import { asOneLine } from './line-ends.ts';
import { decideList } from './lists.ts';
import type { Message } from './message.ts';
import { isHandshake, listedKind } from './methods.ts';
import { refuseResult } from './refuse-result.ts';
import { readFrame, readMember } from './skim.ts';
import { type GateState, letsUnjudged } from './state.ts';
import { decideUi } from './ui.ts';
import { carriesList, decideListChanged, decideUnaskedList } from './unasked-lists.ts';
import { drop, forward, stop, type Verdict } from './verdict.ts';

/**
 * What becomes of a message of the server. What is forwarded and is not pinned (results, errors, questions,
 * notifications) may say what it wants, but not in characters that nobody sees.
 */
export function decideServerMessage(message: Message, state: GateState): Verdict {
  const expected = message.type === 'result' || message.type === 'error' ? state.waiting.client.get(message.id) : undefined;
  return asOneLine(withoutHidden(message, expected, decideMessage(message, state), state), message.bytes);
}

function decideMessage(message: Message, state: GateState): Verdict {
  if (message.type === 'request') return decideRequest(message, state);
  if (message.type === 'notification') return decideNotification(message, state);
  const expected = state.waiting.client.get(message.id);
  if (expected === undefined) return stop('unknown-id');
  const verdict = message.type === 'error' ? decideError(message, state) : decideResult(message, expected, state);
  return { ...verdict, changes: [{ type: 'settle', from: 'client', id: message.id }, ...verdict.changes] };
}

function decideResult(message: Message, expected: Expected, state: GateState): Verdict {
  const kind = listedKind(expected.method);
  const asks = message.inner?.has('inputRequests') === true || readMember(message.bytes, message.inner, 'resultType') === 'input_required';
  if (kind === null && !isHandshake(expected.method)) {
    if (carriesList(message)) return decideUnaskedList(message, state);
    // A client that knows no questions inside results would render what stands beside them.
    if (asks && expected.ui !== null && message.inner?.has('contents') === true) return refuseResult(message, 'result-invalid', state);
    if (asks) return decideInputRequests(message, state);
    return expected.ui === null ? forward : decideUi(expected.ui, message, state);
  }
  const whole = wholeResult(message);
  // Lists and handshakes ask for nothing; one that does hides behind the other.
  if (whole === null || asks) return refuseResult(message, 'result-invalid', state);
  return kind === null ? decideHandshake(whole, expected, state) : decideList(kind, message, whole, expected, state);
}

/** The message and its result, when both are objects that everybody reads the same way. */
function wholeResult(message: Message): { readonly message: JsonObject; readonly result: JsonObject } | null {
  const whole = readFrame(message.bytes);
  const result = isObject(whole) ? whole['result'] : undefined;
  return isObject(whole) && isObject(result) ? { message: whole, result } : null;
}

/** Requests of the server to the client: only `ping` and what was approved as agent surface. */
function decideRequest(message: Message, state: GateState): Verdict {
  const { id, method } = message;
  if (state.waiting.server.has(id)) return stop('id-in-use', method);
  if (state.waiting.server.size >= limits.pendingMaxRequests) return stop('too-many-requests', method);
  const expect = { type: 'expect', from: 'server', id, expected: { ...asksNothing, method } } as const;
  if (method === 'ping') return { action: 'forward', changes: [expect], effects: [] };
  const verdict = asked(method, paramsOf(message), state);
  if (verdict.may) return { action: 'forward', changes: [expect, ...verdict.changes], effects: verdict.effects };
  const forwarded = state.rules.mode !== 'block' && !verdict.always;
  const { code, subject } = verdict;
  const effects = [...verdict.effects, { type: 'stopped', code, subject, forwarded } as const];
  if (forwarded) return { action: 'forward', changes: [expect], effects };
  const said = `pinfold: nobody approved \`${printable(method, { maxLength: 100 })}\` for this server`;
  return { action: 'answer', bytes: errorAnswer(id, rpc.methodNotFound, said, { code }), changes: [], effects };
}

/** Only of requests in which something is judged. null = there may be some, and nobody can tell which. */
function paramsOf({ method, bytes }: Message): JsonValue | undefined {
  if (method !== 'sampling/createMessage' && method !== 'elicitation/create') return undefined;
  const whole = readFrame(bytes);
  return isObject(whole) ? whole['params'] : null;
}

const listChanged = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
]);

const notifications = new Set([
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/resources/updated',
  'notifications/tasks/status',
  'notifications/subscriptions/acknowledged',
]);

function decideNotification(message: Message, state: GateState): Verdict {
  if (listChanged.has(message.method)) return decideListChanged(message, state);
  if (carriesList(message) && !letsUnjudged(state)) return stop('list-unasked', message.method);
  // Questions stand in results, where the client's answer can be refused; in a notification nobody published any.
  if (message.inner?.has('inputRequests') === true && !letsUnjudged(state)) return stop('agent-surface', message.method);
  if (message.method === 'notifications/elicitation/complete') return decideComplete(message, state);
  if (notifications.has(message.method)) return forward;
  const forwarded = state.rules.mode !== 'block';
  const effects = [{ type: 'stopped', code: 'notification-unknown', subject: message.method, forwarded } as const];
  return { ...(forwarded ? forward : drop), effects };
}

/** That something is complete which the client was never asked would be an order out of nothing. */
function decideComplete({ bytes, inner, method }: Message, state: GateState): Verdict {
  const id = readMember(bytes, inner, 'elicitationId');
  return typeof id === 'string' && state.elicitations.has(id) ? forward : stop('elicitation-unasked', method);
}
