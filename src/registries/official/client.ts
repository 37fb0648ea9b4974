import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { strictJsonOrNull } from '../../model/strict-json.ts';
import { parsePage, type RegistryEntry } from './schema.ts';

/** What the registry answers. Everything in it was written by publishers. */
export type FoundEntries =
  /** Never empty. */
  | { readonly is: 'served'; readonly entries: readonly RegistryEntry[] }
  | { readonly is: 'absent'; readonly why: string }
  | { readonly is: 'unavailable'; readonly why: string };

/** Of one server; the largest honest one has a few hundred versions. */
const maxPages = 20;

/**
 * Every version of a server in the official registry, deleted ones too: whether one counts says its status, never an HTTP
 * status. @param name `namespace/server`
 * @throws GuardError `config-invalid`, `file-too-large`, `offline`
 * @see https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/api/official-registry-api.md
 */
export async function fetchVersions(name: string, host: Pick<Host, 'http' | 'env' | 'now'>): Promise<FoundEntries> {
  const found = await fetchAll(`v0.1/servers/${encodeURIComponent(name)}/versions`, {}, host);
  if (found.is !== 'served') return found;
  const entries = found.entries.filter((entry) => entry.name === name);
  // Names are the same only letter by letter: an answer about another one is about another server.
  if (entries.length < found.entries.length) return { is: 'unavailable', why: 'the registry answered about another name' };
  return entries.length === 0 ? { is: 'absent', why: `the registry lists no ${name}` } : { is: 'served', entries };
}

/**
 * Names that differ from this one only in the case of their letters, which the registry lets somebody else have. null =
 * it could not be seen.
 */
export async function fetchTwins(name: string, host: Pick<Host, 'http' | 'env' | 'now'>): Promise<readonly string[] | null> {
  const search = name.slice(name.indexOf('/') + 1);
  const found = await fetchAll('v0.1/servers', { search, version: 'latest', limit: '100' }, host);
  if (found.is === 'unavailable') return null;
  const names = found.is === 'served' ? found.entries.map((entry) => entry.name) : [];
  return [...new Set(names)].filter((other) => other !== name && other.toLowerCase() === name.toLowerCase()).sort();
}

async function fetchAll(
  path: string,
  query: Readonly<Record<string, string>>,
  host: Pick<Host, 'http' | 'env' | 'now'>,
): Promise<FoundEntries> {
  const base = registryBase(host);
  if (base === null) return { is: 'unavailable', why: 'the MCP registry is not asked: PINFOLD_REGISTRY_URL says off' };
  const deadlineMs = host.now() + limits.evidenceTimeoutMs;
  const entries: RegistryEntry[] = [];
  const cursors = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url = new URL(path, base);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    if (cursor !== '') url.searchParams.set('cursor', cursor);
    const timeoutMs = deadlineMs - host.now();
    if (timeoutMs <= 0) return { is: 'unavailable', why: `${base.host} took too long` };
    const request = { headers: { accept: 'application/json' }, maxBytes: limits.evidenceMaxBytes, timeoutMs };
    const answer = await host.http.get(url.href, request).catch((cause: unknown) => notReached(base, cause));
    if ('is' in answer) return answer;
    if (answer.status === 404) return { is: 'absent', why: `${base.host} does not know it` };
    if (answer.status === 429) return { is: 'unavailable', why: `${base.host} was asked too often` };
    if (answer.status !== 200) return { is: 'unavailable', why: `${base.host} answered ${answer.status}` };
    const page = parsePage(strictJsonOrNull(answer.body));
    if (page === null || page.unread > 0) return { is: 'unavailable', why: `${base.host} answered something that cannot be read` };
    entries.push(...page.entries);
    cursor = page.nextCursor;
    if (cursor === null) break;
    if (cursors.has(cursor) || cursors.size >= maxPages) return { is: 'unavailable', why: `the list of ${base.host} does not end` };
    cursors.add(cursor);
  }
  return entries.length === 0 ? { is: 'absent', why: `${base.host} lists none` } : { is: 'served', entries };
}

/** Which of its addresses was asked helps nobody, and makes lines that fit no terminal. @throws whatever else it was */
function notReached(base: URL, cause: unknown): FoundEntries & { readonly is: 'unavailable' } {
  if (!(cause instanceof GuardError) || cause.code !== 'registry-unreachable') throw cause;
  return { is: 'unavailable', why: `cannot ask ${base.host}: ${cause.why ?? 'it does not answer'}` };
}

/** True unless the user does not want it to be asked. */
export function isRegistryAsked({ env }: Pick<Host, 'env'>): boolean {
  return env['PINFOLD_REGISTRY_URL'] !== 'off';
}

/** null = the user does not want it to be asked. Never taken from a project or a client. */
function registryBase({ env }: Pick<Host, 'env'>): URL | null {
  const said = env['PINFOLD_REGISTRY_URL'] ?? '';
  if (!isRegistryAsked({ env })) return null;
  const text = said === '' ? 'https://registry.modelcontextprotocol.io/' : said.endsWith('/') ? said : `${said}/`;
  if (URL.canParse(text)) return new URL(text);
  throw new GuardError('config-invalid', 'PINFOLD_REGISTRY_URL is no address', {
    hint: 'unset PINFOLD_REGISTRY_URL, or set it to `off`',
  });
}
