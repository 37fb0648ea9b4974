import { instructionsDigest } from '../model/item-digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { printFrame } from './answer.ts';
import type { Expected } from './expected.ts';
import { hidesText } from './lists.ts';
import { type GateState, isBlockedWord, isLearning, letsUnjudged } from './state.ts';
import { withoutUnasked } from './unasked-lists.ts';
import { type Change, type Effect, forward, type Verdict } from './verdict.ts';

/**
 * The rule for the results of `initialize` and `server/discover`: instructions that are not the pinned ones are taken
 * out, and so are lists that nobody asked for; everything else goes on. `serverInfo` is not gated: it says nothing that a model reads, and honest servers
 * change it in every version.
 */
export function decideHandshake(
  whole: { readonly message: JsonObject; readonly result: JsonObject },
  expected: Expected,
  state: GateState,
): Verdict {
  const result = withoutUnasked(whole.result, null);
  const verdict = judge({ message: whole.message, result }, expected, state);
  if (Object.keys(result).length === Object.keys(whole.result).length) return verdict;
  const forwarded = letsUnjudged(state);
  const effects: Effect[] = [...verdict.effects, { type: 'stopped', code: 'list-unasked', subject: expected.method, forwarded }];
  if (forwarded || verdict.action !== 'forward') return { ...verdict, effects };
  return { action: 'replace', bytes: printFrame({ ...whole.message, result }), changes: verdict.changes, effects };
}

/** The revision that brought URL elicitation; revisions are dates, and are ordered like their texts. */
const firstWithLinks = '2025-11-25';

function judge(whole: { readonly message: JsonObject; readonly result: JsonObject }, expected: Expected, state: GateState): Verdict {
  const { result } = whole;
  const capabilities = isObject(result['capabilities']) ? result['capabilities'] : {};
  const logging = expected.method === 'initialize' && isObject(capabilities['logging']);
  const version = result['protocolVersion'];
  const links = expected.opensLinks && typeof version === 'string' && version >= firstWithLinks;
  const changes: Change[] = [{ type: 'client-hears', logging, links }];
  const instructions = Object.hasOwn(result, 'instructions') ? result['instructions'] : undefined;
  const isBlocked = instructions !== undefined && isBlockedWord('instructions', instructions, state.rules);
  const isNew = !isBlocked && isLearning(state, 'instructions');
  const hides = isNew && instructions !== undefined && hidesText(instructions);
  if (isNew && !hides && (instructions === undefined || typeof instructions === 'string')) {
    const digest = instructions === undefined ? null : instructionsDigest(instructions, []);
    const learnt = digest === null ? null : { digest, effective: digest, volatile: [] };
    changes.push({ type: 'learn-instructions', instructions: learnt });
    const effects: Effect[] = [{ type: 'observed', kind: 'instructions', value: instructions ?? null, complete: true }];
    return { ...forward, changes, effects };
  }
  if (instructions === undefined || isPinned(instructions, expected, state)) return { ...forward, changes };
  const pinned = pinnedFor(expected, state);
  const forwarded = state.rules.mode !== 'block' && !isBlocked;
  const reason = isBlocked ? 'blocked' : hides ? 'hides' : pinned === null ? 'not-approved' : 'changed';
  const effects: Effect[] = [
    {
      type: 'withheld',
      kind: 'instructions',
      items: [{ name: '', reason, observed: instructions }],
      forwarded,
      wantsLog: false,
      view: expected.view?.key ?? null,
    },
  ];
  if (forwarded) return { ...forward, changes, effects };
  const { instructions: _withheld, ...rest } = result;
  return { action: 'replace', bytes: printFrame({ ...whole.message, result: rest }), changes, effects };
}

function pinnedFor({ view }: Expected, { rules, learntInstructions }: GateState) {
  return (view?.enforced ?? rules.enforced).instructions ?? learntInstructions;
}

function isPinned(instructions: JsonValue, expected: Expected, state: GateState): boolean {
  const pinned = pinnedFor(expected, state);
  return pinned !== null && typeof instructions === 'string' && instructionsDigest(instructions, pinned.volatile) === pinned.digest;
}
