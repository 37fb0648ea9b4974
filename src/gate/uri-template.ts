import { limits } from '../model/limits.ts';

const maxParts = 64;

/**
 * True when a URI can be an expansion of a template. An expression with an operator that keeps reserved characters
 * (`{+path}`, `{#part}`, `{/a,b}`, `{?q}`, `{&q}`, `{;p}`, `{.x}`) stands for any text, a simple `{name}` for any text
 * without `/`, `?` and `#`. Takes time linear in the URI for each part, whatever the template. Both are attacker-controlled.
 *
 * @see RFC 6570
 */
export function matchesTemplate(template: string, uri: string): boolean {
  const parts = template.split(/(\{[^{}]*\})/);
  if (uri.length > limits.uriMaxLength || parts.length > maxParts) return false;
  // reachable[i]: the parts so far can stand for the first i characters.
  let reachable = new Uint8Array(uri.length + 1);
  reachable[0] = 1;
  for (const part of parts) {
    if (part === '') continue;
    reachable = part.startsWith('{') && part.endsWith('}') ? behindExpression(part, uri, reachable) : behindLiteral(part, uri, reachable);
  }
  return reachable[uri.length] === 1;
}

function behindLiteral(literal: string, uri: string, reachable: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reachable.length);
  for (let at = uri.indexOf(literal); at !== -1; at = uri.indexOf(literal, at + 1)) {
    if (reachable[at] === 1) next[at + literal.length] = 1;
  }
  return next;
}

function behindExpression(expression: string, uri: string, reachable: Uint8Array): Uint8Array<ArrayBuffer> {
  const anything = /^\{[+#/?&;.]/.test(expression);
  const next = new Uint8Array(reachable.length);
  let inside = false;
  for (let at = 0; at < next.length; at += 1) {
    if (reachable[at] === 1) inside = true;
    if (inside) next[at] = 1;
    if (!anything && /[/?#]/.test(uri.charAt(at))) inside = false;
  }
  return next;
}
