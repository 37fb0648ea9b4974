import { compareDeclared } from '../../analysis/declared/compare.ts';
import { declare } from '../../analysis/declared/derive.ts';
import type { Host } from '../../host/host.ts';
import type { DeclaredDifference } from '../../model/declared-manifest.ts';
import type { Progress } from '../progress.ts';
import { deriveFolder, type FolderServer } from './derive.ts';
import { declaredPath, readDeclared } from './file.ts';

export interface CheckedManifest {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  /** Empty = the built server is what the file says. */
  readonly differences: readonly DeclaredDifference[];
  readonly missing: readonly string[];
}

/**
 * Whether the built server still is what its `mcp-manifest.json` says. Writes nothing.
 *
 * @throws GuardError as `deriveFolder`, `file-not-found`, `manifest-invalid`, `manifest-too-new`: it never passes unlooked
 */
export async function checkManifest(server: FolderServer, host: Host, progress: Progress): Promise<CheckedManifest> {
  const file = declaredPath(server.folder);
  const { declared } = await readDeclared(file, host);
  const derived = await deriveFolder(server, host, progress);
  const found = declare(derived, declared);
  const { name, version } = derived;
  return { file, name, version, differences: compareDeclared(declared, found), missing: derived.missing };
}
