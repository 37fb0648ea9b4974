import { limits } from './limits.ts';

/**
 * The values of one parameter of a `WWW-Authenticate` header, quoted or not, each once, in their order; empty = it has none.
 * What stands inside of another parameter's quotes is text. Attacker-controlled, as the header is.
 *
 * @see RFC 9110 §11.2
 */
export function challengeParameters(challenge: string, name: string): readonly string[] {
  const found: string[] = [];
  const parameters = /(?<=^|[\s,])([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^\s",]+))/g;
  for (const [, own = '', quoted, plain = ''] of challenge.slice(0, 8_192).matchAll(parameters)) {
    if (own.toLowerCase() === name) found.push(quoted?.replace(/\\(.)/g, '$1') ?? plain);
  }
  return [...new Set(found)];
}

/** The first of `challengeParameters`; null = there is none. */
export function challengeParameter(challenge: string, name: string): string | null {
  return challengeParameters(challenge, name)[0] ?? null;
}

/** Scopes, sorted, each once; null = it is no list of scopes, or one that is too long. @see RFC 6749 §3.3 */
export function scopeList(values: readonly unknown[]): readonly string[] | null {
  const isScope = (value: unknown): value is string => typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(value);
  return values.length <= limits.remoteMaxScopes && values.every(isScope) ? [...new Set(values)].sort() : null;
}

/**
 * What a refusal (403) wants more than the token is good for; null = it is refused for another reason. `scopes` null: it
 * names none that could be read.
 *
 * @see RFC 6750 §3.1; MCP 2025-11-25, basic/authorization, Scope Challenge Handling
 */
export function insufficientScope(challenge: string): { readonly scopes: readonly string[] | null } | null {
  if (challengeParameter(challenge, 'error') !== 'insufficient_scope') return null;
  const named = challengeParameter(challenge, 'scope')?.split(' ') ?? [];
  return { scopes: named.length === 0 ? null : scopeList(named) };
}
