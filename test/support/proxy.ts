import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Proxy {
  readonly url: string;
  /** Host and port of every tunnel that was asked for. */
  readonly asked: readonly string[];
  /** From now on it lets nothing through. */
  refuse(): void;
}

/** A proxy on 127.0.0.1 that opens tunnels (CONNECT); gone when the test ends. */
export async function startProxy(): Promise<Proxy> {
  const asked: string[] = [];
  let isOpen = true;
  const server = createServer((_, response) => void response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '');
    socket.on('error', () => undefined);
    if (!isOpen) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    target.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refuse() {
      isOpen = false;
    },
  };
}
