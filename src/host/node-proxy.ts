import type { Socket } from 'node:net';
import { GuardError } from '../model/errors.ts';
import { withoutCredentials } from '../model/printable.ts';

type Env = Readonly<Record<string, string>>;

/**
 * The proxy for an address, by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case of letters; null =
 * none. @throws GuardError `config-invalid` for a proxy that cannot be used: nothing is asked past it.
 */
export function proxyFor(url: URL, env: Env): string | null {
  const { http, https } = proxiesIn(env);
  const proxy = url.protocol === 'https:' ? https : http;
  if (proxy === undefined) return null;
  const past = (said('NO_PROXY', env) ?? '').split(/[\s,]+/).filter((host) => host !== '');
  return past.some((host) => isHost(url, host)) ? null : proxy;
}

/** The proxies that are named, each checked. @throws GuardError `config-invalid`. */
export function proxiesIn(env: Env): { readonly http: string | undefined; readonly https: string | undefined } {
  const found = {
    http: said('HTTP_PROXY', env) ?? said('ALL_PROXY', env),
    https: said('HTTPS_PROXY', env) ?? said('ALL_PROXY', env),
  };
  for (const proxy of [found.http, found.https]) {
    if (proxy === undefined || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) continue;
    throw new GuardError('config-invalid', 'cannot use the proxy that the environment names', {
      why: `${withoutCredentials(proxy)} is no http or https URL`,
      hint: 'env | grep -i proxy',
    });
  }
  return found;
}

function said(name: string, env: Env): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

/** `*`, `example.com` and what is below it, `.example.com`, `*.example.com`, each with a port or for every one. */
function isHost({ hostname, port, protocol }: URL, host: string): boolean {
  const [, name = '', only = ''] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  const isPort = only === '' || only === (port === '' ? (protocol === 'https:' ? '443' : '80') : port);
  return isPort && (host === '*' || hostname === name || hostname.endsWith(`.${name}`));
}

/**
 * A connection to the host of an https address through a proxy, not encrypted yet. What the proxy is told is host and
 * port alone, and its own credentials go to nobody else.
 *
 * @throws GuardError `server-unreachable` when the proxy refuses; what the connection to it failed of.
 */
export async function tunnelTo(at: URL, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const { request } = proxy.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const path = `${at.hostname}:${at.port === '' ? '443' : at.port}`;
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const known = pair === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
  const where = {
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
  };
  return new Promise((settle, reject) => {
    const refuse = (status: number | undefined) =>
      reject(
        new GuardError('server-unreachable', `cannot ask ${at.origin}`, { why: `the proxy does not let it through (HTTP ${status ?? 0})` }),
      );
    const sent = request({ ...where, method: 'CONNECT', path, headers: { host: path, ...known }, agent: false, signal });
    sent.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return settle(socket as Socket);
      socket.destroy();
      refuse(statusCode);
    });
    sent.once('response', (answer) => {
      answer.destroy();
      refuse(answer.statusCode);
    });
    sent.once('error', reject);
    sent.end();
  });
}
