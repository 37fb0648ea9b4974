import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { type PageEvent, reviewApp } from './app.ts';
import type { Probe } from './held.ts';
import { newKeys } from './keys.ts';

export type ServeEvent =
  | PageEvent
  | { readonly event: 'serving'; readonly link: string }
  | { readonly event: 'ended'; readonly why: 'idle' | 'closed' };

/**
 * Serves the review on a page of this machine until a signal comes or nobody has looked at it for `limits.pageIdleMs`.
 * `probe`: whether a server that `watch` stopped is started in the sandbox when it is looked at. The link is told once, to a person at a terminal: it opens the page once, for one browser.
 *
 * @throws GuardError `approval-needed` without a terminal: a program that could read the link could say yes to itself.
 */
export async function serveReview(host: Host, tell: (event: ServeEvent) => void, probe: Probe): Promise<void> {
  if (!host.terminal.interactive) {
    throw new GuardError('approval-needed', 'the page is opened from a terminal', {
      why: 'a person has to say yes, and where there is no terminal nobody could tell a person from a program',
      hint: 'in a terminal of your own: pinfold review --web',
    });
  }
  const keys = newKeys(host);
  const page = await host.page.serve(reviewApp(keys, host, tell, probe), {
    maxBodyBytes: limits.pageBodyMaxBytes,
    maxHeaderBytes: limits.pageHeadersMaxBytes,
    requestTimeoutMs: limits.pageRequestMaxMs,
    idleMs: limits.pageIdleMs,
    maxConnections: limits.pageMaxConnections,
  });
  const forget = host.processes.onSignal(() => void page.close());
  try {
    tell({ event: 'serving', link: `${page.origin}/open?token=${keys.token}` });
    tell({ event: 'ended', why: await page.ended });
  } finally {
    forget();
    await page.close();
  }
}
