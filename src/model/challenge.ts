import { limits } from './limits.ts';

/**
 * One parameter of a `WWW-Authenticate` header, quoted or not; null = it has none. Attacker-controlled, as the header is.
 *
 * @see RFC 9110 §11.2
 */
export function challengeParameter(challenge: string, name: string): string | null {
  const found = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s",]+))`, 'i').exec(challenge.slice(0, 8_192));
  return found === null ? null : (found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? null);
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
