import type { HttpPort } from '../../host/http.ts';
import { GuardError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { askOnce } from './ask.ts';
import { metadataUrl } from './metadata-url.ts';

/** The part of `fetch` that the SDK's helpers use. */
export type PostFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that sends one POST to exactly one of the approved endpoints, and follows nothing: what carries a code, a
 * token or a client's secret goes where a person agreed to, whatever anybody answers. Answers are bounded, and only
 * their status, type and body are handed on.
 *
 * @param endpoints as they are pinned; the rules for addresses are held again, since a lock can come with a repository
 * @param base the server's own address
 * @throws GuardError `address-refused`, `server-unreachable`, `offline`.
 */
export function approvedFetch(endpoints: readonly string[], base: URL, http: Pick<HttpPort, 'open'>): PostFetch {
  return async (input, init = {}) => {
    const { href, host } = new URL(input);
    const place =
      endpoints.includes(href) || endpoints.some((endpoint) => new URL(endpoint).href === href) ? metadataUrl(href, base) : null;
    if (place === null) throw refused(host, 'it is not one of the endpoints that were approved');
    if (typeof place === 'string') throw refused(host, place);
    if (init.method !== 'POST') throw refused(host, 'nothing but a POST is sent there');
    const body = Buffer.from(await new Response(init.body ?? null).arrayBuffer());
    const headers = { ...Object.fromEntries(new Headers(init.headers)), accept: 'application/json' };
    const until = init.signal == null ? {} : { signal: init.signal };
    const answer = await askOnce(http, href, { method: 'POST', headers, body, reach: place.reach, ...until });
    if (answer.status < 200 || answer.status > 599) throw refused(host, 'its answer has no status that HTTP knows');
    const empty = answer.status === 204 || answer.status === 205 || answer.status === 304;
    const type = answer.headers['content-type'] ?? '';
    return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers: { 'content-type': type } });
  };
}

function refused(host: string, why: string): GuardError {
  return new GuardError('address-refused', `${printable(host)} is not asked for a token`, { why });
}
