// More servers that many people use, for `npm run alarms`: at exact versions, because what is measured is whether the gate
// withholds words that did not change. Nothing of them is labelled; they are started in the sandbox of that script only.
export const moreServers = [
  '@21st-dev/magic@0.2.3',
  '@agentdeskai/browser-tools-mcp@2.0.2',
  '@antv/mcp-server-chart@0.9.10',
  '@apify/actors-mcp-server@0.16.0',
  '@elastic/mcp-server-elasticsearch@0.3.1',
  '@eslint/mcp@0.3.13',
  '@executeautomation/database-server@1.1.0 /data.db',
  '@mobilenext/mobile-mcp@1.0.4',
  '@modelcontextprotocol/server-brave-search@0.6.2',
  '@modelcontextprotocol/server-gitlab@2025.4.25',
  '@modelcontextprotocol/server-google-maps@0.6.2',
  '@modelcontextprotocol/server-postgres@0.6.2 postgresql://localhost/mydb',
  '@modelcontextprotocol/server-slack@2025.4.25',
  '@mui/mcp@0.1.6',
  '@neondatabase/mcp-server-neon@0.6.5',
  '@shopify/dev-mcp@1.16.0',
  '@sveltejs/mcp@0.1.26',
  'mcp-mermaid@0.4.1',
  'mcp-searxng@2.4.0',
  'n8n-mcp@2.87.0',
  'next-devtools-mcp@0.4.0',
  'xcodebuildmcp@2.7.0',
].map((line) => {
  const [server, ...args] = line.split(' ');
  return { server, args, kind: 'server' };
});
