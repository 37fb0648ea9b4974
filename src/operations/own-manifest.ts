import type { Host } from '../host/host.ts';
import type { Artifact, PackageFile } from '../model/artifact.ts';
import { limits } from '../model/limits.ts';
import type { SealedPlace } from '../model/ticket.ts';
import { sealedFile } from '../store/tree-check.ts';

/**
 * The file in which a pinned package's own bytes say by which name it goes, read by its sealed hash. Content is
 * attacker-controlled. null = it is not there, or not the approved one any more.
 */
export async function ownManifest(tree: SealedPlace, { name }: Pick<Artifact, 'name'>, host: Host): Promise<readonly PackageFile[] | null> {
  const path = 'package.json';
  const bytes = await sealedFile(tree, `node_modules/${name}/${path}`, limits.sourceMaxBytes, host);
  return bytes === null ? null : [{ path, bytes, executable: false }];
}
