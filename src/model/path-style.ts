import { posix, win32 } from 'node:path';

/**
 * `path.win32` for `C:\…` and `\\server\…`, else `path.posix`. The platform does not decide: a Windows home that was copied
 * to Linux for an audit has Windows folders below a POSIX path.
 */
export function pathStyle(absolutePath: string): typeof posix {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(absolutePath) ? win32 : posix;
}

/** True for the folder itself and everything below it. Both absolute; on Windows upper and lower case are one. */
export function isWithin(path: string, folder: string): boolean {
  const { relative, isAbsolute, sep } = pathStyle(folder);
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
