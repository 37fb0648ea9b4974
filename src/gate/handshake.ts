import { instructionsDigest } from '../model/item-digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { printFrame } from './answer.ts';
import type { Expected } from './expected.ts';
import { type GateState, isLearning } from './state.ts';
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
  const forwarded = state.rules.mode !== 'block';
  const effects: Effect[] = [...verdict.effects, { type: 'stopped', code: 'list-unasked', subject: expected.method, forwarded }];
  if (forwarded || verdict.action !== 'forward') return { ...verdict, effects };
  return { action: 'replace', bytes: printFrame({ ...whole.message, result }), changes: verdict.changes, effects };
}

function judge(whole: { readonly message: JsonObject; readonly result: JsonObject }, expected: Expected, state: GateState): Verdict {
  const { result } = whole;
  const capabilities = isObject(result['capabilities']) ? result['capabilities'] : {};
  const logging = expected.method === 'initialize' && isObject(capabilities['logging']);
  const changes: Change[] = [{ type: 'client-logging', allowed: logging }];
  const instructions = Object.hasOwn(result, 'instructions') ? result['instructions'] : undefined;
  if (isLearning(state, 'instructions') && (instructions === undefined || typeof instructions === 'string')) {
    const digest = instructions === undefined ? null : instructionsDigest(instructions, []);
    const learnt = digest === null ? null : { digest, effective: digest, volatile: [] };
    changes.push({ type: 'learn-instructions', instructions: learnt });
    const effects: Effect[] = [{ type: 'observed', kind: 'instructions', value: instructions ?? null, complete: true }];
    return { ...forward, changes, effects };
  }
  if (instructions === undefined || isPinned(instructions, state)) return { ...forward, changes };
  const pinned = state.rules.enforced.instructions ?? state.learntInstructions;
  const forwarded = state.rules.mode !== 'block';
  const reason = pinned === null ? 'not-approved' : 'changed';
  const effects: Effect[] = [
    { type: 'withheld', kind: 'instructions', items: [{ name: '', reason, observed: instructions }], forwarded, wantsLog: false },
  ];
  if (forwarded) return { ...forward, changes, effects };
  const { instructions: _withheld, ...rest } = result;
  return { action: 'replace', bytes: printFrame({ ...whole.message, result: rest }), changes, effects };
}

function isPinned(instructions: JsonValue, state: GateState): boolean {
  const pinned = state.rules.enforced.instructions ?? state.learntInstructions;
  return pinned !== null && typeof instructions === 'string' && instructionsDigest(instructions, pinned.volatile) === pinned.digest;
}
