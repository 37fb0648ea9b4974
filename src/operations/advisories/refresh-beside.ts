import { join } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { WatchEvent } from '../../model/entry-results.ts';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';

/**
 * Refreshes advisories and feeds now and every few hours, in a process of its own: `watch` stays small, and no answer of the
 * network can hold up the next look at a client's file. Tells each new hit once. What cannot be asked is asked again the
 * next time; `status` shows the age. Returns how to stop.
 */
export function refreshBeside(tell: (event: WatchEvent) => void, host: Host): () => void {
  const told = new Set<string>();
  const stopping = new AbortController();
  const once = async () => {
    for (const event of await refreshed(stopping.signal, host)) {
      const key = JSON.stringify([event.scope, event.name, event.id]);
      if (stopping.signal.aborted || told.has(key)) continue;
      told.add(key);
      tell(event);
    }
  };
  const again = () => {
    if (stopping.signal.aborted) return;
    void once().finally(() => AbortSignal.timeout(limits.refreshEveryMs).addEventListener('abort', again, { once: true }));
  };
  again();
  return () => stopping.abort();
}

type Revoked = Extract<WatchEvent, { event: 'revoked' }>;

async function refreshed(stopped: AbortSignal, host: Host): Promise<readonly Revoked[]> {
  try {
    const { nodePath, installation } = host.machine;
    const program = join(installation, 'bin', 'pinfold.js');
    const child = await host.processes.spawn(nodePath, [program, 'advisories', 'refresh', '--json'], {
      cwd: host.places.cwd,
      env: host.env,
      stderr: 'ignore',
      ownGroup: true,
    });
    const end = () => child.kill('SIGKILL');
    const ends = AbortSignal.any([stopped, AbortSignal.timeout(limits.refreshTimeoutMs * 4)]);
    if (ends.aborted) end();
    ends.addEventListener('abort', end, { once: true });
    child.stdin.end();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.advisoryCacheMaxBytes) end();
      else chunks.push(chunk);
    }
    await child.exited;
    ends.removeEventListener('abort', end);
    return revokedIn(JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonValue);
  } catch (cause) {
    if (cause instanceof GuardError || cause instanceof SyntaxError) return [];
    throw cause;
  }
}

/** Of a document of our own program; what is not understood of it is left out. */
function revokedIn(document: JsonValue): readonly Revoked[] {
  const servers = isObject(document) && Array.isArray(document['servers']) ? document['servers'] : [];
  return servers.flatMap((server) => {
    if (!isObject(server) || !Array.isArray(server['hits'])) return [];
    const { name, scope } = server;
    return server['hits'].flatMap((hit) => {
      if (!isObject(hit) || hit['kind'] === 'vulnerability' || hit['overriddenUntil'] !== null) return [];
      return [
        { event: 'revoked', name: String(name), scope: String(scope), id: String(hit['id']), summary: String(hit['summary']) } as const,
      ];
    });
  });
}
