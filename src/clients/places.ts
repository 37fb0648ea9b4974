import { posix, win32 } from 'node:path';

/**
 * Joins onto an absolute folder in the folder's own style. The platform does not decide: a Windows home that was copied
 * to Linux for an audit has Windows folders below a POSIX path.
 */
export function below(folder: string, ...segments: readonly string[]): string {
  return pathStyle(folder).join(folder, ...segments);
}

/** `path.win32` for `C:\…` and `\\server\…`, else `path.posix`. */
export function pathStyle(absolutePath: string): typeof posix {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(absolutePath) ? win32 : posix;
}
