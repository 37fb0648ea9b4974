import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Relay } from '../host/relay.ts';
import { GuardError } from '../model/errors.ts';

/** The ports of a profile on their way from this machine into the network of a sandbox, which is one of its own. */
export interface Ports {
  /** The folder that both sides see; null = no port has to be led. */
  readonly folder: string | null;
  /** The sandbox's command with the inner half of the way in it. */
  into(wrapped: string): string;
  /** Opens the outer half; a port that cannot be had is told, and the server runs without it. */
  open(onTaken: (port: number, why: string) => void): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

const none: Ports = { folder: null, into: (wrapped) => wrapped, open: async () => undefined, close: async () => undefined };

/** Sockets have short names. */
const maxPathBytes = 90;

/**
 * A server in a network namespace of its own can listen, but nobody outside reaches it. So a relay inside, which starts
 * before unix sockets are forbidden, leads a socket in a shared folder to the port, and a relay outside leads the port of
 * 127.0.0.1 to that socket. On macOS there is no such namespace: nothing has to be led, and
 * `seatbelt.ts` opens the ports.
 *
 * @throws GuardError `sandbox-unavailable` when the command is not what it was when this was written.
 */
export async function portsOf(listen: readonly number[], host: Host): Promise<Ports> {
  if (listen.length === 0 || host.machine.platform !== 'linux') return none;
  const folder = await host.files.realPath(await host.files.makeTempFolder(host.places.temp, 'pinfold-ports-'));
  const relays: Relay[] = [];
  return {
    folder,
    into(wrapped) {
      const found = [...wrapped.matchAll(/^(?:[\w./-]+\/)?socat TCP-LISTEN:1080,fork,reuseaddr UNIX-CONNECT:\S+ >\/dev\/null 2>&1 &\n/gm)];
      const [line] = found;
      if (line === undefined || found.length > 1 || !/^[\w./-]+$/.test(folder) || folder.length > maxPathBytes) throw cannotOpen();
      const inner = listen.map((port) => `socat UNIX-LISTEN:${join(folder, String(port))},fork TCP4:127.0.0.1:${port} >/dev/null 2>&1 &\n`);
      const after = line.index + line[0].length;
      return wrapped.slice(0, after) + inner.join('') + wrapped.slice(after);
    },
    async open(onTaken) {
      for (const port of listen) {
        try {
          relays.push(await host.relay.listen(port, folder));
        } catch (cause) {
          if (!(cause instanceof GuardError)) throw cause;
          onTaken(port, cause.why ?? cause.message);
        }
      }
    },
    async close() {
      await Promise.all(relays.map((relay) => relay.close()));
      await host.files.remove(folder).catch(() => undefined);
    },
  };
}

function cannotOpen(): GuardError {
  return new GuardError('sandbox-unavailable', 'the ports of this server cannot be opened, so it is not started', {
    why: 'the sandbox is not the version that pinfold knows, or the temporary folder has a strange name',
    hint: 'pinfold status',
  });
}
