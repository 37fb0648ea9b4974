import { digestBytes } from '../model/digest.ts';
import { reviewStyle } from '../report/html/review-page.ts';
import { holdsCookie, type Keys } from './keys.ts';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 403 | 404 | 421;
  readonly lines: readonly string[];
}

const again = 'Stop the review in its terminal with Ctrl-C, and start it again: pinfold review --web';

/**
 * What must hold for any request, whatever it asks for; null = nothing speaks against it.
 *
 * - Host is exactly this address: a name that was rebound to it is somebody else's page.
 * - No other site started it (Fetch Metadata, where the browser sends it), and a form comes from this origin alone.
 *
 * @see Fetch Metadata Request Headers; Fetch, "append a request `Origin` header"
 */
export function refusalOf({ method, url, headers }: Request): Refusal | null {
  const { origin, host } = new URL(url);
  const site = headers.get('sec-fetch-site');
  if (headers.get('host') !== host) return { status: 421, lines: ['This page has one address, and that was another one.'] };
  if (method === 'POST') {
    if (headers.get('origin') !== origin || (site !== null && site !== 'same-origin'))
      return { status: 403, lines: ['That did not come from this page. Nothing was changed.'] };
    return null;
  }
  if (site === null || site === 'none' || site === 'same-origin') return null;
  return { status: 403, lines: ['Another site sent you here.', 'Copy the link into the address bar.'] };
}

/** What must hold below the page's own path: the cookie that its link was exchanged for. */
export function sessionRefusal(request: Request, keys: Keys): Refusal | null {
  return holdsCookie(request.headers.get('cookie'), keys) ? null : { status: 403, lines: ['This browser did not open the review.', again] };
}

/** What a link that was used up, or is none of ours, is told. */
export const deadLink: Refusal = { status: 403, lines: ['This link was used already, or is not the one that was printed.', again] };

/**
 * On every answer. `same-origin` and not `no-referrer`: with the latter a browser says `Origin: null` for its own forms,
 * which then could not be told from a stranger's. No address leaves this origin either way.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${digestBytes(reviewStyle)}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
