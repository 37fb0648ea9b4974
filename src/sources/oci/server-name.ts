import { z } from 'zod';
import { strictJsonOrNull } from '../../model/strict-json.ts';
import type { ImageManifest, ImageRepository, ManifestContent } from './registry.ts';

/** What an image says of itself; attacker-controlled. */
export type ServerName =
  /** null = no label of it names a server. */
  { readonly is: 'read'; readonly name: string | null } | { readonly is: 'unread'; readonly why: string };

/** @see https://github.com/modelcontextprotocol/registry/blob/main/docs/modelcontextprotocol-io/package-types.mdx */
const label = 'io.modelcontextprotocol.server.name';

/** Official images have eleven platforms. */
const maxPlatforms = 16;

const configSchema = z.object({ config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish() });

/**
 * The name in the MCP registry that an image carries in its label: of every platform, which must agree, because a machine
 * takes the one that fits it. The label lies in the config, whose digest the manifest names; no layer is fetched.
 *
 * @throws GuardError as the repository does
 */
export async function fetchServerName({ content }: ImageManifest, repository: ImageRepository): Promise<ServerName> {
  if (content.manifests === undefined) return nameIn(content, repository);
  const platforms = content.manifests.filter((one) => !isAttestation(one));
  if (platforms.length === 0 || platforms.length > maxPlatforms)
    return { is: 'unread', why: `the label of the image was not read: it has ${platforms.length} platforms` };
  const names = await Promise.all(
    platforms.map(async ({ digest }): Promise<ServerName> => {
      const manifest = await repository.manifest(digest);
      if (manifest === null) return { is: 'unread', why: `the label of the image was not read: ${digest} is not there` };
      return nameIn(manifest.content, repository);
    }),
  );
  const [first = unreadable] = names;
  const unread = names.find(({ is }) => is === 'unread');
  if (unread !== undefined || first.is === 'unread') return unread ?? first;
  return names.every((one) => one.is === 'read' && one.name === first.name)
    ? first
    : { is: 'unread', why: 'its platforms have different labels, so that none of them speaks for the image' };
}

/** What a build tool puts beside the images of an index. No machine has such a platform, so that nobody starts it. */
function isAttestation({ platform }: NonNullable<ManifestContent['manifests']>[number]): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

async function nameIn({ config }: ManifestContent, repository: ImageRepository): Promise<ServerName> {
  // Without a config there is no place for a label.
  if (config === undefined) return { is: 'read', name: null };
  const bytes = await repository.blob(config.digest);
  const parsed = bytes === null ? null : configSchema.safeParse(strictJsonOrNull(bytes));
  if (parsed?.success !== true) return unreadable;
  const labels = parsed.data.config?.Labels ?? {};
  return { is: 'read', name: Object.hasOwn(labels, label) ? (labels[label] ?? null) : null };
}

const unreadable: ServerName = { is: 'unread', why: 'the label of the image was not read: its config is not there, or is none' };
