import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { mirroredParams } from '../../model/mirrored-params.ts';
import { printFrame } from '../answer.ts';
import { type Message, read } from '../message.ts';
import { readMember } from '../skim.ts';
import { ExchangeFailure, headerText, statelessVersionOf } from './wire.ts';

/** Which arguments of which tools go into headers, as the server listed them last. */
export interface Mirrors {
  /** Learns from an answer to `tools/list`. Returns the cursor of its next page; null = it was the last. */
  learn(answer: Buffer): string | null;
  /** False: nothing was listed under the name of this call yet. */
  knows(call: Message): boolean;
  /** The headers for one call; lower-case names. @throws ExchangeFailure `header-refused` for a tool that breaks a rule. */
  headersFor(call: Message): Readonly<Record<string, string>>;
}

export function mirrors(): Mirrors {
  const tools = new Map<string, ReturnType<typeof mirroredParams>>();
  const nameOf = (call: Message) => {
    const name = readMember(call.bytes, call.inner, 'name');
    return typeof name === 'string' ? name : '';
  };
  return {
    learn(answer) {
      const message = read(answer);
      if (typeof message === 'string' || message.type !== 'result') return null;
      const listed = readMember(message.bytes, message.inner, 'tools');
      for (const tool of Array.isArray(listed) ? listed : []) {
        // Each is remembered for the session.
        if (!isObject(tool) || typeof tool['name'] !== 'string' || tool['name'].length > limits.idMaxLength) continue;
        if (tools.size >= limits.listMaxItems && !tools.has(tool['name'])) continue;
        tools.set(tool['name'], mirroredParams(tool['inputSchema']));
      }
      const cursor = readMember(message.bytes, message.inner, 'nextCursor');
      return typeof cursor === 'string' && cursor !== '' ? cursor : null;
    },
    knows: (call) => tools.has(nameOf(call)),
    headersFor(call) {
      const params = tools.get(nameOf(call)) ?? [];
      if ('why' in params) throw new ExchangeFailure('header-refused', `the tool is not called: ${params.why}`);
      if (params.length === 0) return {};
      const given = readMember(call.bytes, call.inner, 'arguments');
      return Object.fromEntries(
        params.flatMap(({ path, header }) => {
          const text = textOf(
            path.reduce<JsonValue | undefined>((at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined), given),
          );
          return text === null ? [] : [[header.toLowerCase(), headerText(text)]];
        }),
      );
    },
  };
}

/**
 * What of a request goes into headers; empty for all but calls of the stateless era. A client may call what it listed in
 * another session: then the list is asked for here, by `list`, which learns from one page and returns the next cursor.
 *
 * @throws ExchangeFailure `header-refused`, and what `list` throws.
 */
export async function mirroredHeaders(
  request: Message,
  known: Mirrors,
  list: (request: Message) => Promise<string | null>,
): Promise<Readonly<Record<string, string>>> {
  if (request.method !== 'tools/call' || statelessVersionOf(request) === null) return {};
  const meta = readMember(request.bytes, request.inner, '_meta') ?? {};
  let cursor: string | null = null;
  for (let page = 0; page < limits.listMaxPages && !known.knows(request) && (page === 0 || cursor !== null); page += 1) {
    const params: JsonObject = cursor === null ? { _meta: meta } : { _meta: meta, cursor };
    const asked = read(printFrame({ jsonrpc: '2.0', id: 'pinfold-tools', method: 'tools/list', params }));
    if (typeof asked === 'string') break;
    cursor = await list(asked);
  }
  return known.headersFor(request);
}

/** null = nothing is sent: there is no value, or none that a header can hold. */
function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return Number.isSafeInteger(value) ? String(value) : null;
}
