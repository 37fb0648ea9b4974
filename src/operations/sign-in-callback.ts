import { createHash, timingSafeEqual } from 'node:crypto';
import type { Returned } from '../sources/remote/oauth.ts';

export const callbackPath = '/callback';

/** What a person came back with: a code, or the server's word for why there is none (of a fixed form; null = of another). */
export type CameBack = Returned | { readonly refused: string | null; readonly issuer: string | null };

/** The one place to which a browser comes back after a sign-in. */
export interface Callback {
  readonly answer: (request: Request) => Promise<Response>;
  /** The first request that carries the state of this sign-in. Never rejects; never settles when none comes. */
  readonly cameBack: Promise<CameBack>;
}

/**
 * Answers once to the request that carries this state, and lets everything else wait: any web page and any program of
 * this machine can send requests here, and none of them may end, or take over, what a person began.
 *
 * @see RFC 6749 §4.1.2, §10.12; RFC 9207
 */
export function callback(state: string): Callback {
  let settle: (value: CameBack) => void = () => {};
  const cameBack = new Promise<CameBack>((resolve) => {
    settle = resolve;
  });
  let open = true;
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, searchParams, host } = new URL(request.url);
    // A name that was rebound to this address is somebody else's page.
    if (request.headers.get('host') !== host) return said(421, 'This page has one address, and that was another one.');
    if (request.method !== 'GET' || pathname !== callbackPath) return said(404, 'There is nothing here.');
    const names = ['state', 'code', 'iss', 'error'] as const;
    const values = names.map((name) => searchParams.getAll(name));
    // Of two values nobody knows which one counts.
    if (values.some((all) => all.length > 1)) return said(400, 'That cannot be read in one way. Nothing was done.');
    const [given = null, code = null, issuer = null, error = null] = values.map(([first]) => first ?? null);
    if (!isSame(given, state)) return said(400, 'That does not belong to the sign-in that is waiting. Nothing was done.');
    if (!open) return said(410, 'That was taken already.');
    if (code === null && error === null) return said(400, 'There is neither a code nor a reason. Nothing was done.');
    open = false;
    if (error !== null) {
      settle({ refused: /^[a-z_]{1,40}$/.test(error) ? error : null, issuer });
      return said(200, 'You were not signed in. Go back to the terminal.');
    }
    settle({ code: code ?? '', issuer });
    return said(200, 'Go back to the terminal: it says whether the sign-in worked. You can close this page.');
  };
  return { answer, cameBack };
}

function isSame(given: string | null, wanted: string): boolean {
  const hashed = (text: string) => createHash('sha256').update(text).digest();
  return given !== null && timingSafeEqual(hashed(given), hashed(wanted));
}

/** `line` is one of the sentences above: nothing of a request stands on the page. */
function said(status: number, line: string): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    'cache-control': 'no-store',
    // The address of this page holds the code.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
  };
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>pinfold login</title></head><body><p>${line}</p></body></html>`;
  return new Response(page, { status, headers });
}
