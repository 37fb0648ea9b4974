import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';

/** How a repository stands; `gone` also stands for one that is private. */
export type RepositoryState =
  | { readonly state: 'here'; readonly archived: boolean; readonly fullName: string }
  | { readonly state: 'gone' }
  | { readonly state: 'unknown'; readonly why: string };

const schema = z.object({ full_name: z.string(), archived: z.boolean() });

/**
 * Asks GitHub about a repository, without a login: sixty questions an hour, which is why a refusal is `unknown` and never more.
 *
 * @param repository `owner/name`
 * @see https://docs.github.com/en/rest/repos/repos#get-a-repository
 */
export async function repositoryState(repository: string, host: Host): Promise<RepositoryState> {
  const said = host.env['PINFOLD_GITHUB_URL'] ?? '';
  if (said === 'off') return { state: 'unknown', why: 'PINFOLD_GITHUB_URL says off' };
  const base = said === '' ? 'https://api.github.com' : said.replace(/\/$/, '');
  const url = `${base}/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  try {
    const answer = await host.http.get(url, {
      headers: { accept: 'application/vnd.github+json' },
      maxBytes: limits.remoteMetadataMaxBytes,
      timeoutMs: limits.evidenceTimeoutMs,
    });
    if (answer.status === 404) return { state: 'gone' };
    if (answer.status !== 200) return { state: 'unknown', why: `it answered ${answer.status}` };
    const parsed = schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)));
    if (!parsed.success) return { state: 'unknown', why: 'its answer makes no sense' };
    return { state: 'here', archived: parsed.data.archived, fullName: parsed.data.full_name };
  } catch (cause) {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return { state: 'unknown', why: cause.why ?? cause.message };
    if (cause instanceof SyntaxError || cause instanceof TypeError) return { state: 'unknown', why: 'its answer makes no sense' };
    throw cause;
  }
}
