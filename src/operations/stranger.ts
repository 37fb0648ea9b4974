import { connectRemote } from '../gate/http/remote-child.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { RemoteAuthorization, RemoteTransport } from '../model/remote.ts';
import { type Connection, connect } from '../probe/connection.ts';
import { introduce } from '../probe/handshake.ts';
import { identities, statelessMeta } from '../probe/identities.ts';
import { defaultBounds } from '../probe/request.ts';
import { type Greeting, greet } from '../sources/remote/greet.ts';

/** How a server takes somebody. */
export interface Taken {
  readonly greeting: Greeting;
  /** It answered every list that it has. False where it refused one, or one could not be had: that is no yes to anybody. */
  readonly lists: boolean;
}

/**
 * How a server takes whoever comes with these headers: as `greet`, and where it says hello, whether it then lists too. Many
 * servers say hello to anybody and refuse the first list: who lets clients in is told there, not before. What it lists is
 * looked at by nobody here, and no call is made.
 *
 * @param headers none, or secrets for this origin
 * @throws GuardError as `greet`.
 */
export async function greetForLists(url: string, headers: Readonly<Record<string, string>>, host: Pick<Host, 'http'>): Promise<Taken> {
  const greeting = await greet(url, headers, host);
  if (greeting.kind === 'refuses') return { greeting, lists: false };
  const { transport } = greeting;
  const { refusal, lists } = await askLists(url, transport, headers, host);
  if (refusal === null) return { greeting, lists };
  return { greeting: { kind: 'refuses', transport, ...refusal }, lists: false };
}

/**
 * The same of a stranger, for a server that was approved as one that somebody signs in to. One that wants a sign-in for
 * calls only is not asked for its lists: it names who lets clients in by itself.
 *
 * @throws GuardError as `greet`; `server-unreachable` where it says hello and could not be asked whether it lists.
 */
export async function greetAsStranger(url: string, { status }: RemoteAuthorization, host: Pick<Host, 'http'>): Promise<Greeting> {
  if (status === 'oauth-calls') return greet(url, {}, host);
  const { greeting, lists } = await greetForLists(url, {}, host);
  // Otherwise whoever fails at the right moment is asked for nothing, and gets the token.
  if (greeting.kind === 'talks' && !lists)
    throw new GuardError('server-unreachable', 'who lets clients in could not be looked at', {
      why: 'it says hello to anybody, and did not answer when it was to list without a sign-in',
      hint: 'run the same command again later',
    });
  return greeting;
}

type Refusal = Pick<Extract<Greeting, { kind: 'refuses' }>, 'status' | 'challenge'>;

async function askLists(
  url: string,
  transport: RemoteTransport,
  headers: Readonly<Record<string, string>>,
  { http }: Pick<Host, 'http'>,
): Promise<{ readonly refusal: Refusal | null; readonly lists: boolean }> {
  const refusals: Refusal[] = [];
  const noting: Pick<Host['http'], 'open'> = {
    async open(where, exchange) {
      const opened = await http.open(where, exchange);
      const { status } = opened;
      // The stream of what it says by itself is no list: many refuse it to everybody.
      if (exchange.method === 'POST' && (status === 401 || status === 403))
        refusals.push({ status, challenge: opened.headers['www-authenticate'] ?? '' });
      return opened;
    },
  };
  const bridge = { headTimeoutMs: limits.remoteHelloTimeoutMs, maxBytes: limits.probeMaxBytes };
  const child = connectRemote({ url, transport, headers }, noting, () => {}, bridge);
  const connection = connect({ child, surroundings: {}, scratch: null, tree: null, envNames: [] }, bounds);
  AbortSignal.timeout(limits.remoteListsMaxMs).addEventListener('abort', () => child.kill('SIGKILL'));
  try {
    const lists = await answersLists(connection, () => refusals.length > 0);
    return { refusal: refusals[0] ?? null, lists };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { refusal: refusals[0] ?? null, lists: false };
  } finally {
    // Ended, not killed: a server keeps a session that nobody takes leave of.
    child.kill('SIGTERM');
    await child.exited;
  }
}

const bounds = { ...defaultBounds, requestTimeoutMs: limits.remoteHelloTimeoutMs, discoverTimeoutMs: limits.remoteHelloTimeoutMs };
const client = { identity: identities[0], capabilities: {} };
const listed = ['tools', 'prompts', 'resources'];

/** One list after the other, until one is refused. @throws GuardError as `Connection.request`. */
async function answersLists(connection: Connection, isRefused: () => boolean): Promise<boolean> {
  const told = await introduce(connection, client, 'initialize', bounds);
  if (isRefused()) return false;
  const [has, params] =
    told === null ? [['tools'], statelessMeta(client)] : [listed.filter((one) => Object.hasOwn(told.capabilities, one)), {}];
  // One that says it has nothing may refuse to say so; its error about that is none.
  if (has.length === 0) {
    await connection.request('tools/list', {}, bounds.requestTimeoutMs);
    return !isRefused();
  }
  for (const one of has) {
    const answer = await connection.request(`${one}/list`, params, bounds.requestTimeoutMs);
    if (isRefused() || 'error' in answer) return false;
  }
  return true;
}
