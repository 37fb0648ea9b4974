import type { Host } from '../../host/host.ts';
import type { JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { strictJsonOrNull } from '../../model/strict-json.ts';
import type { PackageIndex } from './index-url.ts';
import type { ProjectFile } from './simple-api.ts';

/** What an index says of where a file comes from. */
export type FoundProvenance =
  /** Attacker-controlled. */
  | { readonly is: 'served'; readonly provenance: JsonValue; readonly from: string }
  | { readonly is: 'absent' | 'unavailable'; readonly why: string };

const accept = 'application/vnd.pypi.integrity.v1+json';

/**
 * The provenance of one file. Asked at the address that the index's own list of files names, which must lie on the index
 * or beside the file, and else at PyPI's integrity API where the index is PyPI. An index that names none and is not PyPI
 * may be a mirror that leaves it out: that is `unavailable`, and only PyPI's own "none" is `absent`.
 *
 * @throws GuardError as the HTTP port does
 * @see PEP 740, PEP 691 `provenance`; https://docs.pypi.org/api/integrity/
 */
export async function fetchProvenance(
  file: Pick<ProjectFile, 'filename' | 'url' | 'version' | 'provenance'>,
  project: string,
  index: PackageIndex,
  host: Pick<Host, 'http'>,
): Promise<FoundProvenance> {
  const base = new URL(index.url);
  const isPublic = base.origin === 'https://pypi.org';
  if (file.provenance === null) return { is: 'absent', why: `${index.shown} names none for ${file.filename}` };
  const named = file.provenance ?? (isPublic ? integrityUrl(base, project, file) : null);
  if (named === null) return { is: 'unavailable', why: `${index.shown} says nothing of provenance, which a mirror may leave out` };
  const url = new URL(named);
  if (url.origin !== base.origin && url.origin !== new URL(file.url).origin)
    return { is: 'unavailable', why: `${index.shown} sends elsewhere for it, to ${url.host}, which is not asked` };
  if (url.origin === base.origin) [url.username, url.password] = [base.username, base.password];
  const answer = await host.http.get(url.href, {
    headers: { accept },
    maxBytes: limits.evidenceMaxBytes,
    timeoutMs: limits.evidenceTimeoutMs,
  });
  if (new URL(answer.url).origin !== url.origin) return { is: 'unavailable', why: `${url.host} sent elsewhere, to ${answer.url}` };
  if (answer.status === 404 && file.provenance === undefined) return { is: 'absent', why: `${answer.url} has none` };
  if (answer.status !== 200) return { is: 'unavailable', why: `${answer.url} answered ${answer.status}` };
  const provenance = strictJsonOrNull(answer.body);
  return provenance === null
    ? { is: 'unavailable', why: `${answer.url} did not answer in JSON` }
    : { is: 'served', provenance, from: url.host };
}

function integrityUrl(base: URL, project: string, { version, filename }: Pick<ProjectFile, 'version' | 'filename'>): string {
  const path = [project, version, filename].map(encodeURIComponent).join('/');
  return `${base.origin}/integrity/${path}/provenance`;
}
