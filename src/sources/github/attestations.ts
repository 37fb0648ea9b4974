import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { strictJsonOrNull } from '../../model/strict-json.ts';

/** What GitHub says about attestations of some bytes. */
export type FoundAttestations =
  /** Attacker-controlled JSON values; empty = there are none. */
  { readonly is: 'served'; readonly bundles: readonly unknown[] } | { readonly is: 'unavailable'; readonly why: string };

const maxBundles = 30;
const answerSchema = z.object({ attestations: z.array(z.object({ bundle: z.unknown() })).max(maxBundles) });

/**
 * The attestations that a repository of GitHub has for a SHA-256. Asked without a login, which a private repository
 * answers like one that does not exist: that is `unavailable`, never "none".
 *
 * @param repository `owner/name`, attacker-controlled
 * @throws GuardError `config-invalid`, and as the HTTP port
 * @see https://docs.github.com/rest/repos/repos#list-attestations
 */
export async function fetchGitHubAttestations(
  repository: string,
  sha256: string,
  host: Pick<Host, 'http' | 'env'>,
): Promise<FoundAttestations> {
  const base = githubApi(host);
  if (base === null) return { is: 'unavailable', why: 'GitHub is not asked: PINFOLD_GITHUB_URL says off' };
  const [, owner, name] = /^([\w-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || name === undefined || /^\.+$/.test(name) || !/^[0-9a-f]{64}$/.test(sha256))
    return { is: 'unavailable', why: `${repository} is no name of a repository` };
  const url = new URL(`repos/${owner}/${name}/attestations/sha256:${sha256}?per_page=${maxBundles}`, base);
  const answer = await host.http.get(url.href, {
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    maxBytes: limits.evidenceMaxBytes,
    timeoutMs: limits.evidenceTimeoutMs,
  });
  if (answer.status !== 200) return { is: 'unavailable', why: statusWords(answer.status, repository) };
  const parsed = answerSchema.safeParse(strictJsonOrNull(answer.body));
  if (!parsed.success) return { is: 'unavailable', why: `${url.host} did not answer with a list of attestations` };
  const bundles = parsed.data.attestations.map(({ bundle }) => bundle);
  return bundles.some((bundle) => bundle === null || bundle === undefined)
    ? { is: 'unavailable', why: `${url.host} names bundles that lie elsewhere, which is not asked` }
    : { is: 'served', bundles };
}

/** null = the user does not want it to be asked. Never taken from a project or a client. */
function githubApi({ env }: Pick<Host, 'env'>): URL | null {
  const said = env['PINFOLD_GITHUB_URL'] ?? '';
  if (said === 'off') return null;
  const text = said === '' ? 'https://api.github.com/' : said.endsWith('/') ? said : `${said}/`;
  if (URL.canParse(text)) return new URL(text);
  throw new GuardError('config-invalid', 'PINFOLD_GITHUB_URL is no address', { hint: 'unset PINFOLD_GITHUB_URL, or set it to `off`' });
}

function statusWords(status: number, repository: string): string {
  if (status === 404) return `no attestation of ${repository} can be seen: there is none, or it is private`;
  return status === 403 || status === 429 ? 'asked too often; GitHub answers again within the hour' : `it answered ${status}`;
}
