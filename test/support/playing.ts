import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Played {
  readonly origin: string;
  /** `path?query` of every request, in order. */
  readonly requests: readonly string[];
}

/** A server on 127.0.0.1 that plays a public service; gone when the test ends. */
export async function play(answer: (path: URL, request: IncomingMessage, response: ServerResponse) => void): Promise<Played> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(new URL(request.url ?? '/', 'http://localhost'), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** One record of the official MCP registry. */
export function registryRecord(
  name: string,
  version: string,
  over: Readonly<Record<string, unknown>> = {},
  official: Readonly<Record<string, unknown>> = {},
) {
  return {
    server: { name, description: 'a server', version, ...over },
    _meta: {
      'io.modelcontextprotocol.registry/official': { status: 'active', isLatest: false, publishedAt: '2026-01-02T03:04:05Z', ...official },
    },
  };
}

/** The official registry with these records, deleted ones too. */
export async function playRegistry(
  records: readonly ReturnType<typeof registryRecord>[],
): Promise<Played & { readonly env: Readonly<Record<string, string>> }> {
  const played = await play((url, _request, response) => {
    const of = /^\/v0\.1\/servers\/([^/]+)\/versions$/.exec(url.pathname)?.[1];
    const search = url.searchParams.get('search') ?? '';
    const found = records.filter(({ server }) =>
      of === undefined ? server.name.includes(search) : server.name === decodeURIComponent(of),
    );
    if (of !== undefined && found.length === 0) return json(response, { title: 'Not Found' }, 404);
    return json(response, { servers: found, metadata: { count: found.length, nextCursor: '' } });
  });
  return { ...played, env: { PINFOLD_REGISTRY_URL: played.origin } };
}
