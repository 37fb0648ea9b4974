// A server for the bench: lists as many tools as argv[2] says, of about argv[3] bytes each, and answers a call with as many
// bytes as its arguments ask for.
import { createInterface } from 'node:readline';

const [count, size] = process.argv.slice(2).map(Number);
const words = 'what this tool does, said at some length. '.repeat(Math.ceil(size / 42)).slice(0, size);
const inputSchema = { type: 'object', properties: { bytes: { type: 'number' } } };
const tools = Array.from({ length: count }, (_, at) => ({ name: `tool_${at}`, description: words, inputSchema }));
const results = {
  initialize: () => ({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'bench', version: '1.0.0' } }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'tools/call': ({ arguments: { bytes } }) => ({ content: [{ type: 'text', text: 'x'.repeat(bytes) }] }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: results[method]?.(params) ?? {} })}\n`);
});
