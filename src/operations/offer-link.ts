import type { GateSession } from '../gate/session.ts';
import type { Host } from '../host/host.ts';
import type { ServedPage } from '../host/page.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { LockScope } from '../model/pin.ts';
import type { LaunchListener } from './gate-listener.ts';

/** What waits of one server, at the only path that the page answers at. Decides nothing. */
export type LookApp = (
  of: { readonly scope: LockScope; readonly name: string; readonly path: string; readonly remedy: string },
  host: Host,
) => (request: Request) => Promise<Response>;

/** Where the page comes from; loaded when somebody opens it. */
export type LoadLook = () => Promise<LookApp>;

interface Offering {
  readonly session: GateSession;
  readonly listener: Pick<LaunchListener, 'linkWanted' | 'offered'>;
  readonly scope: LockScope;
  readonly name: string;
  readonly remedy: string;
  /** null = this program has no page. */
  readonly look: LoadLook | null;
}

/**
 * Asks the person at the client, once in a session and once for the same words, to look at what was withheld, on a page
 * that this process serves until the session ends; where there is nothing new or no page, the client gets the log message.
 * Nothing waits for it. Returns how to end it.
 */
export function offerLink(offering: Offering, host: Host): () => Promise<void> {
  const { session, listener } = offering;
  let page: ServedPage | null = null;
  let isOver = false;
  const offer = async (isNews: boolean) => {
    const path = `/${host.randomId()}/`;
    page = isNews ? await servePage(path, offering, host) : null;
    if (isOver) return page?.close();
    for (const { bytes } of session.offer(page === null ? null : { id: host.randomId(), url: `${page.origin}${path}` }))
      host.terminal.stdout.write(bytes);
    if (page !== null) listener.offered();
  };
  let offered: Promise<void> = Promise.resolve();
  void listener.linkWanted.then((isNews) => {
    offered = offer(isNews);
    return offered;
  });
  return async () => {
    isOver = true;
    await offered;
    await page?.close();
  };
}

/** null = no port can be had: the client is told in another way. */
async function servePage(path: string, { scope, name, remedy, look }: Offering, host: Host): Promise<ServedPage | null> {
  if (look === null) return null;
  const answer = async (request: Request) => (await look())({ scope, name, path, remedy }, host)(request);
  return host.page
    .serve(answer, {
      maxBodyBytes: 0,
      maxHeaderBytes: limits.pageHeadersMaxBytes,
      requestTimeoutMs: limits.pageRequestMaxMs,
      idleMs: limits.pageIdleMs,
      maxConnections: limits.pageMaxConnections,
    })
    .catch((cause: unknown) => {
      if (cause instanceof GuardError) return null;
      throw cause;
    });
}
