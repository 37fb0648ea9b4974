import { setMaxListeners } from 'node:events';
import { GuardError } from '../model/errors.ts';
import type { Host } from './host.ts';

export interface Interruptible {
  readonly host: Host;
  /** Stops listening for signals. */
  readonly release: () => void;
}

/**
 * The same host, where the first signal ends what may take long: waiting for the network or for a person rejects with
 * `interrupted`, and nothing is started any more. The command then unwinds as after any failure, so that its folders and
 * half-made trees go; writing that has begun is finished or undone, never cut. A second signal kills as usual.
 */
export function interruptible(host: Host): Interruptible {
  const stop = new AbortController();
  // As many wait for it as there are requests under way: Node's warning about that would be noise on a person's terminal.
  setMaxListeners(0, stop.signal);
  const release = host.processes.onSignal(() => {
    release();
    stop.abort(new GuardError('interrupted', 'interrupted; nothing was changed'));
  });
  const until = async <T>(action: () => Promise<T>): Promise<T> => {
    stop.signal.throwIfAborted();
    let forget = () => {};
    const interrupted = new Promise<never>((_, reject) => {
      const listener = () => reject(stop.signal.reason);
      stop.signal.addEventListener('abort', listener);
      forget = () => stop.signal.removeEventListener('abort', listener);
    });
    try {
      return await Promise.race([action(), interrupted]);
    } finally {
      forget();
    }
  };
  const { http, npm, processes, terminal } = host;
  return {
    release,
    host: {
      ...host,
      npm: {
        registryFor: (name) => until(() => npm.registryFor(name)),
        packument: (name) => until(() => npm.packument(name)),
        document: (name, path, bounds) => until(() => npm.document(name, path, bounds)),
        resolveTree: (name, version) => until(() => npm.resolveTree(name, version)),
        tarball: (resolved, maxBytes, cacheKey) => until(() => npm.tarball(resolved, maxBytes, cacheKey)),
      },
      http: {
        get: (url, request) => until(() => http.get(url, request)),
        open: (url, exchange) => until(() => http.open(url, exchange)),
        proxyOf: (url) => http.proxyOf(url),
      },
      processes: {
        ...processes,
        spawn: async (command, args, options) => {
          stop.signal.throwIfAborted();
          return processes.spawn(command, args, options);
        },
      },
      terminal: {
        ...terminal,
        ask: (question) => until(() => terminal.ask(question)),
        askSecret: (question) => until(() => terminal.askSecret(question)),
      },
    },
  };
}
