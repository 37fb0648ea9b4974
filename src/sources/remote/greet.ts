import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonValue } from '../../model/json.ts';
import { printable } from '../../model/printable.ts';
import type { RemoteTransport } from '../../model/remote.ts';
import { isTooOften, retryAfterText } from '../../model/retry-after.ts';
import { askOnce, type ShortAnswer } from './ask.ts';

/** How a remote server took a first message: it talks, by this transport; or it lets nobody in who is not known to it. */
export type Greeting =
  | { readonly kind: 'talks'; readonly transport: RemoteTransport }
  | {
      readonly kind: 'refuses';
      readonly status: 401 | 403;
      readonly transport: RemoteTransport;
      /** The `WWW-Authenticate` header; empty = it sent none. Attacker-controlled. */
      readonly challenge: string;
    };

/** What a client of 2026 says first. */
const hello = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'claude-ai', version: '0.1.0' } },
};

/**
 * Says hello by the streamable transport, then asks for the stream of the old one, as the specification wants it of
 * clients that know both. A session that was opened by it is ended again.
 *
 * @param headers what the person gave for this origin; secrets
 * @throws GuardError `server-unreachable`, `address-refused` (a redirect, a private address).
 * @see MCP 2025-11-25, basic/transports, Backwards Compatibility
 */
export async function greet(url: string, headers: Readonly<Record<string, string>>, host: Pick<Host, 'http'>): Promise<Greeting> {
  const accept = 'application/json, text/event-stream';
  const body = Buffer.from(JSON.stringify(hello));
  const sent = { ...headers, accept, 'content-type': 'application/json' };
  const first = await askOnce(host.http, url, { method: 'POST', headers: sent, body, reach: 'named' });
  const refused = refusalOf(first, 'streamable-http');
  if (isTooOften(first)) throw tooOften(url, first);
  if (refused !== null) return refused;
  if (first.status === 200 || isMessage(first.body)) {
    await sayGoodbye(url, headers, first, host);
    return { kind: 'talks', transport: 'streamable-http' };
  }
  const second = await askOnce(host.http, url, {
    method: 'GET',
    headers: { ...headers, accept: 'text/event-stream' },
    body: null,
    reach: 'named',
  });
  const refusedNow = refusalOf(second, 'sse');
  if (refusedNow !== null) return refusedNow;
  if (second.status === 200 && isStream(second)) return { kind: 'talks', transport: 'sse' };
  throw new GuardError('server-unreachable', `no MCP server answers at ${printable(url, { maxLength: 200 })}`, {
    why: `it answered with HTTP ${first.status} to a message, and with HTTP ${second.status} where the old transport has its stream`,
    hint: 'look in its documentation for the whole address, path included',
  });
}

function refusalOf({ status, headers }: ShortAnswer, transport: RemoteTransport): Greeting | null {
  if (status !== 401 && status !== 403) return null;
  return { kind: 'refuses', status, transport, challenge: headers['www-authenticate'] ?? '' };
}

function tooOften(url: string, { status, headers }: ShortAnswer): GuardError {
  return new GuardError('server-unreachable', `${printable(new URL(url).host)} is asked too often`, {
    why: `it answers with HTTP ${status}`,
    hint: `run the same command again ${retryAfterText(headers['retry-after'])}`,
  });
}

function isStream({ headers }: ShortAnswer): boolean {
  return (headers['content-type'] ?? '').toLowerCase().startsWith('text/event-stream');
}

/** A server that speaks only the stateless era refuses `initialize` with a status, and with an error of the protocol. */
function isMessage(body: Buffer): boolean {
  try {
    const value = JSON.parse(body.toString('utf8')) as JsonValue;
    return isObject(value) && value['jsonrpc'] === '2.0';
  } catch {
    return false;
  }
}

async function sayGoodbye(
  url: string,
  headers: Readonly<Record<string, string>>,
  answer: ShortAnswer,
  host: Pick<Host, 'http'>,
): Promise<void> {
  const session = answer.headers['mcp-session-id'];
  if (session === undefined || !/^[\x21-\x7e]{1,1024}$/.test(session)) return;
  const own = { ...headers, 'mcp-session-id': session };
  await askOnce(host.http, url, { method: 'DELETE', headers: own, body: null, reach: 'named' }).catch(() => null);
}
