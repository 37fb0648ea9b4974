import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { EndedSignIn, SignIn } from '../model/sign-in.ts';
import { revoke } from '../sources/remote/revoke.ts';
import { appendLedger } from '../store/ledger.ts';
import type { SecretPlace } from '../store/secret-record.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { isSignedIn, type Kept, keepSignIn, keptSignIn, whileRenewing } from '../store/sign-in.ts';

/**
 * Does what forgets a sign-in, alone or together with its server, then takes the tokens back where they came from; null =
 * nobody was signed in. What `forget` did stands whatever comes of that, which takes `limits.oauthRevokeMaxMs` at most.
 *
 * @throws GuardError as `forget` does; `file-unreadable`.
 */
export async function withSignInEnded(place: ServerPlace, forget: () => Promise<void>, host: Host): Promise<EndedSignIn | null> {
  const [ended] = await withSignInsEnded([place], forget, host);
  return ended === undefined ? null : { issuer: ended.issuer, revocation: ended.revocation };
}

/** The same for several servers that are forgotten in one step, one after the other; without those that nobody signed in to. */
export async function withSignInsEnded(
  places: readonly ServerPlace[],
  forget: () => Promise<void>,
  host: Host,
): Promise<readonly (EndedSignIn & { readonly place: ServerPlace })[]> {
  const gone: { readonly place: ServerPlace; readonly kept: Kept }[] = [];
  const take = async ([place, ...more]: readonly ServerPlace[]): Promise<void> => {
    if (place === undefined) return forget();
    if (!(await isSignedIn(place, host))) return take(more);
    const action = async () => {
      const kept = await keptSignIn(place, host);
      if (kept !== null) gone.push({ place, kept });
      await take(more);
    };
    return evenWhileRenewing(place, action, host);
  };
  await take(places);
  const ended: (EndedSignIn & { readonly place: ServerPlace })[] = [];
  for (const { place, kept } of gone) ended.push({ place, ...(await taken(place, kept, null, host)) });
  return ended;
}

/**
 * Keeps a sign-in that was just made. One that it takes the place of is taken back where it came from; `replaced` null =
 * there was none.
 *
 * @throws GuardError as `keepSignIn`.
 */
export async function keepNewSignIn(
  place: ServerPlace,
  made: SignIn,
  host: Host,
): Promise<{ readonly kept: SecretPlace; readonly replaced: EndedSignIn | null }> {
  const { before, kept } = await evenWhileRenewing(
    place,
    async () => ({ before: await keptSignIn(place, host), kept: await keepSignIn(place, made, host) }),
    host,
  );
  await appendLedger({ event: 'signed-in', server: `${place.scope}:${place.name}`, detail: { issuer: made.issuer } }, host);
  return { kept, replaced: before === null ? null : await taken(place, before, made, host) };
}

async function taken({ scope, name }: ServerPlace, { signIn }: Kept, next: SignIn | null, host: Host): Promise<EndedSignIn> {
  const revocation =
    signIn === null
      ? ({ outcome: 'unavailable', why: 'what was kept cannot be read any more' } as const)
      : await revoke(signIn, host.http, { next });
  await appendLedger({ event: 'signed-out', server: `${scope}:${name}`, detail: { revocation: revocation.outcome } }, host);
  return { revocation, issuer: signIn?.issuer ?? null };
}

/** While no session renews the tokens, since it would put them back; one that hangs in it must not keep them here. */
async function evenWhileRenewing<T>(place: ServerPlace, action: () => Promise<T>, host: Host): Promise<T> {
  let isBegun = false;
  const begin = () => {
    isBegun = true;
    return action();
  };
  return whileRenewing(place, begin, host).catch((cause: unknown) => {
    if (!isBegun && cause instanceof GuardError && cause.code === 'busy') return action();
    throw cause;
  });
}
