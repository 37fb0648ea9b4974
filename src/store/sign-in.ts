import type { Host } from '../host/host.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { ClientMethod, OAuthClient, SignIn } from '../model/sign-in.ts';
import { parseRecord } from './json-file.ts';
import { isLeaving, type SecretName, type SecretPlace, tokensName } from './secret-record.ts';
import { type KeptSecret, listSecrets, readSecrets, removeSecrets, saveSecrets } from './secrets.ts';
import { recordNames, type ServerPlace, serverFile } from './server-place.ts';

/** What a sign-in must have been made for, to be handed out. */
export interface SignInUse {
  readonly url: string;
  /** `authorizationDigest` of what is pinned. */
  readonly authorization: Digest;
}

const name = tokensName;

/** What the tokens are for: this address, and these authorization servers. */
function purposeOf({ url, authorization }: SignInUse): Digest {
  return digestValue({ kind: 'oauth tokens', url, authorization });
}

/** Keeps a sign-in of a server; one that was kept before leaves. Returns where it lies. @throws GuardError as `saveSecrets`. */
export function keepSignIn(place: ServerPlace, signIn: SignIn, host: Host): Promise<SecretPlace> {
  return saveSecrets(place, { purpose: purposeOf(signIn), values: { [name]: JSON.stringify(signIn) }, endsSignIn: true }, host);
}

/**
 * Keeps what `from` was renewed to, where that one lies. Returns false, and keeps nothing, when it is not the one that is
 * kept any more: somebody signed out, or in again, meanwhile. @throws GuardError as `saveSecrets`.
 */
export async function keepRenewed(place: ServerPlace, from: SignIn, to: SignIn, host: Host): Promise<boolean> {
  const before = (await listSecrets(place, host)).find((kept) => kept.name === name);
  if (before === undefined || (await readSignIn(place, from, host))?.accessToken !== from.accessToken) return false;
  const values = { [name]: JSON.stringify(to) };
  await saveSecrets(place, { purpose: purposeOf(to), values, ...(before.where === 'file' ? { where: 'file' as const } : {}) }, host);
  return true;
}

/** What is kept of a sign-in, whatever it is for. `signIn` null: it cannot be read any more, or it is none. */
export interface Kept {
  readonly signIn: SignIn | null;
}

/** True when a sign-in of the server is kept, whatever it is for. Asks no keychain. @throws GuardError `file-unreadable`. */
export async function isSignedIn(place: ServerPlace, host: Host): Promise<boolean> {
  return (await listSecrets(place, host)).some((one) => one.name === name);
}

/** The sign-in of a server, whatever it was for, so that it can be taken back; null = there is none. @throws GuardError `file-unreadable`. */
export async function keptSignIn(place: ServerPlace, host: Host): Promise<Kept | null> {
  const kept = (await listSecrets(place, host)).find((one) => one.name === name);
  return kept === undefined ? null : readAny(place, kept, host);
}

async function readAny(place: ServerPlace, kept: KeptSecret, host: Host): Promise<Kept & { readonly isThere: boolean }> {
  const text = await readSecrets(place, kept.purpose, [kept.name], host).catch((cause: unknown) => {
    if (cause instanceof GuardError) return {};
    throw cause;
  });
  const value = (text as Readonly<Record<string, string>>)[kept.name];
  const found = value === undefined ? null : asSignIn(parseRecord(Buffer.from(value)));
  // One that says it is for something else was not kept here by this code.
  return { signIn: found !== null && purposeOf(found) === kept.purpose ? found : null, isThere: value !== undefined };
}

/** A sign-in that is used no more, and is still to be taken back. */
export interface Leaving extends Kept {
  readonly name: SecretName;
  /** False: its keychain cannot be asked now. */
  readonly isThere: boolean;
  /** How often that was tried before. */
  readonly tries: number;
}

/** Every sign-in of a server that leaves. @throws GuardError `file-unreadable`. */
export async function leavingSignIns(place: ServerPlace, host: Host): Promise<readonly Leaving[]> {
  const leaving: Leaving[] = [];
  for (const one of await listSecrets(place, host)) {
    if (isLeaving(one.name)) leaving.push({ name: one.name, tries: one.tries, ...(await readAny(place, one, host)) });
  }
  return leaving;
}

/** Names of the servers of one scope of which a sign-in leaves, sorted. A record that cannot be read is none. */
export async function placesWithLeaving(scope: Omit<ServerPlace, 'name'>, host: Host): Promise<readonly ServerPlace[]> {
  const places: ServerPlace[] = [];
  for (const server of await recordNames('secrets', scope.project, host)) {
    const place = { ...scope, name: server };
    const kept = await listSecrets(place, host).catch(() => []);
    if (kept.some((one) => isLeaving(one.name))) places.push(place);
  }
  return places;
}

/** Forgets one that left. @throws GuardError as `forgetSignIn`. */
export function dropLeaving(place: ServerPlace, { name: leaving }: Leaving, host: Host): Promise<void> {
  return removeSecrets(place, [leaving], host);
}

/** Uses the sign-in of a server no more, whatever it was for; it leaves. @throws GuardError `file-unreadable`, `file-unwritable`, `busy`. */
export function forgetSignIn(place: ServerPlace, host: Host): Promise<void> {
  return removeSecrets(place, [name], host);
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
  const {
    url,
    authorization,
    issuer,
    revocationEndpoint,
    resource,
    client,
    accessToken,
    refreshToken,
    expiresAtMs,
    scopes,
    granted = [],
    exceeds = [],
  } = value as {
    readonly [member: string]: JsonValue | undefined;
  };
  const places = [url, issuer, ...(revocationEndpoint === undefined ? [] : [revocationEndpoint])];
  const texts = [authorization, resource, accessToken].every((text) => typeof text === 'string') && places.every(isUrl);
  const optional = (refreshToken === null || typeof refreshToken === 'string') && (expiresAtMs === null || typeof expiresAtMs === 'number');
  const named = [scopes, granted, exceeds].every((list) => Array.isArray(list) && list.every((one: JsonValue) => typeof one === 'string'));
  return texts && optional && named && isObject(client) && isClient(client) ? (value as unknown as SignIn) : null;
}

function isUrl(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && URL.canParse(value);
}

const methods: readonly unknown[] = ['none', 'client_secret_basic', 'client_secret_post'] satisfies readonly ClientMethod[];

function isClient({ id, secret, method }: JsonObject & Partial<OAuthClient>): boolean {
  return typeof id === 'string' && (secret === null || typeof secret === 'string') && methods.includes(method);
}
