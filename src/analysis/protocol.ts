/** Dependencies that only MCP servers and clients have. */
const npmPackage =
  /^(?:@modelcontextprotocol\/|fastmcp$|mcp-framework$|mcp-handler$|xmcp$|tmcp$|mcp-lite$|@mastra\/mcp$|@vercel\/mcp-adapter$)/;

/** The same in Python, by normalised names. */
const pythonPackage = /^(?:mcp|fastmcp|fastapi-mcp|mcp-agent|mcp-use|gradio-mcp|django-mcp-server)$/;

/** True when one of these packages is a library of the protocol. */
export function speaksProtocol(packages: readonly string[], ecosystem: 'npm' | 'pypi'): boolean {
  const library = ecosystem === 'pypi' ? pythonPackage : npmPackage;
  return packages.some((name) => library.test(name));
}

/** True for a name that says what it is: `@vendor/mcp`, `mcp-server-x`. */
export function isNamedServer(name: string): boolean {
  return /(?:^|[-@/_.])mcp(?:[-_/.]|$)|model-?context-?protocol/i.test(name);
}
