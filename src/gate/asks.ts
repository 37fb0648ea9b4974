import { samplingToolName } from '../model/agent-surface.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { elicitedUrl, hasOtherSpelling } from './elicitation.ts';
import { type GateState, isBlockedWord } from './state.ts';
import type { Change, Effect, StopCode } from './verdict.ts';

/** What becomes of something that a server wants of the client. */
export type Asked =
  | { readonly may: true; readonly changes: readonly Change[]; readonly effects: readonly Effect[] }
  | {
      readonly may: false;
      readonly code: StopCode;
      readonly subject: string;
      /** No mode lets it through. */
      readonly always: boolean;
      /** What waits for a person because of it. */
      readonly effects: readonly Effect[];
    };

const granted: Asked = { may: true, changes: [], effects: [] };

/**
 * The rule for one request to the client, as a message or inside a result: its method must be approved; the tools that
 * sampling brings must be, each with its words; an address must be one that a person may be sent to.
 */
export function asked(method: string, params: JsonValue | undefined, state: GateState): Asked {
  const verdict = judgeAsked(method, params, state);
  if (!mayAsk(method, state)) {
    const isBlocked = state.rules.blocked?.names.has(`agentSurface/${method}`) === true;
    const always = isBlocked || !requestsOfServers.has(method) || (!verdict.may && verdict.always);
    return { may: false, code: 'agent-surface', subject: method, always, effects: [] };
  }
  return verdict;
}

const requestsOfServers = new Set(['sampling/createMessage', 'elicitation/create', 'roots/list']);

/** True when the server may ask the client for this (sampling, elicitation, roots). */
function mayAsk(method: string, { rules }: GateState): boolean {
  if (rules.agentSurface.includes(method)) return true;
  // Tasks of the client exist only for requests that were allowed.
  return taskMethods.has(method) && rules.agentSurface.some((approved) => approved !== 'roots/list');
}

const taskMethods = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list']);

function judgeAsked(method: string, params: JsonValue | undefined, state: GateState): Asked {
  if (method === 'elicitation/create') return judgeElicitation(params, state);
  return method === 'sampling/createMessage' ? judgeSampling(params, state) : granted;
}

/** The rule for one elicitation, wherever it stands. */
function judgeElicitation(params: JsonValue | undefined, { rules }: GateState): Asked {
  const url = elicitedUrl(params, rules.elicitationHosts);
  if (url === null) return granted;
  if ('wrong' in url) return { may: false, code: 'elicitation-url', subject: url.wrong, always: true, effects: [] };
  const changes = url.id === null ? [] : [{ type: 'elicited', id: url.id } as const];
  return { may: true, changes, effects: [{ type: 'url-asked', host: url.host }] };
}

/** A model reads these tools like any others, and no listing ever showed them. */
function judgeSampling(params: JsonValue | undefined, state: GateState): Asked {
  const { rules } = state;
  const malformed = { may: false, code: 'malformed', subject: 'sampling/createMessage', always: true, effects: [] } as const;
  if (params === undefined) return granted;
  if (!isObject(params) || hasOtherSpelling(params, ['tools'])) return malformed;
  const { tools = [] } = params;
  if (!Array.isArray(tools) || !tools.every(isNamed)) return malformed;
  const items = tools.map((tool) => ({ tool, name: samplingToolName(tool.name, rules.templateDigest('agentSurface', tool)) }));
  const unknown = items.filter(({ name }) => !rules.agentSurface.includes(name));
  if (unknown.length === 0) return granted;
  const always = unknown.some(({ tool }) => isBlockedWord('agentSurface', tool, rules));
  const withheld = unknown.map(({ name, tool }) => ({ name, reason: 'not-approved', observed: tool }) as const);
  const forwarded = !always && rules.mode !== 'block';
  const effect = { type: 'withheld', kind: 'agentSurface', items: withheld, forwarded, wantsLog: false, view: null } as const;
  return { may: false, code: 'agent-surface', subject: 'tools in sampling/createMessage', always, effects: [effect] };
}

function isNamed(tool: JsonValue): tool is JsonObject & { readonly name: string } {
  return isObject(tool) && typeof tool['name'] === 'string' && tool['name'] !== '' && !hasOtherSpelling(tool, ['name']);
}
