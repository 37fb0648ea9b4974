import { finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** The same in Python, by normalised names. */
const pythonProtocolPackage = /^(?:mcp|fastmcp|fastapi-mcp|mcp-agent|mcp-use|gradio-mcp|django-mcp-server)$/;

/** Dependencies that only MCP servers and clients have. */
const protocolPackage =
  /^(?:@modelcontextprotocol\/|fastmcp$|mcp-framework$|mcp-handler$|xmcp$|tmcp$|mcp-lite$|@mastra\/mcp$|@vercel\/mcp-adapter$)/;

/** Nothing listed by the code, nothing by a probe, no protocol package in the closure: probably not a server at all. */
export const notAServer: Check = {
  codes: ['not-a-server'],
  run({ artifact, closure, capabilities, static: found, probed, dependencies = [] }) {
    if (probed !== null) return [];
    const items = found.tools.length + found.prompts.length + found.resources.length;
    const surface = capabilities.capabilities.find((capability) => capability.class === 'agent.surface');
    const protocol = artifact.subject.startsWith('pkg:pypi/') ? pythonProtocolPackage : protocolPackage;
    const speaks = [...closure.packages.map((pkg) => pkg.name), ...dependencies].some((name) => protocol.test(name));
    const sees = surface?.verdict === 'seen' && surface.reach !== 'baseline';
    if (items > 0 || speaks || sees || found.gaps.some((gap) => /at run time/.test(gap))) return [];
    // Code that cannot be read may well be a server: said so rather than claimed either way.
    return [finding('not-a-server', `${artifact.name}@${artifact.version}`, { unreadable: surface?.verdict === 'cannot-tell' })];
  },
};
