import type { Host } from '../host/host.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { ClientMethod, OAuthClient, SignIn } from '../model/sign-in.ts';
import { parseRecord } from './json-file.ts';
import type { SecretName, SecretPlace } from './secret-record.ts';
import { listSecrets, readSecrets, removeSecrets, saveSecrets } from './secrets.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

/** What a sign-in must have been made for, to be handed out. */
export interface SignInUse {
  readonly url: string;
  /** `authorizationDigest` of what is pinned. */
  readonly authorization: Digest;
}

const name: SecretName = 'oauth tokens';

/** What the tokens are for: this address, and these authorization servers. */
function purposeOf({ url, authorization }: SignInUse): Digest {
  return digestValue({ kind: 'oauth tokens', url, authorization });
}

/**
 * Keeps a sign-in of a server; what was kept before goes. Returns where it lies.
 *
 * @param again it replaces one that is kept: it stays where that one lies
 * @throws GuardError as `saveSecrets`.
 */
export async function keepSignIn(place: ServerPlace, signIn: SignIn, host: Host, again = false): Promise<SecretPlace> {
  const before = again ? (await listSecrets(place, host)).find((kept) => kept.name === name) : undefined;
  const values = { [name]: JSON.stringify(signIn) };
  return saveSecrets(place, { purpose: purposeOf(signIn), values, ...(before?.where === 'file' ? { where: 'file' as const } : {}) }, host);
}

/** Forgets it; true = there was one. */
export async function forgetSignIn(place: ServerPlace, host: Host): Promise<boolean> {
  const kept = (await listSecrets(place, host)).some((one) => one.name === name);
  if (kept) await removeSecrets(place, [name], host);
  return kept;
}

/**
 * The sign-in for exactly this address and these authorization servers; null = there is none, it was made for others, or
 * what is kept is none: a person signs in again.
 *
 * @throws GuardError `secret-missing` when the keychain is gone, `file-unreadable`.
 */
export async function readSignIn(place: ServerPlace, use: SignInUse, host: Host): Promise<SignIn | null> {
  const text = (await readSecrets(place, purposeOf(use), [name], host))[name];
  const found = text === undefined ? null : asSignIn(parseRecord(Buffer.from(text)));
  return found !== null && found.url === use.url && found.authorization === use.authorization ? found : null;
}

/** Runs while no other process renews the tokens of this server: one that rotates is good once. */
export function whileRenewing<T>(place: ServerPlace, action: () => Promise<T>, host: Host): Promise<T> {
  return host.files.locked(`${serverFile('secrets', place, host)}.renewing`, action);
}

function asSignIn(value: JsonValue | undefined): SignIn | null {
  if (!isObject(value)) return null;
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
