import type { HttpPort } from '../../host/http.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { Revocation, SignIn } from '../../model/sign-in.ts';
import { approvedFetch } from './oauth-fetch.ts';

/**
 * Takes the tokens of a sign-in back at the place that its authorization server named when a person agreed to it: first
 * what renews, then what is sent. Each is one POST, bounded, that follows nothing; what is answered is not read. All of it
 * together ends after `timeoutMs`. Never throws for what others did.
 *
 * @param next a sign-in that took its place. Nothing of that one is taken back; where both are of the same client nothing
 *   is at all, because many servers end everything of a client with one of its tokens (RFC 7009 §2.1)
 * @see RFC 7009
 */
export async function revoke(
  signIn: SignIn,
  http: Pick<HttpPort, 'open'>,
  { next = null, timeoutMs = limits.oauthRevokeMaxMs }: { readonly next?: SignIn | null; readonly timeoutMs?: number } = {},
): Promise<Revocation> {
  const { revocationEndpoint: endpoint, url, accessToken, refreshToken } = signIn;
  if (endpoint === undefined) return { outcome: 'not-offered', why: null };
  if (next !== null && next.issuer === signIn.issuer && next.client.id === signIn.client.id)
    return { outcome: 'not-tried', why: 'it is of the same client, and taking it back could end the new one' };
  const post = approvedFetch([endpoint], new URL(url), http);
  const signal = AbortSignal.timeout(timeoutMs);
  const going: readonly (readonly [string, string | null])[] = [
    ['refresh_token', refreshToken],
    ['access_token', accessToken],
  ];
  const staying = next === null ? [] : [next.accessToken, next.refreshToken];
  let worst: Revocation = { outcome: 'revoked', why: null };
  for (const [hint, token] of going) {
    if (token === null || staying.includes(token)) continue;
    const body = new URLSearchParams({ token, token_type_hint: hint });
    try {
      const { status } = await post(endpoint, { method: 'POST', body, headers: proof(signIn, body), signal });
      // Asked again later it may do so: RFC 7009 §2.2.1.
      const isBusy = status === 429 || status >= 500;
      if (status !== 200 && worst.outcome !== 'unavailable') worst = { outcome: isBusy ? 'unavailable' : 'refused', why: `HTTP ${status}` };
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
      const outcome = cause.code === 'address-refused' ? 'refused' : 'unavailable';
      worst = { outcome, why: cause.why === undefined ? cause.message : `${cause.message}: ${cause.why}` };
    }
  }
  return worst;
}

/** Who asks, as at the token endpoint: in the body or in a header. @see RFC 6749 §2.3.1 */
function proof({ client: { id, secret, method } }: SignIn, body: URLSearchParams): Readonly<Record<string, string>> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  if (method === 'client_secret_basic' && secret !== null) {
    const [name, key] = [id, secret].map((text) => new URLSearchParams({ text }).toString().slice('text='.length));
    return { ...type, authorization: `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}` };
  }
  body.set('client_id', id);
  if (method === 'client_secret_post' && secret !== null) body.set('client_secret', secret);
  return type;
}
