import { connectRemote } from '../gate/http/remote-child.ts';
import type { TokenSource } from '../gate/http/wire.ts';
import type { Host } from '../host/host.ts';
import { insufficientScope } from '../model/challenge.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Evidence } from '../model/outcome.ts';
import { printable } from '../model/printable.ts';
import type { RemoteAuthorization, RemoteTransport } from '../model/remote.ts';
import { isSecretName } from '../model/secret-spans.ts';
import { probeStarted } from '../probe/probe.ts';
import type { ProbeBounds } from '../probe/request.ts';
import { readAuthorization } from '../sources/remote/authorization.ts';
import { absent, type Looked } from './look.ts';
import type { Progress } from './progress.ts';
import { greetForLists } from './stranger.ts';

/** What is asked, and with what. */
export interface RemoteTarget {
  readonly url: string;
  /** Lower-case names. Values are secrets: they are sent to the origin of `url`, and are nowhere else. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a person who signed in; null = nobody did. */
  readonly token: TokenSource | null;
  /** False: only where it is and who lets clients in is asked, not what it lists. */
  readonly listed: boolean;
  /** Tighter bounds, for tests. */
  readonly bounds?: Partial<ProbeBounds>;
}

/** What a remote server said before anybody approved it. */
export interface RemoteLooked {
  readonly transport: RemoteTransport;
  readonly authorization: RemoteAuthorization;
  /** How its authorization was found out; null = it asked for none. */
  readonly authorizationEvidence: Looked['evidence'] | null;
  /** Why its authorization must not be followed; null = nothing speaks against it. */
  readonly authorizationInvalid: string | null;
  /** It let in the person who signed in. */
  readonly signedIn: boolean;
  readonly looked: Looked;
}

/**
 * Asks a remote server what it is: which transport, who lets clients in, and (twice, as two clients, in both eras) what it
 * lists. A listing that cannot be had is a result.
 *
 * @throws GuardError `server-unreachable`, `address-refused`, `offline`, `interrupted`.
 */
export async function lookAtRemote(target: RemoteTarget, host: Host, progress: Progress): Promise<RemoteLooked> {
  const { url, headers, token } = target;
  progress(`asking ${new URL(url).host}`);
  // Without the headers first: who is let in with a key is told nothing about who gives out keys.
  const alone = await greetForLists(url, {}, host);
  const stranger = alone.greeting;
  const asked = await readAuthorization(url, stranger, host);
  const bearer = token?.current() ?? null;
  const known = Object.keys(headers).length > 0 || bearer !== null;
  const sent = bearer === null ? headers : { ...headers, authorization: `Bearer ${bearer}` };
  const greeting = known ? (await greetForLists(url, sent, host)).greeting : stranger;
  const { transport } = greeting;
  const { authorization } = asked;
  // What was open to a stranger was opened by no header.
  const opened = greeting.kind === 'talks' && stranger.kind === 'refuses' && bearer === null;
  // It lists for a stranger too, or could not be asked: what it does with the key is not tried out.
  const unopened = authorization.status === 'none' && Object.keys(headers).some(isKeyHeader);
  const found = {
    transport,
    authorization: opened || unopened ? { ...authorization, status: 'static' as const } : authorization,
    authorizationEvidence: unopened ? notNeeded(alone.lists) : asked.evidence,
    authorizationInvalid: asked.invalid,
    signedIn: greeting.kind === 'talks' && authorization.status !== 'none' && bearer !== null,
  };
  if (greeting.kind === 'refuses') {
    const withWhat = bearer !== null ? 'nobody in with the sign-in that was made' : 'nobody in with the headers that were given';
    const who = known ? withWhat : 'nobody in who is not known to it';
    const wanted = greeting.status === 403 ? insufficientScope(greeting.challenge) : null;
    const more = wanted === null ? '' : `; it wants ${wanted.scopes === null ? 'more rights' : `the scopes ${shownScopes(wanted.scopes)}`}`;
    return { ...found, looked: absent('failed', `it lets ${who} (HTTP ${greeting.status})${more}`) };
  }
  if (!target.listed) return { ...found, looked: absent('not-asked', '--no-probe was given') };
  const { shut, ...looked } = await listed(target, transport, host, progress);
  // Who says hello to anybody and then lists for nobody asks for something, and does not say what.
  const isUnknown = shut && found.authorization.status === 'none';
  return {
    ...found,
    ...(isUnknown ? { authorization: { ...authorization, status: 'unknown' as const }, authorizationEvidence: shutOut } : {}),
    looked,
  };
}

function notNeeded(lists: boolean): Evidence {
  const detail = `whether it wants the headers is not known: it ${lists ? 'lists' : 'says hello'} without them`;
  return { source: 'authorization', outcome: 'unavailable', detail };
}

const shutOut: Evidence = {
  source: 'authorization',
  outcome: 'unavailable',
  detail: 'it says hello to anybody, lists only for whom it knows, and does not say how to get in',
};

function shownScopes(scopes: readonly string[]): string {
  return printable(scopes.join(' '), { maxLength: 200 });
}

/** True for the name of a header that carries who asks: `authorization`, `x-api-key`, `cookie`. */
function isKeyHeader(name: string): boolean {
  return isSecretName(name) || /auth|cookie/.test(name);
}

/** `shut`: it was not heard, because it wants to know who asks. */
async function listed(
  target: RemoteTarget,
  transport: RemoteTransport,
  host: Host,
  progress: Progress,
): Promise<Looked & { readonly shut: boolean }> {
  const { url, headers, token, bounds = {} } = target;
  const bridge = { headTimeoutMs: limits.remoteHelloTimeoutMs, maxBytes: limits.probeMaxBytes };
  const told = { limited: '', shut: false };
  const hear = (text: string, code: string | null) => {
    if (code === 'rate-limited') told.limited = text;
    if (code === 'sign-in-needed') told.shut = true;
  };
  // What it did not say because it was asked too often is not what it does not have.
  const cut = () => absent('failed', told.limited, 'unavailable');
  const start = async () => {
    const child = connectRemote({ url, transport, headers, ...(token === null ? {} : { token }) }, host.http, hear, bridge);
    // Ended, not killed: a server keeps a session that nobody takes leave of.
    return { child: { ...child, kill: () => child.kill('SIGTERM') }, surroundings: {}, scratch: null, tree: null, envNames: [] };
  };
  const said = {
    first: 'asking as two clients, in both protocol eras',
    again: 'the answers differ: asking once more',
    views: 'a client that can do less is shown something else: asking as more of them',
  };
  try {
    const result = await probeStarted(start, { bounds, progress: (step) => progress(said[step]) }, host);
    if (told.limited !== '') return { ...cut(), invalid: null, shut: false };
    const eras = result.probed.manifest.eras.join(' and ');
    return {
      result,
      absence: null,
      evidence: { source: 'probe', outcome: 'verified', detail: `asked as two clients; speaks ${eras}` },
      invalid: null,
      shut: false,
    };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    if (told.limited !== '') return { ...cut(), invalid: null, shut: false };
    const why = withWhy(cause);
    const invalid = cause.code === 'listing-invalid';
    return { ...absent('failed', why, invalid ? 'invalid' : 'unavailable'), invalid: invalid ? why : null, shut: told.shut && !invalid };
  }
}
