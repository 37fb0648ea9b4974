import { isObject } from '../model/json.ts';
import { errorAnswer, rpc } from './answer.ts';
import type { Message } from './message.ts';
import { readMember } from './skim.ts';
import type { GateState } from './state.ts';
import { forward, type Verdict } from './verdict.ts';

/** True when the server may ask the client for this (sampling, elicitation, roots). */
export function mayAsk(method: string, state: GateState): boolean {
  if (state.rules.agentSurface.includes(method)) return true;
  // Tasks of the client exist only for requests that were allowed.
  return taskMethods.has(method) && state.rules.agentSurface.some((approved) => approved !== 'roots/list');
}

const taskMethods = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list']);

/**
 * The rule for results that ask the client for something before the request can be completed: every request in
 * `inputRequests` must be one that the server may make. One that is not, and the client gets an error in place of
 * the whole result, since a client that answers only some of them leaves the server with a state nobody approved.
 *
 * @see MCP 2026-07-28, InputRequiredResult
 */
export function decideInputRequests(message: Message, state: GateState): Verdict {
  const absent = message.inner?.has('inputRequests') !== true;
  const requests = absent ? {} : readMember(message.bytes, message.inner, 'inputRequests');
  const methods = isObject(requests)
    ? Object.values(requests).map((request) => (isObject(request) ? request['method'] : undefined))
    : [undefined];
  const stranger = methods.findIndex((method) => typeof method !== 'string' || !mayAsk(method, state));
  if (stranger === -1) return forward;
  const subject = String(methods[stranger] ?? '');
  const forwarded = state.rules.mode !== 'block' && methods.every((method) => typeof method === 'string');
  const effects = [{ type: 'stopped', code: 'agent-surface', subject, forwarded } as const];
  if (forwarded) return { ...forward, effects };
  const said = `pinfold: \`${state.rules.name}\` asked the client for something that nobody approved. A person can look at it with: ${state.rules.remedy}`;
  const refusal = { code: 'agent-surface', remedy: state.rules.remedy };
  return { action: 'replace', bytes: errorAnswer(message.id, rpc.refused, said, refusal), changes: [], effects };
}
