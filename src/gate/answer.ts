import { canonical } from '../model/canonical.ts';
import type { JsonValue } from '../model/json.ts';

/** JSON-RPC error codes that the gate answers with. @see JSON-RPC 2.0 §5.1; MCP: -32602 for an unknown tool */
export const rpc = { parse: -32700, invalidRequest: -32600, methodNotFound: -32601, invalidParams: -32602, refused: -32000 } as const;

/** What an error answer tells programs beside its message. */
export interface Refusal {
  /** Permanent, kebab-case. */
  readonly code: string;
  /** A command that works when pasted. */
  readonly remedy?: string;
  /** Of the process, when the refusal ends it. */
  readonly exitCode?: number;
}

/** One line that answers a request with an error. `id`: the JSON text of the request's id, or `null`. */
export function errorAnswer(id: string, code: number, message: string, refusal: Refusal): Buffer {
  const error = canonical({ code, message, data: { pinfold: { ...refusal } } });
  return Buffer.from(`{"jsonrpc":"2.0","id":${id},"error":${error}}\n`);
}

/** A message as one line, in canonical form. */
export function printFrame(message: JsonValue): Buffer {
  return Buffer.from(`${canonical(message)}\n`);
}
