import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestBytes, digestHex, type Integrity } from '../model/digest.ts';
import { limits } from '../model/limits.ts';

/** Folder of the answers that are kept. */
export function evidenceCacheFolder(host: Host): string {
  return join(host.places.data, 'cache', 'evidence');
}

/**
 * An answer about these bytes that verified when it was kept; null = none. It is no evidence by itself: whoever reads it
 * verifies it again, so that a file which somebody edited is worth nothing. Never throws.
 *
 * @param kind `npm-attestations`, …: what was asked for
 */
export async function readEvidence(integrity: Integrity, kind: string, host: Host): Promise<Uint8Array | null> {
  return host.files.readBytes(join(evidenceCacheFolder(host), nameOf(integrity, kind)), limits.evidenceKeptMaxBytes).catch(() => null);
}

/** Keeps an answer; a full or read-only disk is no failure. The oldest go when there are more than fit. */
export async function keepEvidence(integrity: Integrity, kind: string, answer: Uint8Array, host: Host): Promise<void> {
  if (answer.byteLength > limits.evidenceKeptMaxBytes) return;
  const folder = evidenceCacheFolder(host);
  try {
    await host.files.writeAtomic(join(folder, nameOf(integrity, kind)), answer);
    const names = await host.files.list(folder);
    if (names.length <= limits.evidenceMaxFiles) return;
    const stats = host.files.statMany(folder, names);
    const oldest = names.map((name, at) => ({ name, at: stats[at]?.mtimeMs ?? 0 })).sort((a, b) => a.at - b.at);
    for (const { name } of oldest.slice(0, names.length - limits.evidenceMaxFiles)) await host.files.remove(join(folder, name));
  } catch {
    // It is asked for again next time.
  }
}

function nameOf(integrity: Integrity, kind: string): string {
  return `${digestHex(digestBytes(integrity))}-${kind}.json`;
}
