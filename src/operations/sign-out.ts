import type { Host } from '../host/host.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { EndedSignIn, SignIn } from '../model/sign-in.ts';
import { revoke } from '../sources/remote/revoke.ts';
import { findProject } from '../store/find-project.ts';
import { appendLedger } from '../store/ledger.ts';
import type { SecretPlace } from '../store/secret-record.ts';
import { countTry } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import {
  dropLeaving,
  isSignedIn,
  type Kept,
  keepSignIn,
  keptSignIn,
  type Leaving,
  leavingSignIns,
  placesWithLeaving,
  whileRenewing,
} from '../store/sign-in.ts';

/**
 * Does what forgets a sign-in, alone or together with its server, then takes the tokens back where they came from; null =
 * nobody was signed in. What `forget` did stands whatever comes of that, which takes `limits.oauthRevokeMaxMs` at most; and
 * until it is known what came of it the tokens are kept, for that alone, so that a later command finishes what was broken off.
 *
 * @throws GuardError as `forget` does; `file-unreadable`.
 */
export async function withSignInEnded(place: ServerPlace, forget: () => Promise<void>, host: Host): Promise<EndedSignIn | null> {
  const [ended] = await withSignInsEnded([place], forget, host);
  if (ended === undefined) return null;
  const { place: _, ...one } = ended;
  return one;
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
  for (const { place, kept } of gone) ended.push({ place, ...(await taken(place, kept, host)) });
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
  return { kept, replaced: before === null ? null : await taken(place, before, host) };
}

/**
 * Takes back what earlier commands could not, or were killed in: sign-ins of the user, and of the project here. Each is
 * tried by `limits.oauthRevokeMaxTries` commands, and then forgotten; all of it takes `limits.oauthRevokeMaxMs` at most.
 * What cannot be read or written is left for the next command.
 */
export async function takeBackLeft(host: Host): Promise<readonly (EndedSignIn & { readonly place: ServerPlace })[]> {
  const ended: (EndedSignIn & { readonly place: ServerPlace })[] = [];
  const project = await findProject(host);
  const scopes = [{ scope: 'user', project: null } as const, ...(project === null ? [] : [{ scope: 'project', project } as const])];
  const until = host.now() + limits.oauthRevokeMaxMs;
  try {
    for (const place of (await Promise.all(scopes.map((scope) => placesWithLeaving(scope, host)))).flat()) {
      for (const leaving of await leavingSignIns(place, host)) {
        const timeoutMs = until - host.now();
        if (timeoutMs <= 0 || ended.length >= limits.oauthRevokeMaxLeft) return ended;
        ended.push({ place, ...(await takeBack(place, leaving, timeoutMs, host)) });
      }
    }
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
  }
  return ended;
}

/** What became of the one that was kept until now. Others that leave are for `takeBackLeft`. */
async function taken(place: ServerPlace, { signIn }: Kept, host: Host): Promise<EndedSignIn> {
  const same = (one: Leaving) => (one.signIn?.accessToken ?? null) === (signIn?.accessToken ?? null);
  const open = (why: string, again: boolean): EndedSignIn => {
    return { issuer: signIn?.issuer ?? null, revocation: { outcome: 'unavailable', why }, again };
  };
  try {
    const leaving = (await leavingSignIns(place, host)).findLast(same);
    if (leaving !== undefined) return await takeBack(place, leaving, limits.oauthRevokeMaxMs, host);
  } catch (cause) {
    // What it belongs to is done, and stays so.
    if (cause instanceof GuardError) return open(withWhy(cause), true);
    throw cause;
  }
  return open('another command does so', false);
}

async function takeBack(place: ServerPlace, leaving: Leaving, timeoutMs: number, host: Host): Promise<EndedSignIn> {
  const { signIn, isThere, tries, name } = leaving;
  await countTry(place, name, host);
  const next = (await keptSignIn(place, host))?.signIn ?? null;
  const revocation =
    signIn === null
      ? ({ outcome: 'unavailable', why: 'what was kept cannot be read any more' } as const)
      : await revoke(signIn, host.http, { next, timeoutMs });
  const mayCome = signIn === null ? !isThere : revocation.outcome === 'unavailable';
  const again = mayCome && tries + 1 < limits.oauthRevokeMaxTries;
  if (!again) await dropLeaving(place, leaving, host);
  await appendLedger({ event: 'signed-out', server: `${place.scope}:${place.name}`, detail: { revocation: revocation.outcome } }, host);
  return { revocation, issuer: signIn?.issuer ?? null, again };
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
