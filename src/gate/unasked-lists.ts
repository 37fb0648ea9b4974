import { isObject, type JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds } from '../model/manifest.ts';
import { printFrame } from './answer.ts';
import type { Message } from './message.ts';
import { refuseResult } from './refuse-result.ts';
import { readFrame } from './skim.ts';
import { type GateState, letsUnjudged } from './state.ts';
import { forward, stop, type Verdict } from './verdict.ts';

/** True when a result or a notification carries a list that nobody asked for: no rule would judge its items. */
export function carriesList({ inner }: Message, except: ItemKind | null = null): boolean {
  return inner !== null && itemKinds.some((kind) => kind !== except && inner.has(kind));
}

/** The same members taken out of a result that is re-emitted anyway. */
export function withoutUnasked(result: JsonObject, except: ItemKind | null): JsonObject {
  return Object.fromEntries(Object.entries(result).filter(([name]) => name === except || !itemKinds.some((kind) => kind === name)));
}

/** The rule for results of requests that list nothing. What lies deeper (structured content) is the server's own business. */
export function decideUnaskedList(message: Message, state: GateState): Verdict {
  const forwarded = letsUnjudged(state);
  if (forwarded) return { ...forward, effects: [{ type: 'stopped', code: 'list-unasked', subject: '', forwarded }] };
  return refuseResult(message, 'list-unasked', state, 'carries a list that nobody asked for');
}

/**
 * The rule for notifications that say that a list has changed: they go on without anything that could pass for the list
 * itself, so that whoever hears them asks, and the answer is judged. `_meta` survives: it names the subscription.
 *
 * @see MCP 2025-11-25, notifications/tools/list_changed; 2026-07-28, subscriptions/listen
 */
export function decideListChanged(message: Message, state: GateState): Verdict {
  const whole = readFrame(message.bytes);
  if (!isObject(whole)) return stop('malformed', message.method);
  const { jsonrpc, method, params, ...others } = whole;
  const { _meta: meta, ...rest } = isObject(params) ? params : { rest: params ?? null };
  const isBare = Object.keys(others).length === 0 && (params === undefined || (isObject(params) && Object.keys(rest).length === 0));
  if (isBare) return forward;
  const forwarded = letsUnjudged(state);
  const effects = [{ type: 'stopped', code: 'list-unasked', subject: message.method, forwarded } as const];
  if (forwarded) return { ...forward, effects };
  const bare = { jsonrpc: '2.0', method: message.method, ...(isObject(meta) ? { params: { _meta: meta } } : {}) };
  return { action: 'replace', bytes: printFrame(bare), changes: [], effects };
}
