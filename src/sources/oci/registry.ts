import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import type { HttpAnswer } from '../../host/http.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';
import { strictJsonOrNull } from '../../model/strict-json.ts';
import { askOnce } from '../remote/ask.ts';
import { isLoopbackName } from '../remote/url.ts';
import type { ImageReference } from './reference.ts';

/** One repository of a registry, opened for reading. */
export interface ImageRepository {
  /** A manifest by tag or digest; null = there is none. What was asked for by digest has that digest. @throws GuardError */
  manifest(reference: string): Promise<ImageManifest | null>;
  /** The referrers of a manifest; null = the registry has no such list. @throws GuardError */
  referrers(digest: string, artifactType: string): Promise<ImageManifest | null>;
  /** Bytes with a digest; null = they are not there. @throws GuardError */
  blob(digest: string): Promise<Uint8Array | null>;
}

export interface ImageManifest {
  /** `sha256:<hex>` of its bytes. */
  readonly digest: string;
  readonly content: ManifestContent;
}

const descriptor = z.object({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional().catch(undefined),
});

/** An image manifest or an index, as far as it is read. @see OCI image spec 1.1 */
const contentSchema = z.object({
  subject: descriptor.optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).max(1_000).optional(),
  manifests: z.array(descriptor).max(1_000).optional(),
});

export type ManifestContent = z.infer<typeof contentSchema>;

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Reads one repository, without a login. Where the registry wants a token it is asked for once, at the place that the
 * registry names: on its own origin, or at a public https address; nothing that is secret is sent there.
 *
 * @see https://github.com/opencontainers/distribution-spec, https://distribution.github.io/distribution/spec/auth/token/
 */
export function openRepository({ host: name, path }: Pick<ImageReference, 'host' | 'path'>, host: Pick<Host, 'http'>): ImageRepository {
  const origin = originOf(name);
  let token: string | null = null;
  const ask = async (place: string, accept: string): Promise<HttpAnswer> => {
    const url = `${origin}/v2/${path}/${place}`;
    const bounds = { maxBytes: limits.evidenceMaxBytes, timeoutMs: limits.evidenceTimeoutMs };
    const headers = () => ({ accept, ...(token === null ? {} : { authorization: `Bearer ${token}` }) });
    const answer = await host.http.get(url, { headers: headers(), ...bounds });
    if (answer.status !== 401 || token !== null) return answer;
    token = await fetchToken(url, origin, path, host);
    return host.http.get(url, { headers: headers(), ...bounds });
  };
  const parsed = async (place: string, digest: string | null): Promise<ImageManifest | null> => {
    const answer = await ask(place, manifestTypes);
    if (answer.status === 404) return null;
    const found = digestOf(bodyOf(answer, name));
    if (digest !== null && found !== digest) throw invalid(name, `it serves ${found} where ${digest} was asked for`);
    const content = contentSchema.safeParse(strictJsonOrNull(answer.body));
    if (!content.success) throw invalid(name, `${place} is no manifest`);
    return { digest: found, content: content.data };
  };
  return {
    manifest: (reference) => parsed(`manifests/${reference}`, reference.startsWith('sha256:') ? reference : null),
    referrers: (digest, artifactType) => parsed(`referrers/${digest}?artifactType=${encodeURIComponent(artifactType)}`, null),
    async blob(digest) {
      const answer = await ask(`blobs/${digest}`, '*/*');
      if (answer.status === 404) return null;
      const bytes = bodyOf(answer, name);
      if (digestOf(bytes) !== digest) throw invalid(name, `it serves other bytes than ${digest}`);
      return bytes;
    },
  };
}

function originOf(name: string): string {
  const at = name === 'docker.io' ? 'registry-1.docker.io' : name;
  const { hostname } = new URL(`https://${at}`);
  return `${isLoopbackName(hostname) ? 'http' : 'https'}://${at}`;
}

const tokenSchema = z.object({ token: z.string().min(1).max(64_000).optional(), access_token: z.string().min(1).max(64_000).optional() });

/** A token that lets anybody read; null = the registry wants none that can be had without a login. */
async function fetchToken(url: string, origin: string, path: string, host: Pick<Host, 'http'>): Promise<string | null> {
  const refused = await askOnce(host.http, url, { method: 'GET', headers: { accept: manifestTypes }, body: null, reach: 'named' });
  const challenge = refused.headers['www-authenticate'] ?? '';
  const said = (name: string) => new RegExp(`(?:^Bearer |[ ,])${name}="([^"]{1,2000})"`, 'i').exec(challenge)?.[1];
  const realm = said('realm') ?? '';
  if (!/^bearer /i.test(challenge) || !URL.canParse(realm)) return null;
  const at = new URL(realm);
  if (at.origin !== origin && at.protocol !== 'https:')
    throw invalid(new URL(origin).host, `it sends for a token to ${at.origin}, without encryption`);
  const service = said('service');
  if (service !== undefined) at.searchParams.set('service', service);
  // What is asked for is chosen here, never by the registry.
  at.searchParams.set('scope', `repository:${path}:pull`);
  const reach = at.origin === origin ? 'named' : 'public';
  const { status, body } = await askOnce(host.http, at.href, { method: 'GET', headers: { accept: 'application/json' }, body: null, reach });
  const parsed = status === 200 ? tokenSchema.safeParse(strictJsonOrNull(body)) : null;
  return parsed?.success === true ? (parsed.data.token ?? parsed.data.access_token ?? null) : null;
}

function bodyOf(answer: HttpAnswer, name: string): Uint8Array {
  if (answer.status === 200) return answer.body;
  const why =
    answer.status === 401 || answer.status === 403
      ? 'it wants a login'
      : answer.status === 429
        ? 'it was asked too often'
        : `it answered ${answer.status}`;
  throw new GuardError('registry-unreachable', `cannot ask ${printable(name)}`, { why });
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function invalid(name: string, why: string): GuardError {
  return new GuardError('registry-answer-invalid', `the answer of ${printable(name)} makes no sense`, { why });
}
