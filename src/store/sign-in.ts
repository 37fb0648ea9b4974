import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { ClientMethod, OAuthClient, SignIn } from '../model/sign-in.ts';
import { parseRecord } from './json-file.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

/** What a sign-in must have been made for, to be handed out. */
export interface SignInUse {
  readonly url: string;
  /** `authorizationDigest` of what is pinned. */
  readonly authorization: Digest;
}

/** Keeps a sign-in of a server, for its user alone; what was kept before goes. */
export async function keepSignIn(place: ServerPlace, signIn: SignIn, host: Host): Promise<void> {
  await host.files.writeAtomic(serverFile('sign-ins', place, host), `${JSON.stringify({ version: 1, ...signIn })}\n`, { mode: 0o600 });
}

/** Forgets it; true = there was one. */
export async function forgetSignIn(place: ServerPlace, host: Host): Promise<boolean> {
  const path = serverFile('sign-ins', place, host);
  if ((await host.files.stat(path)) === null) return false;
  await host.files.remove(path);
  return true;
}

/**
 * The sign-in for exactly this address and these authorization servers; null = there is none, it was made for others, or
 * it is damaged: a person signs in again.
 */
export async function readSignIn(place: ServerPlace, use: SignInUse, host: Host): Promise<SignIn | null> {
  const bytes = await readOptional(serverFile('sign-ins', place, host), limits.signInMaxBytes, host);
  const found = bytes === null ? null : asSignIn(parseRecord(bytes));
  return found !== null && found.url === use.url && found.authorization === use.authorization ? found : null;
}

/** Runs while no other process renews the tokens of this server: one that rotates is good once. */
export function whileRenewing<T>(place: ServerPlace, action: () => Promise<T>, host: Host): Promise<T> {
  return host.files.locked(serverFile('sign-ins', place, host), action);
}

function asSignIn(value: JsonValue | undefined): SignIn | null {
  if (!isObject(value) || value['version'] !== 1) return null;
  const { url, authorization, issuer, resource, client, accessToken, refreshToken, expiresAtMs, scopes } = value as {
    readonly [member: string]: JsonValue | undefined;
  };
  const texts = [url, authorization, issuer, resource, accessToken].every((text) => typeof text === 'string');
  const optional = (refreshToken === null || typeof refreshToken === 'string') && (expiresAtMs === null || typeof expiresAtMs === 'number');
  const named = Array.isArray(scopes) && scopes.every((scope: JsonValue) => typeof scope === 'string');
  return texts && optional && named && isObject(client) && isClient(client) ? (value as unknown as SignIn) : null;
}

const methods: readonly unknown[] = ['none', 'client_secret_basic', 'client_secret_post'] satisfies readonly ClientMethod[];

function isClient({ id, secret, method }: JsonObject & Partial<OAuthClient>): boolean {
  return typeof id === 'string' && (secret === null || typeof secret === 'string') && methods.includes(method);
}
