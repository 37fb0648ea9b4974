import type { LookupAddress } from 'node:dns';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { HttpExchange, HttpOpened } from './http.ts';
import { addressRefusal } from './node-addresses.ts';
import { reasonOf } from './node-http-errors.ts';

/** Asks for every address of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** `HttpPort.open` over Node's own modules, which are loaded at the first exchange: a launch without one does not pay for them. */
export async function openExchange(url: string, exchange: HttpExchange, resolve: Resolve = resolveByName): Promise<HttpOpened> {
  const at = new URL(url);
  const literal = at.hostname.replace(/^\[|\]$/g, '');
  const refusal = isIP(literal) === 0 ? null : addressRefusal(at.hostname, [{ address: literal, family: isIP(literal) }], exchange.reach);
  if (refusal !== null) throw refused(at, refusal);
  const { request } = at.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const lookup = judged(at, exchange, resolve);
  const { method, headers, body, signal } = exchange;
  const length = body === null ? {} : { 'content-length': String(body.length) };
  const options: RequestOptions = { method, headers: { ...headers, ...length, 'accept-encoding': 'identity' }, signal, lookup };
  return new Promise((settle, reject) => {
    const sent = request(bareUrl(at), options, (answer) => {
      clearTimeout(timer);
      settle({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: answer });
    });
    const timer = setTimeout(() => sent.destroy(Object.assign(new Error('late'), { name: 'TimeoutError' })), exchange.headTimeoutMs);
    sent.on('error', (cause) => {
      clearTimeout(timer);
      reject(cause instanceof GuardError ? cause : unreachable(at, cause));
    });
    sent.end(body ?? undefined);
  });
}

/** Between the judgement and the connection the name is not asked again: the address that was judged is the one that is used. */
function judged(at: URL, { reach }: HttpExchange, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const refusal = addressRefusal(at.hostname, found, reach);
        const [first] = found;
        if (refusal !== null || first === undefined) callback(refused(at, refusal ?? ''), '', 0);
        else if (options.all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (cause: NodeJS.ErrnoException) => callback(cause, '', 0),
    );
  };
}

async function resolveByName(host: string): Promise<readonly LookupAddress[]> {
  const { lookup } = await import('node:dns/promises');
  return lookup(host, { all: true });
}

function bareUrl(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

function headersOf(answer: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
}

function refused(url: URL, why: string): GuardError {
  return new GuardError('address-refused', `${printable(url.host)} is not asked`, { why: printable(why) });
}

function unreachable(url: URL, cause: unknown): GuardError {
  return new GuardError('server-unreachable', `cannot ask ${printable(url.origin)}`, { why: reasonOf(cause), cause });
}
