import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type ItemKind, itemKinds, listings } from '../model/manifest.ts';
import { errorAnswer, rpc } from './answer.ts';
import { decideCall, decideCompletion, decideListen, decideRead } from './calls.ts';
import { newRun } from './expected.ts';
import { idText, type Message } from './message.ts';
import { listedKind } from './methods.ts';
import { readMember } from './skim.ts';
import { type GateState, letsUnjudged, type View } from './state.ts';
import { isUi } from './ui.ts';
import { drop, forward, stop, type Verdict } from './verdict.ts';
import { sessionView, viewOf } from './view.ts';

/** What becomes of a message of the client. */
export function decideClientMessage(message: Message, state: GateState): Verdict {
  if (message.type === 'request') return decideRequest(message, state);
  if (message.type === 'notification') return decideNotification(message, state);
  // The server never saw that question, and hears no answer to it.
  if (message.id === state.offered) return { action: 'drop', changes: [{ type: 'offered', id: null }], effects: [] };
  if (!state.waiting.server.has(message.id)) return stop('unknown-id');
  return { action: 'forward', changes: [{ type: 'settle', from: 'server', id: message.id }], effects: [] };
}

function decideRequest(message: Message, state: GateState): Verdict {
  const { id } = message;
  // Two requests with one id: the answer to either would pass for the answer to the other.
  if (state.waiting.client.has(id)) return stop('id-in-use', message.method);
  if (state.waiting.client.size >= limits.pendingMaxRequests) {
    return {
      action: 'answer',
      bytes: errorAnswer(id, rpc.refused, `pinfold: ${limits.pendingMaxRequests} requests wait for an answer already`, {
        code: 'too-many-requests',
      }),
      changes: [],
      effects: [{ type: 'stopped', code: 'too-many-requests', subject: message.method, forwarded: false }],
    };
  }
  const view = viewOf(message, state);
  const verdict = requestRules.get(message.method)?.(message, state, view) ?? decideUnknown(message, state);
  if (verdict.action !== 'forward') return verdict;
  const session = message.method === 'initialize' ? sessionView(message, state) : null;
  const changes = session === null ? verdict.changes : [...verdict.changes, { type: 'client-view', key: session } as const];
  return { ...verdict, changes: [...changes, expect(message, state, view)] };
}

/** By method: whether it may reach the server. The answer is decided when it comes. */
const requestRules: ReadonlyMap<string, (message: Message, state: GateState, view: View) => Verdict> = new Map([
  ...passing([
    ...['initialize', 'server/discover', 'ping', 'logging/setLevel', 'resources/unsubscribe'],
    ...['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list', 'tasks/update'],
    ...itemKinds.map((kind) => listings[kind].method),
  ]),
  ['tools/call', decideCall('tools')],
  ['prompts/get', decideCall('prompts')],
  ['resources/read', decideRead],
  ['resources/subscribe', decideRead],
  ['completion/complete', decideCompletion],
  ['subscriptions/listen', decideListen],
]);

function passing(methods: readonly string[]): readonly (readonly [string, () => Verdict])[] {
  return methods.map((method) => [method, () => forward]);
}

/** A method that no rule knows could fetch words that nobody approved. */
function decideUnknown(message: Message, state: GateState): Verdict {
  const { method, id } = message;
  const forwarded = letsUnjudged(state);
  const effects = [{ type: 'stopped', code: 'method-unknown', subject: method, forwarded } as const];
  if (forwarded) return { action: 'forward', changes: [], effects };
  const said = `pinfold: this method is not guarded yet, so it does not reach \`${state.rules.name}\``;
  return { action: 'answer', bytes: errorAnswer(id, rpc.methodNotFound, said, { code: 'method-unknown' }), changes: [], effects };
}

function expect(message: Message, state: GateState, view: View) {
  const kind = listedKind(message.method);
  const run = kind === null ? null : runOf(kind, message, state);
  return {
    type: 'expect',
    from: 'client',
    id: message.id,
    expected: {
      method: message.method,
      run,
      wantsLog: kind !== null && wantsLog(message),
      opensLinks: message.method === 'initialize' && opensLinks(message),
      ui: message.method === 'resources/read' ? readUi(message) : null,
      view,
    },
  } as const;
}

function runOf(kind: ItemKind, message: Message, state: GateState) {
  if (message.inner?.has('cursor') !== true) return newRun;
  const cursor = readMember(message.bytes, message.inner, 'cursor');
  const run = typeof cursor === 'string' ? state.runs.get(`${kind} ${cursor}`) : undefined;
  return run ?? { ...newRun, fromStart: cursor === null };
}

function readUi({ bytes, inner }: Message): string | null {
  const uri = readMember(bytes, inner, 'uri');
  return typeof uri === 'string' && isUi(uri) ? uri : null;
}

/** Stateless era: log messages only come to requests that ask for them. */
function wantsLog(message: Message): boolean {
  const meta = readMember(message.bytes, message.inner, '_meta');
  return isObject(meta) && typeof meta['io.modelcontextprotocol/logLevel'] === 'string';
}

function opensLinks({ bytes, inner }: Message): boolean {
  const capabilities = readMember(bytes, inner, 'capabilities');
  const elicitation = isObject(capabilities) ? capabilities['elicitation'] : undefined;
  return isObject(elicitation) && isObject(elicitation['url']);
}

const notifications = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/tasks/status',
]);

function decideNotification(message: Message, state: GateState): Verdict {
  const { method, bytes, inner } = message;
  if (!notifications.has(method)) {
    const forwarded = state.rules.mode !== 'block';
    const effects = [{ type: 'stopped', code: 'notification-unknown', subject: method, forwarded } as const];
    return { ...(forwarded ? forward : drop), effects };
  }
  if (method === 'notifications/initialized') return { ...forward, changes: [{ type: 'client-ready' }] };
  if (method !== 'notifications/cancelled') return forward;
  // The server need not answer any more. An answer that comes all the same is to a request nobody waits for.
  const id = idText(readMember(bytes, inner, 'requestId'));
  return id === null ? forward : { ...forward, changes: [{ type: 'settle', from: 'client', id }] };
}
