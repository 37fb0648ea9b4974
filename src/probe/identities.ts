import type { JsonObject } from '../model/json.ts';
import { type ViewCapability, viewCapabilities } from '../model/views.ts';

/** How two widespread clients introduce themselves, by clientInfo as seen on the wire in 2026. */
export const identities = [
  { name: 'claude-ai', version: '0.1.0' },
  { name: 'cursor-vscode', version: '1.0.0' },
] as const satisfies readonly JsonObject[];

export type Identity = (typeof identities)[number];

/** Who asks, and what it can do. */
export interface Introduced {
  readonly identity: Identity;
  readonly capabilities: JsonObject;
}

/** Each capability with all that belongs to it. @see MCP 2025-11-25, ClientCapabilities */
const offers = {
  elicitation: { form: {}, url: {} },
  roots: { listChanged: true },
  sampling: { tools: {}, context: {} },
  tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
} as const satisfies Record<ViewCapability, JsonObject>;

/** What a client declares that can do this and nothing else. */
export function capabilitiesOf(names: readonly ViewCapability[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, offers[name]]));
}

/** Everything a client can offer: servers hide tools from clients that lack what the tools need. */
export const fullCapabilities: JsonObject = capabilitiesOf(viewCapabilities);

/** The newest version of the `initialize` era, which is offered, and all that a server may choose instead. */
export const offeredVersion = '2025-11-25';
export const initializeVersions: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', offeredVersion];

export const statelessVersion = '2026-07-28';

/** What every request of the stateless era carries. @see MCP schema 2026-07-28, RequestMetaObject */
export function statelessMeta({ identity, capabilities }: Introduced): JsonObject {
  return {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': statelessVersion,
      'io.modelcontextprotocol/clientInfo': identity,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  };
}
