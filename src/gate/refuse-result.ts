import { errorAnswer, rpc } from './answer.ts';
import type { Message } from './message.ts';
import type { GateState } from './state.ts';
import type { StopCode, Verdict } from './verdict.ts';

/** The client gets an error in place of a result that cannot be judged. */
export function refuseResult(message: Message, code: StopCode, state: GateState, why = 'is not valid'): Verdict {
  return {
    action: 'replace',
    bytes: errorAnswer(message.id, rpc.refused, `pinfold: the answer of \`${state.rules.name}\` ${why} and was withheld`, { code }),
    changes: [],
    effects: [{ type: 'stopped', code, subject: '', forwarded: false }],
  };
}
