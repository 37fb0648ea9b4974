import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { GuardError } from '../model/errors.ts';
import type { Relay, RelayPort } from './relay.ts';

/** Node's own sockets. Loaded when a port is wanted: few launches do. */
export function nodeRelay(): RelayPort {
  return { listen };
}

/** `O_PATH` of Linux on x64 and arm64, which Node does not name: holds on to a file without opening it. */
const pathOnly = 0o10000000;

async function listen(port: number, folder: string): Promise<Relay> {
  const { connect, createServer } = await import('node:net');
  const held = await open(folder, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const way = wayInto(`/proc/self/fd/${held.fd}/${port}`);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const serve = async (outside: Socket) => {
    keep(outside).on('error', () => outside.destroy());
    const path = await way.find();
    if (path === null || outside.destroyed) {
      outside.destroy();
      return;
    }
    const inside = keep(connect({ path, allowHalfOpen: true })).on('error', () => outside.destroy());
    inside.once('close', () => outside.destroy());
    outside.once('close', () => inside.destroy());
    outside.pipe(inside).pipe(outside);
  };
  const make = () => createServer({ allowHalfOpen: true }, (socket) => void serve(socket));
  const first = await bound(make(), '127.0.0.1', port).catch(async (cause: unknown) => {
    await held.close();
    throw cause;
  });
  // Browsers and Node may ask for `localhost` by the newer protocol first; not every machine has it.
  const second = await bound(make(), '::1', port).catch(() => null);
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [first, second].map((server) => new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)))),
      );
      await Promise.all([held.close(), way.close()]);
    },
  };
}

/** What lies at a path, once it is a socket, by a name that leads to that very socket whatever happens to the path. */
function wayInto(path: string) {
  let found: Awaited<ReturnType<typeof open>> | null = null;
  return {
    async find(): Promise<string | null> {
      if (found === null) {
        const file = await open(path, pathOnly | constants.O_NOFOLLOW).catch(() => null);
        if (file === null) return null;
        if (found !== null || !(await file.stat()).isSocket()) await file.close();
        else found = file;
      }
      return found === null ? null : `/proc/self/fd/${found.fd}`;
    },
    close: async () => found?.close(),
  };
}

function bound(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
      reject(new GuardError('busy', `port ${port} cannot be had`, { why, cause }));
    });
    server.listen({ host, port, exclusive: true }, () => resolve(server.unref()));
  });
}
