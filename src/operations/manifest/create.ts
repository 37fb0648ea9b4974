import { isUtf8 } from 'node:buffer';
import { declare } from '../../analysis/declared/derive.ts';
import { parseDeclared } from '../../analysis/declared/parse.ts';
import { printDeclared } from '../../analysis/declared/print.ts';
import type { Host } from '../../host/host.ts';
import type { DeclaredManifest } from '../../model/declared-manifest.ts';
import { limits } from '../../model/limits.ts';
import type { Progress } from '../progress.ts';
import { deriveFolder, type FolderServer } from './derive.ts';
import { declaredPath, readPlain } from './file.ts';

export interface CreatedManifest {
  /** Absolute path. */
  readonly file: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  readonly manifest: DeclaredManifest;
  /** Dependencies that are not installed there, so that what they can do is not in it. */
  readonly missing: readonly string[];
}

/**
 * Writes `mcp-manifest.json` beside the package.json of a server under development. The same server gives the same bytes; a file
 * that says so already is not touched.
 *
 * @throws GuardError as `deriveFolder`; `manifest-invalid` when the file that is there is none (it may be somebody's work)
 */
export async function createManifest(server: FolderServer, host: Host, progress: Progress): Promise<CreatedManifest> {
  const file = declaredPath(server.folder);
  const there = await readPlain(file, limits.declaredMaxBytes, host);
  const before = there === null ? null : parseDeclared(there);
  const derived = await deriveFolder(server, host, progress);
  const manifest = declare(derived, before);
  const text = printDeclared(manifest);
  const { missing } = derived;
  if (there !== null && isUtf8(there) && Buffer.from(there).toString('utf8') === text)
    return { file, change: 'unchanged', manifest, missing };
  await host.files.writeAtomic(file, text, { mode: 0o644, expect: there });
  return { file, change: there === null ? 'created' : 'updated', manifest, missing };
}
