import type { Host } from '../../host/host.ts';
import { reasonOf } from '../../model/errors.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import type { RegistryEntry } from '../../registries/official/schema.ts';
import { imageOf } from '../../sources/launch/docker.ts';
import type { ImageReference } from '../../sources/oci/reference.ts';
import type { ImageManifest, ImageRepository } from '../../sources/oci/registry.ts';
import { fetchServerName, type ServerName } from '../../sources/oci/server-name.ts';
import { vouchForListed } from './official-registry.ts';

export interface ListedImage {
  readonly image: ImageReference;
  readonly manifest: ImageManifest;
  readonly repository: ImageRepository;
  /** The name that it is said to have; null = only what its own label says. */
  readonly listedAs: string | null;
}

/** What the MCP registry says of an image that was named as listed there, or whose own label names an entry. Nothing = neither. */
export async function vouchForImage({ image, manifest, repository, listedAs }: ListedImage, host: Host): Promise<Vouched> {
  const said = await fetchServerName(manifest, repository).catch((cause: unknown): ServerName => ({ is: 'unread', why: reasonOf(cause) }));
  const unread = said.is === 'unread' ? unavailable(said.why) : [];
  const name = listedAs ?? (said.is === 'read' ? said.name : null);
  if (name === null) return { ...nothingVouched, evidence: unread };
  const claims = said.is === 'unread' ? null : said.name === null ? [] : [said.name];
  const at = { name: `${image.host}/${image.path}`, version: image.version };
  const found = { ...at, type: 'oci', claims, repository: null, sha256: null } as const;
  const read = (entry: RegistryEntry): RegistryEntry => ({
    ...entry,
    packages: entry.packages.map((one) => asImage(one, at, manifest.digest)),
  });
  try {
    return await vouchForListed({ name, how: 'it calls itself', found, read }, host);
  } catch (cause) {
    return { ...nothingVouched, evidence: unavailable(reasonOf(cause)) };
  }
}

/** An entry writes images as people do: `owner/server:1.2.3`, with a tag or a digest, or with the tag beside it. */
function asImage(
  listed: RegistryEntry['packages'][number],
  asked: { readonly version: string },
  digest: string,
): RegistryEntry['packages'][number] {
  const image = listed.type === 'oci' ? imageOf(listed.identifier) : null;
  if (image === null) return listed;
  const version = image.version ?? listed.version;
  return { ...listed, identifier: image.name, version: version === digest ? asked.version : version };
}

function unavailable(detail: string): Vouched['evidence'] {
  return [{ source: 'registry-entry', outcome: 'unavailable', detail }];
}
