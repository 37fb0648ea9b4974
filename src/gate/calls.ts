import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { ItemKind } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import { errorAnswer, rpc } from './answer.ts';
import type { Message } from './message.ts';
import { readMember } from './skim.ts';
import { enforcedItem, type GateState, isBarred, isCallable, type View } from './state.ts';
import { matchesTemplate } from './uri-template.ts';
import { forward, type Verdict } from './verdict.ts';

const nouns: Readonly<Record<ItemKind, string>> = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource template',
};

/** The rule for `tools/call` and `prompts/get`: the exact name must be pinned, and not listed with other words in this session. */
export function decideCall(kind: 'tools' | 'prompts'): (message: Message, state: GateState, view: View) => Verdict {
  return (message, state, view) => {
    const name = readMember(message.bytes, message.inner, 'name');
    if (typeof name !== 'string') return invalidParams(message, 'name');
    return isCallable(state, kind, name, view) && !isBarred(state, kind, name, view) ? forward : refuse(message, kind, name, state, view);
  };
}

/** The rule for `resources/read` and `resources/subscribe`. */
export function decideRead(message: Message, state: GateState, view: View): Verdict {
  const uri = readMember(message.bytes, message.inner, 'uri');
  if (typeof uri !== 'string' || uri.length > limits.uriMaxLength) return invalidParams(message, 'uri');
  return isReadable(uri, state, view) ? forward : refuse(message, 'resources', uri, state, view);
}

/** The rule for `completion/complete`: of a pinned prompt, or of a template that is pinned or a URI that may be read. */
export function decideCompletion(message: Message, state: GateState, view: View): Verdict {
  const ref = readMember(message.bytes, message.inner, 'ref');
  if (!isObject(ref)) return invalidParams(message, 'ref');
  const { type, name, uri } = ref;
  if (type === 'ref/prompt' && typeof name === 'string') {
    return isCallable(state, 'prompts', name, view) ? forward : refuse(message, 'prompts', name, state, view);
  }
  if (type !== 'ref/resource' || typeof uri !== 'string') return invalidParams(message, 'ref');
  const allowed = isCallable(state, 'resourceTemplates', uri, view) || isReadable(uri, state, view);
  return allowed ? forward : refuse(message, 'resourceTemplates', uri, state, view);
}

/** The rule for `subscriptions/listen`: every resource in it must be one that may be read. */
export function decideListen(message: Message, state: GateState, view: View): Verdict {
  if (message.inner?.has('notifications') !== true) return forward;
  const filter = readMember(message.bytes, message.inner, 'notifications');
  const uris = isObject(filter) ? (filter['resourceSubscriptions'] ?? []) : null;
  if (!Array.isArray(uris)) return invalidParams(message, 'notifications');
  const stranger = uris.find((uri) => typeof uri !== 'string' || !isReadable(uri, state, view));
  if (stranger === undefined) return forward;
  return typeof stranger === 'string' ? refuse(message, 'resources', stranger, state, view) : invalidParams(message, 'notifications');
}

/** True when a resource's URI is pinned, or fits a pinned template, or resources are not pinned at all. */
function isReadable(uri: string, state: GateState, view: View): boolean {
  if (state.withheld.resources.has(uri) || isBarred(state, 'resources', uri, view)) return false;
  if (state.rules.resourcePinning === 'open' || isCallable(state, 'resources', uri, view)) return true;
  return fitsTemplate(uri, state, view);
}

/** True when a URI fits a pinned resource template. */
export function fitsTemplate(uri: string, state: GateState, view: View): boolean {
  const templates = [...view.enforced.items.resourceTemplates.keys(), ...state.learnt.resourceTemplates.keys()];
  return templates.some((template) => !state.withheld.resourceTemplates.has(template) && matchesTemplate(template, uri));
}

function refuse(message: Message, kind: ItemKind, name: string, state: GateState, view: View): Verdict {
  const { mode, remedy, name: server } = state.rules;
  const forwarded = mode !== 'block' && !isBarred(state, kind, name, view);
  const effects = [{ type: 'stopped', code: 'call-not-approved', subject: `${kind}/${name}`, forwarded } as const];
  if (forwarded) return { ...forward, effects };
  const changed = enforcedItem(state, kind, name, view) !== undefined || state.withheld[kind].has(name);
  const since = state.rules.samePackage ? '; the package has not changed; its words have' : '';
  const why = changed ? `what the server says about it is not what was approved${since}` : 'nobody approved one of that name';
  const said = `pinfold: the ${nouns[kind]} \`${printable(name, { maxLength: 100 })}\` of \`${server}\` is withheld: ${why}. A person can look at it with: ${remedy}`;
  const refusal = { code: 'call-not-approved', remedy };
  return { action: 'answer', bytes: errorAnswer(message.id, rpc.invalidParams, said, refusal), changes: [], effects };
}

function invalidParams(message: Message, member: string): Verdict {
  const said = `pinfold: \`params.${member}\` is missing or not what the protocol says`;
  return {
    action: 'answer',
    bytes: errorAnswer(message.id, rpc.invalidParams, said, { code: 'malformed' }),
    changes: [],
    effects: [{ type: 'stopped', code: 'malformed', subject: message.method, forwarded: false }],
  };
}
