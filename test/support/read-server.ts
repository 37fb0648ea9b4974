import { z } from 'zod';
import { type oauthServer, protectedBy } from './oauth-server.ts';
import { remoteServer } from './remote-server.ts';

/** A remote server with one tool, `read`, that lets in whoever has a token for it of this issuer. `named`: the scopes that it names. */
export function readServer(issuer: Awaited<ReturnType<typeof oauthServer>>, named?: () => readonly string[]) {
  return remoteServer({
    setUp: (one) => void one.registerTool('read', { description: 'Reads.', inputSchema: z.object({}) }, async () => ({ content: [] })),
    before: protectedBy(
      () => issuer.origin,
      (token, resource) => issuer.resourceOf(token) === resource,
      named,
    ),
  });
}
