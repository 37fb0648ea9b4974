import { createHash, timingSafeEqual } from 'node:crypto';
import type { Host } from '../host/host.ts';

/** The secrets of one served page; each is made anew, kept in memory only, and ends with it. */
export interface Keys {
  /** In the link that is printed: opens the page once. */
  readonly token: string;
  /** First step of every path. A cookie belongs to all ports of a host name, but only to paths below its own. */
  readonly path: string;
  readonly cookie: string;
  /** In every form. */
  readonly csrf: string;
}

export function newKeys(host: Host): Keys {
  return { token: host.randomId(), path: host.randomId(), cookie: host.randomId(), csrf: host.randomId() };
}

/** Compares without telling by the time it takes where two texts differ. */
export function isSame(given: string | null, wanted: string): boolean {
  const hashed = (text: string) => createHash('sha256').update(text).digest();
  return given !== null && timingSafeEqual(hashed(given), hashed(wanted));
}

const cookieName = 'pinfold-review';

/** Not `Secure`: the page is http on this machine, and the cookie must reach nothing but its own paths. @see RFC 6265bis */
export function cookieFor(keys: Keys): string {
  return `${cookieName}=${keys.cookie}; Path=/${keys.path}/; HttpOnly; SameSite=Strict`;
}

/** True when one of the cookies is the page's: another program of this machine can add cookies of the same name. */
export function holdsCookie(header: string | null, keys: Keys): boolean {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.some(([name, value]) => name === cookieName && isSame(value ?? '', keys.cookie));
}
