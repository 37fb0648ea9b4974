import { GuardError } from '../model/errors.ts';
import { withoutCredentials } from '../model/printable.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from './http.ts';
import { reasonOf } from './node-http-errors.ts';
import { proxiesIn, proxyFor } from './node-proxy.ts';

const maxRedirects = 5;

/**
 * Reading through Node's own `fetch`, or through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, in either
 * case of letters; what is read as it comes, through its own modules, and for https through the same proxies.
 */
export function nodeHttp(env: Readonly<Record<string, string>>): HttpPort {
  let fetching: Promise<Fetch> | null = null;
  return {
    get(url, request) {
      fetching ??= proxied(env);
      return get(url, request, fetching);
    },
    open: async (url, exchange) => (await import('./node-http-open.ts')).openExchange(url, exchange, { env }),
    proxyOf: (url) => (new URL(url).protocol === 'https:' ? hostOf(proxyFor(new URL(url), env)) : null),
  };
}

function hostOf(proxy: string | null): string | null {
  return proxy === null ? null : new URL(proxy).host;
}

async function get(url: string, request: HttpRequest, fetchingLater: Promise<Fetch>): Promise<HttpAnswer> {
  const first = parsed(url, url);
  const fetching = await fetchingLater;
  const signal = AbortSignal.timeout(request.timeoutMs);
  let at = first;
  for (let hops = 0; ; hops++) {
    const response = await ask(
      at,
      at.origin === first.origin ? headersFor(first, request) : plainHeaders(request),
      request.json,
      signal,
      fetching,
    );
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) {
      const body = await bodyOf(response, request.maxBytes, at);
      return { status: response.status, url: shown(at), contentType: response.headers.get('content-type') ?? '', body };
    }
    await response.body?.cancel();
    if (request.json !== undefined) throw unreachable(first, 'it redirects what was posted');
    if (hops === maxRedirects) throw unreachable(first, `it redirects more than ${maxRedirects} times`);
    const next = parsed(new URL(location, at).href, url);
    if (next.protocol === 'http:' && at.protocol === 'https:') throw unreachable(first, `it redirects from https to ${shown(next)}`);
    if (next.protocol === 'http:' && !isLoopback(next) && next.origin !== first.origin)
      throw unreachable(first, `it redirects to ${shown(next)} without encryption`);
    if (isLoopback(next) && !isLoopback(first)) throw unreachable(first, `it redirects to this machine: ${shown(next)}`);
    at = next;
  }
}

function parsed(text: string, first: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new GuardError('registry-unreachable', `cannot ask ${withoutCredentials(first)}`, { why: 'it is not an http or https address' });
  return url;
}

/** User and password of the URL, unless a header says otherwise. `fetch` refuses URLs with credentials. */
function headersFor(url: URL, request: HttpRequest): Record<string, string> {
  const headers = plainHeaders(request);
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name] = value;
  if ((url.username !== '' || url.password !== '') && headers['authorization'] === undefined) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return headers;
}

/** What may go to any host: how the answer should look. */
function plainHeaders({ headers = {} }: HttpRequest): Record<string, string> {
  return { 'user-agent': 'pinfold', ...(headers['accept'] === undefined ? {} : { accept: headers['accept'] }) };
}

type Fetch = (
  url: URL,
  options: {
    readonly method: 'GET' | 'POST';
    readonly headers: Record<string, string>;
    readonly body: Uint8Array<ArrayBuffer> | null;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** @throws GuardError `config-invalid` for a proxy that cannot be used: nothing is asked past it. */
async function proxied(env: Readonly<Record<string, string>>): Promise<Fetch> {
  const proxies = Object.values(proxiesIn(env)).filter((proxy) => proxy !== undefined);
  if (proxies.length === 0) return fetch;
  const { ProxyAgent, fetch: fetchThrough } = await import('undici');
  const agents = new Map(proxies.map((proxy) => [proxy, new ProxyAgent(proxy)]));
  return async (url, options) => {
    const dispatcher = agents.get(proxyFor(url, env) ?? '');
    if (dispatcher === undefined) return fetch(url, options);
    return (await fetchThrough(url, { ...options, dispatcher })) as unknown as Response;
  };
}

async function ask(
  url: URL,
  headers: Record<string, string>,
  json: Uint8Array | undefined,
  signal: AbortSignal,
  fetching: Fetch,
): Promise<Response> {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  try {
    const posted = json === undefined ? null : new Uint8Array(json);
    const typed = posted === null ? headers : { ...headers, 'content-type': 'application/json' };
    return await fetching(bare, { method: posted === null ? 'GET' : 'POST', headers: typed, body: posted, redirect: 'manual', signal });
  } catch (cause) {
    throw unreachable(url, reasonOf(cause), cause);
  }
}

async function bodyOf(response: Response, maxBytes: number, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new GuardError('file-too-large', `the answer of ${shown(url)} is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof GuardError) throw cause;
    throw unreachable(url, reasonOf(cause), cause);
  }
  return Buffer.concat(chunks);
}

function unreachable(url: URL, why: string, cause?: unknown): GuardError {
  return new GuardError('registry-unreachable', `cannot ask ${shown(url)}`, {
    why,
    hint: `curl -sSI ${shown(url)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

function shown(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.search = '';
  return bare.href;
}
