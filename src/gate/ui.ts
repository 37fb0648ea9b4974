import { digestValue } from '../model/digest.ts';
import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { errorAnswer, rpc } from './answer.ts';
import type { Message } from './message.ts';
import { refuseResult } from './refuse-result.ts';
import { readFrame } from './skim.ts';
import type { GateState } from './state.ts';
import { forward, type Verdict } from './verdict.ts';

/** True for the pages that a client renders. Schemes have no case. @see MCP Apps (SEP-1865) */
export function isUi(uri: string): boolean {
  return /^ui:/i.test(uri);
}

/**
 * The rule for the content of a `ui://` resource, which a person sees and trusts as part of the client: the first that is
 * read under a pin is bound to it, durably, before it goes on, `_meta` (content policy, permissions) included; what is read
 * later must be the same. Such pages are templates by their definition: what changes from call to call comes as a result.
 */
export function decideUi(uri: string, message: Message, state: GateState): Verdict {
  const whole = readFrame(message.bytes);
  const result = isObject(whole) ? whole['result'] : undefined;
  const contents = isObject(result) ? result['contents'] : undefined;
  if (!Array.isArray(contents)) return refuseResult(message, 'result-invalid', state);
  const digest = digestValue(contents);
  const bound = state.ui.get(uri);
  if (bound === digest) return forward;
  const isBlocked = state.rules.blocked?.words.has(`ui ${digest}`) === true;
  if (bound === undefined && !isBlocked) {
    if (state.ui.size >= limits.uiMaxPages) return refuseResult(message, 'ui-too-many', state, 'is one page more than a server may have');
    const effects = [{ type: 'observed', kind: 'ui', value: { uri, digest }, complete: false } as const];
    return { ...forward, changes: [{ type: 'bind-ui', uri, digest }], effects };
  }
  const forwarded = state.rules.mode !== 'block' && !isBlocked;
  const observed = { uri, digest, was: bound ?? null };
  const effects = [
    {
      type: 'withheld',
      kind: 'ui',
      items: [{ name: uri, reason: isBlocked ? 'blocked' : 'changed', observed }],
      forwarded,
      wantsLog: false,
      view: null,
    } as const,
  ];
  if (forwarded) return { ...forward, effects };
  const { name, remedy } = state.rules;
  const said = `pinfold: the page \`${printable(uri, { maxLength: 100 })}\` of \`${name}\` is withheld: it is not the one that was first shown. A person can look at it with: ${remedy}`;
  return { action: 'replace', bytes: errorAnswer(message.id, rpc.refused, said, { code: 'ui-changed', remedy }), changes: [], effects };
}
