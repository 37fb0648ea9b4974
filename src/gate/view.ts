import { isObject, type JsonValue } from '../model/json.ts';
import { viewKeyOf } from '../model/views.ts';
import type { Message } from './message.ts';
import { readMember } from './skim.ts';
import type { GateRules, GateState, View } from './state.ts';

/**
 * What a request is held to: the pinned view of a client that can do what this one says. In the stateless era every
 * request says it for itself; before that, `initialize` says it for the session. Who says nothing can do nothing: a server
 * knows no more than that either. For a combination of which no view is pinned, only what all views have in common counts.
 *
 * @see MCP 2025-11-25, InitializeRequestParams; 2026-07-28, RequestMetaObject
 */
export function viewOf(message: Message, state: GateState): View {
  const { rules } = state;
  if (rules.views === null) return { key: null, enforced: rules.enforced };
  return viewNamed(declaredIn(message, rules) ?? state.view, rules);
}

/** The view that an `initialize` request asks for, as the session's; null = there is one for all clients. */
export function sessionView(message: Message, { rules }: GateState): string | null {
  return rules.views === null ? null : (declaredIn(message, rules) ?? '');
}

function declaredIn(message: Message, { views }: GateRules): string | null {
  const capabilities = message.method === 'initialize' ? readMember(message.bytes, message.inner, 'capabilities') : perRequest(message);
  if (capabilities === undefined || views === null) return null;
  return viewKeyOf(views.by, isObject(capabilities) ? capabilities : {});
}

/** undefined = the request is not of the stateless era. */
function perRequest({ bytes, inner }: Message): JsonValue | undefined {
  const meta = readMember(bytes, inner, '_meta');
  return isObject(meta) ? meta['io.modelcontextprotocol/clientCapabilities'] : undefined;
}

function viewNamed(key: string, { views, enforced }: GateRules): View {
  return { key, enforced: views === null ? enforced : (views.views.get(key) ?? views.common) };
}
