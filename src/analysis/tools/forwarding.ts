import type { Gap } from './registrations.ts';

/** One end of a bridge: what a client of another server is made of. */
const toAnother = /\b(?:StreamableHTTP|SSE|WebSocket|Stdio)ClientTransport\b/;
/** The other end: what this program is to its own client. */
const toTheClient = /\bStdioServerTransport\b|\bStreamableHTTPServerTransport\b/;
/** The same without the SDK: lines of standard input that are posted, with the session of the protocol. */
const posts = [/\bmcp-session-id\b/i, /\bfetch\s*\(|\.request\s*\(|axios/, /\bstdin\b/] as const;
const addresses = /\bhttps?:\/\/([\w.-]+\.[a-z]{2,})(?::\d+)?(\/[\w./-]*)?/gi;
/** Larger files are bundles: what of all that they hold is meant cannot be told. */
const maxText = 200_000;

/**
 * That a program passes on what another server lists, and which, where one address says so. It is told only where no tool
 * was found: many servers also use others. Words are enough for that; it excuses nothing.
 */
export function forwardingIn(path: string, text: string): readonly Gap[] {
  const isBridge = toAnother.test(text) && toTheClient.test(text);
  if (!isBridge && !posts.every((words) => words.test(text))) return [];
  const at = text.search(isBridge ? toAnother : posts[0]);
  const where = `${path}:${text.slice(0, at).split('\n').length}`;
  // A bundle of the whole SDK has both ends and may use neither.
  if (text.length > maxText)
    return [{ text: `tools may be listed by another server: the code has both ends of a bridge (${where})`, file: path }];
  const host = hostIn(text);
  return [{ text: `tools are listed by another server${host === null ? '' : `, ${host}`} (${where})`, file: path }];
}

function hostIn(text: string): string | null {
  const all = [...text.matchAll(addresses)];
  const speaking = all.filter(([, host = '', rest = '']) => /\bmcp\b/i.test(host) || /\/(?:mcp|sse)\b/i.test(rest));
  const hosts = new Set(speaking.map(([, host = '']) => host.toLowerCase()));
  const [only] = hosts;
  return hosts.size === 1 && only !== undefined ? only : null;
}
