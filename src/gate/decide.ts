import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { errorAnswer, printFrame, rpc } from './answer.ts';
import { decideClientMessage } from './client-messages.ts';
import { body } from './framing.ts';
import { idText, read } from './message.ts';
import { decideServerMessage } from './server-messages.ts';
import type { Side } from './side.ts';
import { readFrame } from './skim.ts';
import type { GateState } from './state.ts';
import { drop, nothing, stop, type Verdict } from './verdict.ts';

/**
 * What becomes of one frame. Pure: reads the state, changes nothing, waits for nothing. Whatever has no rule is
 * stopped; docs/gate.md has a row for every method and direction.
 *
 * @param from who sent the frame. Everything that the server sends is attacker-controlled.
 * @see MCP 2025-11-25 and 2026-07-28
 */
export function decide(from: Side, frame: Buffer, state: GateState): Verdict {
  const message = read(frame);
  if (message === 'blank') return drop;
  if (message === 'batch') return takeApart(from, body(frame), state);
  if (message === 'not-json' || message === 'malformed') return refuseUnread(from, message, body(frame), state);
  return from === 'client' ? decideClientMessage(message, state) : decideServerMessage(message, state);
}

/** JSON-RPC batches (MCP 2025-03-26 only) are taken apart; one bad element and the whole batch is refused. */
function takeApart(from: Side, bytes: Buffer, state: GateState): Verdict {
  const batch = readFrame(bytes);
  if (!Array.isArray(batch)) return refuseUnread(from, 'not-json', bytes, state);
  const frames = batch.length > limits.pendingMaxRequests ? [] : batch.map(printFrame);
  const whole = frames.length > 0 && frames.every((frame) => typeof read(frame) === 'object');
  return whole ? { action: 'split', frames, ...nothing } : refuseUnread(from, 'malformed', bytes, state);
}

/** A frame that cannot be read is never passed on; who waits for it hears of it, where that can be told. */
function refuseUnread(from: Side, code: 'not-json' | 'malformed', bytes: Buffer, state: GateState): Verdict {
  const id = salvagedId(bytes);
  const { effects } = stop(code);
  if (from === 'client') {
    const rpcCode = code === 'not-json' ? rpc.parse : rpc.invalidRequest;
    const said = code === 'not-json' ? 'this is not one JSON message per line' : 'this message can be read in two ways';
    return { action: 'answer', bytes: errorAnswer(id ?? 'null', rpcCode, `pinfold: ${said}`, { code }), changes: [], effects };
  }
  if (id === null || !state.waiting.client.has(id)) return { action: 'drop', changes: [], effects };
  return {
    action: 'replace',
    bytes: errorAnswer(id, rpc.refused, `pinfold: the answer of \`${state.rules.name}\` is not valid and was withheld`, { code }),
    changes: [{ type: 'settle', from: 'client', id }],
    effects,
  };
}

const salvageMaxBytes = 1024 * 1024;

/** The id of a message that is not to be trusted in any other way. Wrong at worst: then somebody gets an error instead of silence. */
function salvagedId(bytes: Buffer): string | null {
  if (bytes.length > salvageMaxBytes) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? idText(value['id']) : null;
  } catch {
    return null;
  }
}
