import type { Digest } from './digest.ts';

/**
 * What a pin's `agentSurface` says for a tool that `sampling/createMessage` may bring with it: the digest is that of the
 * whole tool, so that another word in it is another tool.
 *
 * @param name attacker-controlled
 * @see MCP 2025-11-25, CreateMessageRequestParams.tools
 */
export function samplingToolName(name: string, digest: Digest): string {
  return `sampling/createMessage tool ${JSON.stringify(name)} ${digest}`;
}
