import { join, resolve } from 'node:path';
import { feedFiles } from '../../advisories/feed.ts';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { readOptional } from '../../store/read-optional.ts';

/**
 * Serves the signed files of a feed's folder to this machine until a signal comes: to try a feed out. Any server of static
 * files does the same for others. Nothing but the two files of a feed is served.
 *
 * @throws GuardError `file-not-found` for a folder without a feed, `busy`
 */
export async function serveFeed(folder: string, tell: (origin: string) => void, host: Host): Promise<void> {
  const root = resolve(host.places.cwd, folder);
  const files: readonly string[] = Object.values(feedFiles);
  const there = await Promise.all(files.map((file) => host.files.stat(join(root, file))));
  if (there.every((stat) => stat === null)) {
    throw new GuardError('file-not-found', `there is no feed in ${folder}`, { hint: 'pinfold feed build --name NAME --key FILE' });
  }
  const answer = async (request: Request): Promise<Response> => {
    const file = files.find((one) => new URL(request.url).pathname === `/${one}`);
    const bytes = file === undefined || request.method !== 'GET' ? null : await readOptional(join(root, file), limits.feedMaxBytes, host);
    if (bytes === null) return new Response('not found\n', { status: 404 });
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' } });
  };
  const page = await host.page.serve(answer, {
    maxBodyBytes: limits.pageBodyMaxBytes,
    maxHeaderBytes: limits.pageHeadersMaxBytes,
    requestTimeoutMs: limits.pageRequestMaxMs,
    idleMs: limits.feedServeIdleMs,
    maxConnections: limits.pageMaxConnections,
  });
  const forget = host.processes.onSignal(() => void page.close());
  try {
    tell(page.origin);
    await page.ended;
  } finally {
    forget();
    await page.close();
  }
}
