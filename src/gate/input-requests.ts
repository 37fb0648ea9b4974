import { isObject, type JsonValue } from '../model/json.ts';
import { errorAnswer, rpc } from './answer.ts';
import { asked } from './asks.ts';
import { hasOtherSpelling } from './elicitation.ts';
import type { Message } from './message.ts';
import { readFrame, readMember } from './skim.ts';
import type { GateState } from './state.ts';
import { type Effect, forward, type Verdict } from './verdict.ts';

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
  return decideQuestions(message, isObject(requests) ? Object.values(requests) : [null], state);
}

/**
 * The rule for errors: one that says that the user must open an address first is held to the rule for that question, and
 * everything else goes on.
 *
 * @see MCP 2025-11-25, URLElicitationRequiredError (-32042)
 */
export function decideError(message: Message, state: GateState): Verdict {
  const elicitations = elicitationsIn(message.bytes);
  if (elicitations === null) return forward;
  const questions = Array.isArray(elicitations) ? elicitations : [null];
  return decideQuestions(
    message,
    questions.map((params: JsonValue) => ({ method: 'elicitation/create', params })),
    state,
  );
}

/** null = none; not a list where it cannot be told what they are. */
function elicitationsIn(bytes: Buffer): JsonValue {
  const strict = readFrame(bytes);
  if (strict === undefined && bytes.length > lenientMaxBytes) return {};
  const value = strict ?? lenient(bytes);
  const error = isObject(value) ? value['error'] : undefined;
  const data = isObject(error) ? error['data'] : undefined;
  if (!isObject(error) || !isObject(data)) return null;
  if (hasOtherSpelling(error, ['data']) || hasOtherSpelling(data, ['elicitations'])) return {};
  if (!Object.hasOwn(data, 'elicitations')) return null;
  return strict === undefined ? {} : (data['elicitations'] ?? {});
}

/** No honest error that is not strict JSON is longer, and a longer one can take more memory than there is. */
const lenientMaxBytes = 1024 * 1024;

/** What is no strict JSON (a number that is too long for a double) goes on, as long as it asks for nothing. */
function lenient(bytes: Buffer): JsonValue {
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue;
  } catch {
    return null;
  }
}

function decideQuestions(message: Message, requests: readonly JsonValue[], state: GateState): Verdict {
  const judged = requests.map((request) => judge(request, state));
  const refused = judged.filter((one) => !one.may);
  const changes = judged.flatMap((one) => (one.may ? one.changes : []));
  const told = judged.flatMap(({ effects }): readonly Effect[] => effects);
  const [first] = refused;
  if (first === undefined) return { ...forward, changes, effects: told };
  const forwarded = state.rules.mode !== 'block' && refused.every(({ always }) => !always);
  const effects = [
    ...told.filter(({ type }) => type !== 'url-asked' || forwarded),
    { type: 'stopped', code: first.code, subject: first.subject, forwarded } as const,
  ];
  if (forwarded) return { ...forward, changes, effects };
  const said = `pinfold: \`${state.rules.name}\` asked the client for something that nobody approved. A person can look at it with: ${state.rules.remedy}`;
  const refusal = { code: first.code, remedy: state.rules.remedy };
  return { action: 'replace', bytes: errorAnswer(message.id, rpc.refused, said, refusal), changes: [], effects };
}

function judge(request: JsonValue, state: GateState) {
  const method = isObject(request) && !hasOtherSpelling(request, ['method', 'params']) ? request['method'] : undefined;
  if (!isObject(request) || typeof method !== 'string') {
    return { may: false, code: 'agent-surface', subject: '', always: true, effects: [] } as const;
  }
  return asked(method, request['params'], state);
}
