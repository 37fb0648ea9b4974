import { basename } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { hitsFolder, hitsPath, readHits, type StoppingHit, stoppingNow } from '../store/hits.ts';
import type { ServerPlace } from '../store/server-place.ts';

/**
 * Looks at what is known about a running server whenever that changes (and once a minute, for what is told by nobody), and
 * tells each new hit once. Returns how to stop. A running server goes on: its client decides what becomes of the work that
 * is under way, and the next launch is refused.
 */
export function watchHits(place: ServerPlace, label: string, tell: (hit: StoppingHit) => void, host: Host): () => void {
  const told = new Set<string>();
  const file = basename(hitsPath(place, host));
  let stopped = false;
  const look = async () => {
    const record = await readHits(place, host).catch((cause: unknown) => {
      if (cause instanceof GuardError) return null; // half a file, or a damaged one: the next launch is refused for it
      throw cause;
    });
    for (const hit of stopped ? [] : stoppingNow(record, label, host.now())) {
      if (told.has(hit.id)) continue;
      told.add(hit.id);
      tell(hit);
    }
  };
  const again = () => {
    if (stopped) return;
    AbortSignal.timeout(limits.watchSweepMs).addEventListener('abort', () => void look().finally(again), { once: true });
  };
  const close = host.files.watch(hitsFolder(place, host), (name) => {
    if (name === null || name === file) void look();
  });
  void look(); // something may have come in during the launch itself
  again();
  return () => {
    stopped = true;
    close?.();
  };
}

/**
 * What a client is told about its running server: words of the record may be read by a model, so only its id, the pin's name
 * and the commands are in it.
 */
export function revokedMessage(name: string, { id, kind }: StoppingHit): string {
  const what = kind === 'revoked' ? 'was revoked' : 'is malicious, an advisory says';
  return `pinfold: ${name} ${what} (${printable(id, { maxLength: 100 })}). It goes on running until its client ends it, and is not started again. A person can look at it with: pinfold audit`;
}
