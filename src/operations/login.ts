import type { Host } from '../host/host.ts';
import { isPinName } from '../lockfile/names.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import { takesSignIn } from '../model/remote.ts';
import type { LoggedIn, LoggedOut } from '../model/remote-results.ts';
import { shellLine } from '../model/shell-line.ts';
import { isRemoteTicket } from '../model/ticket.ts';
import { namesOf, scopesBlockedFor } from '../store/blocked-scopes.ts';
import { forgetSignIn } from '../store/sign-in.ts';
import { scopeOption } from './command-line.ts';
import { clearLaunch, launchTicket } from './launch-checks.ts';
import { proposeScopes } from './propose-scopes.ts';
import { homeOf } from './scope-home.ts';
import { type SignInLink, type SignInRequest, signIn } from './sign-in.ts';
import { loginCommand } from './sign-in-token.ts';
import { keepNewSignIn, withSignInEnded } from './sign-out.ts';

export interface LoginRequest extends Pick<SignInRequest, 'issuer' | 'client'> {
  readonly name: string;
  readonly scope: LockScope;
}

/**
 * Signs a person in to a server that is approved here, and keeps the tokens for this user alone. Nothing is asked before
 * everything holds that must hold for a launch.
 *
 * @throws GuardError as `launchTicket`, `clearLaunch` and `signIn`; `usage` for a server that nobody signs in to.
 */
export async function login(request: LoginRequest, host: Host, tell: (event: SignInLink) => void): Promise<LoggedIn> {
  const { scope } = request;
  const place = { name: nameOf(request.name), scope, project: (await homeOf(scope, null, host)).project };
  const ticket = await launchTicket(place, host);
  await clearLaunch(ticket, place, host);
  if (!isRemoteTicket(ticket)) throw notFor(request, 'it is started here, and takes its keys from the environment of its entry', null);
  const { url, authorization } = ticket.launch;
  if (!takesSignIn(authorization)) {
    const again = shellLine(['pinfold', 'install', ...scopeOption(scope), '--name', place.name, url]);
    throw notFor(request, 'it was approved as one that nobody signs in to', again);
  }
  const made = await signIn(
    {
      url,
      authorization,
      blockedScopes: namesOf(await scopesBlockedFor(place, url, host)),
      issuer: request.issuer,
      client: request.client,
      propose: async (scopes) => `${(await proposeScopes({ place, url }, scopes, host)).command}, then ${loginCommand(place)}`,
      command: loginCommand(place),
    },
    host,
    tell,
  );
  const { kept, replaced } = await keepNewSignIn(place, made, host);
  return { name: place.name, scope, issuer: made.issuer, scopes: made.scopes, renewable: made.refreshToken !== null, kept, replaced };
}

/**
 * Uses the tokens of a server no more, then takes them back at the server that gave them, where it said how when a person
 * agreed to it. Not used they are whatever comes of that.
 *
 * @throws GuardError `pin-not-found`, `file-unreadable`.
 */
export async function logout({ name, scope }: Pick<LoginRequest, 'name' | 'scope'>, host: Host): Promise<LoggedOut> {
  const place = { name: nameOf(name), scope, project: (await homeOf(scope, null, host)).project };
  const ended = await withSignInEnded(place, () => forgetSignIn(place, host), host);
  return {
    name,
    scope,
    forgotten: ended !== null,
    revocation: ended?.revocation ?? null,
    issuer: ended?.issuer ?? null,
    again: ended?.again ?? false,
  };
}

function nameOf(name: string): string {
  if (isPinName(name)) return name;
  throw new GuardError('pin-not-found', 'that cannot be the name of a pin', { hint: 'pinfold list' });
}

function notFor({ name }: LoginRequest, why: string, hint: string | null): GuardError {
  return new GuardError('usage', `nobody signs in to \`${name}\``, { why, ...(hint === null ? {} : { hint }) });
}
