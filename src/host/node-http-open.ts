import type { LookupAddress } from 'node:dns';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { HttpExchange, HttpOpened } from './http.ts';
import { addressRefusal } from './node-addresses.ts';
import { reasonOf } from './node-http-errors.ts';
import { proxyFor, tunnelTo } from './node-proxy.ts';

/** Asks for every address of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** What an exchange rests on; default: the system's names, no proxy, Node's own certificates. */
export interface OpenSetting {
  readonly resolve?: Resolve;
  /** For the variables that name proxies. */
  readonly env?: Readonly<Record<string, string>>;
  /** Certificates that are trusted, PEM. */
  readonly ca?: string;
}

/** `HttpPort.open` over Node's own modules, which are loaded at the first exchange: a launch without one does not pay for them. */
export async function openExchange(url: string, exchange: HttpExchange, setting: OpenSetting = {}): Promise<HttpOpened> {
  const { resolve = resolveByName, env = {}, ca } = setting;
  const at = new URL(url);
  const literal = at.hostname.replace(/^\[|\]$/g, '');
  const refusal = isIP(literal) === 0 ? null : addressRefusal(at.hostname, [{ address: literal, family: isIP(literal) }], exchange.reach);
  if (refusal !== null) throw refused(at, refusal);
  const { request } = at.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const lookup = judged(at, exchange, resolve);
  const { method, headers, body, signal } = exchange;
  const length = body === null ? {} : { 'content-length': String(body.length) };
  const proxy = at.protocol === 'https:' ? proxyFor(at, env) : null;
  const through = proxy === null ? {} : { createConnection: await encrypted(at, new URL(proxy), exchange, resolve, ca) };
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...length, 'accept-encoding': 'identity' },
    signal,
    lookup,
    ...(ca === undefined ? {} : { ca }),
    ...through,
  };
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

/** A connection through a proxy, encrypted for the host itself. The name is judged where it can be looked up here. */
async function encrypted(at: URL, proxy: URL, exchange: HttpExchange, resolve: Resolve, ca: string | undefined) {
  const host = at.hostname.replace(/^\[|\]$/g, '');
  // What cannot be looked up here, the proxy may know.
  const found = isIP(host) !== 0 ? [] : await resolve(host).catch(() => []);
  const refusal = found.length === 0 ? null : addressRefusal(at.hostname, found, exchange.reach);
  if (refusal !== null) throw refused(at, refusal);
  const { connect } = await import('node:tls');
  const signal = AbortSignal.any([exchange.signal, AbortSignal.timeout(exchange.headTimeoutMs)]);
  const socket = await tunnelTo(at, proxy, signal).catch((cause: unknown) => {
    throw cause instanceof GuardError ? cause : unreachable(at, cause);
  });
  const named = isIP(host) === 0 ? { servername: host } : {};
  return () => connect({ socket, host, ...named, ALPNProtocols: ['http/1.1'], ...(ca === undefined ? {} : { ca }) });
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
