import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import type { Era } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import type { Connection } from './connection.ts';
import { type Introduced, initializeVersions, offeredVersion, statelessMeta, statelessVersion } from './identities.ts';
import type { ProbeBounds } from './request.ts';

/** What a server says of itself before it lists anything. */
export interface Introduction {
  readonly serverInfo: JsonObject | null;
  readonly instructions: string | null;
  readonly capabilities: JsonObject;
}

/**
 * The server's introduction in one era; null = it does not speak that era.
 * A server that never answers `server/discover`, or dies of it, is one that does not know it.
 *
 * @throws GuardError `probe-failed`, `listing-invalid`.
 */
export function introduce(connection: Connection, client: Introduced, era: Era, bounds: ProbeBounds): Promise<Introduction | null> {
  return era === 'initialize' ? initialize(connection, client, bounds) : discover(connection, client, bounds);
}

/** @see MCP 2025-11-25, Lifecycle */
async function initialize(
  connection: Connection,
  { identity, capabilities }: Introduced,
  bounds: ProbeBounds,
): Promise<Introduction | null> {
  const params = { protocolVersion: offeredVersion, capabilities, clientInfo: identity };
  const answer = await connection.request('initialize', params, bounds.requestTimeoutMs);
  if ('error' in answer) return null;
  const { protocolVersion, serverInfo } = answer.result;
  if (typeof protocolVersion !== 'string' || !initializeVersions.includes(protocolVersion)) {
    const version = typeof protocolVersion === 'string' ? printable(protocolVersion, { maxLength: 40 }) : 'none';
    throw new GuardError('probe-failed', 'the server wants a protocol version that no client speaks', {
      why: `it answered with ${version}`,
    });
  }
  connection.notify('notifications/initialized', {});
  return introductionOf(answer.result, serverInfo);
}

/** @see MCP 2026-07-28, server/discover */
async function discover(connection: Connection, client: Introduced, bounds: ProbeBounds): Promise<Introduction | null> {
  const answer = await connection.request('server/discover', statelessMeta(client), bounds.discoverTimeoutMs).catch((cause: unknown) => {
    if (cause instanceof GuardError && cause.code === 'probe-failed') return null;
    throw cause;
  });
  if (answer === null || 'error' in answer) return null;
  const { supportedVersions, _meta: meta } = answer.result;
  if (!Array.isArray(supportedVersions) || !supportedVersions.includes(statelessVersion)) return null;
  connection.noteInputRequests(answer.result);
  return introductionOf(answer.result, isObject(meta) ? meta['io.modelcontextprotocol/serverInfo'] : undefined);
}

function introductionOf(result: JsonObject, serverInfo: unknown): Introduction {
  const { instructions, capabilities } = result;
  if (instructions !== undefined && instructions !== null && typeof instructions !== 'string') {
    throw new GuardError('listing-invalid', 'the server sent something that is not the protocol', { why: 'its instructions are not text' });
  }
  return {
    serverInfo: isObject(serverInfo) ? serverInfo : null,
    instructions: instructions ?? null,
    capabilities: isObject(capabilities) ? capabilities : {},
  };
}
