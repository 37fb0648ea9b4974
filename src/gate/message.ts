import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { body } from './framing.ts';
import { folded, type Members, readMember, type Skimmed, skim } from './skim.ts';

/** One JSON-RPC message, as far as it was looked into. */
export interface Message {
  readonly bytes: Buffer;
  readonly type: 'request' | 'notification' | 'result' | 'error';
  /** The canonical text of the id; empty for a notification. */
  readonly id: string;
  /** Empty for an answer. Attacker-controlled when the server sent it. */
  readonly method: string;
  /** Members of `params` or `result`; null = there is none, or it is no object. */
  readonly inner: Members | null;
  /** As `Skimmed.unusualEscapes`. */
  readonly unusualEscapes: boolean;
}

/**
 * What a frame is. `blank`: white space. `not-json`: not one JSON object per line, by bytes. `malformed`: JSON, but no
 * JSON-RPC 2.0 message that everybody reads the same way. `batch`: an array, still to be taken apart.
 */
export function read(frame: Buffer): Message | 'blank' | 'not-json' | 'malformed' | 'batch' {
  const bytes = body(frame);
  const first = firstByte(bytes);
  if (first === undefined) return 'blank';
  // A carriage return is white space in JSON and a line end to many readers: what they see is another message.
  if (!isUtf8(bytes) || bytes.includes(0x0d)) return 'not-json';
  if (first === 0x5b) return 'batch';
  const skimmed = skim(bytes);
  if (skimmed === null) return first === 0x7b ? 'malformed' : 'not-json';
  if (!spelledRight(skimmed.top, topNames) || (skimmed.inner !== null && !spelledRight(skimmed.inner, innerNames))) return 'malformed';
  return classify(bytes, skimmed) ?? 'malformed';
}

const topNames = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];

/** Every member of params and results that a rule of the gate looks at. */
const innerNames = [
  ...['tools', 'prompts', 'resources', 'resourceTemplates', 'nextCursor', 'cursor', 'instructions', 'capabilities'],
  ...['inputRequests', 'resultType', 'name', 'uri', 'ref', 'notifications', 'requestId', '_meta'],
  ...['elicitationId', 'contents'],
];

const spelling = new Map([...topNames, ...innerNames].map((name) => [folded(name), name]));
const spelled = new Set(spelling.values());

/** False when a decoder that ignores case would take a member for one of `names` that it is not. */
function spelledRight(members: Members, names: readonly string[]): boolean {
  for (const name of members.keys()) {
    if (spelled.has(name)) continue;
    const meant = spelling.get(folded(name));
    if (meant !== undefined && meant !== name && names.includes(meant)) return false;
  }
  return true;
}

function classify(bytes: Buffer, { top, inner, unusualEscapes }: Skimmed): Message | null {
  if (readMember(bytes, top, 'jsonrpc') !== '2.0') return null;
  const has = (name: string) => top.has(name);
  const method = has('method') ? readMember(bytes, top, 'method') : '';
  const id = has('id') ? idText(readMember(bytes, top, 'id')) : '';
  if (typeof method !== 'string' || id === null) return null;
  if (has('method')) {
    if (method === '' || method.length > limits.idMaxLength || has('result') || has('error')) return null;
    return { bytes, type: has('id') ? 'request' : 'notification', id, method, inner, unusualEscapes };
  }
  if (!has('id') || has('params') || has('result') === has('error')) return null;
  return { bytes, type: has('result') ? 'result' : 'error', id, method: '', inner, unusualEscapes };
}

/** The text that tells ids apart, type included; null = no id, or one that is too long to be remembered. MCP: a string or an integer, never null. */
export function idText(id: JsonValue | undefined): string | null {
  // Not by `${id}`: the engine keeps the texts of numbers for a while, and every request has another one.
  if (typeof id === 'number') return Number.isSafeInteger(id) ? JSON.stringify(id) : null;
  return typeof id === 'string' && id.length <= limits.idMaxLength ? JSON.stringify(id) : null;
}

function firstByte(bytes: Buffer): number | undefined {
  let at = 0;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at += 1;
  return bytes[at];
}
