import { isUtf8 } from 'node:buffer';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';

/**
 * A file's bytes; null = nothing is there. A symlink that leads nowhere is not "nothing": what it should lead to is
 * missing. @throws GuardError `file-unreadable`, `file-too-large`.
 */
export async function readOptional(path: string, maxBytes: number, host: Host): Promise<Uint8Array | null> {
  try {
    return await host.files.readBytes(path, maxBytes);
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code !== 'file-not-found') throw cause;
    if ((await host.files.stat(path)) === null) return null;
    throw new GuardError('file-unreadable', `cannot read ${path}`, { why: 'it is a link that leads nowhere', cause });
  }
}

/** The text of UTF-8 bytes; null = they are not UTF-8. */
export function utf8(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : null;
}
