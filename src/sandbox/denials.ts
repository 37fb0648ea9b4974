import { dirname } from 'node:path';
import { delicatePaths, isSandboxPath, type PinnedSandbox } from '../model/sandbox-profile.ts';

/** Something that a contained server tried and could not do. Attacker-controlled: show it through `printable()`. */
export interface Denial {
  readonly kind: 'net' | 'read' | 'write' | 'listen';
  /** `host:port`, the absolute path that was not found or did not reach the disk, or a port. */
  readonly target: string;
  /** Why, in the library's words; empty = because the profile does not name it. */
  readonly why: string;
  /** What would have to be allowed; null = nothing that can be (the host is allowed, but leads to a private address). */
  readonly allow: string | null;
}

/**
 * What a line of the library's record says; null = nothing that anybody needs to know: temporary files are in memory, and
 * stay there.
 *
 * @param line `deny network-outbound host:port (reason)` or `deny <system call> <path>`
 */
export function denialOf(line: string, { hosts }: Pick<PinnedSandbox, 'hosts'>, home: string): Denial | null {
  const net = /^deny network-outbound ([^\s]{1,300}):(\d{1,5}) \(([^)]{0,300})/.exec(line);
  if (net !== null) {
    const [, host = '', port = '', why = ''] = net;
    const name = host.toLowerCase();
    const known = hosts.some((one) => one === name || one === `${name}:${port}`);
    const wanted = port === '443' || port === '80' ? name : `${name}:${port}`;
    return { kind: 'net', target: `${host}:${port}`, why, allow: known ? null : wanted };
  }
  const write = /^deny (\w{1,40}) (\/.{0,4000})$/.exec(line);
  if (write === null) return null;
  const [, call = '', path = ''] = write;
  if (isPassing(path, home)) return null;
  const wanted = folderOf(path, home);
  return { kind: 'write', target: path, why: call, allow: isSandboxPath(wanted) ? wanted : null };
}

/** A file or folder that is there, and that the server did not find. null = nothing that anybody needs to know. */
export function readDenial(path: string, kind: 'file' | 'directory', home: string): Denial | null {
  if (isPassing(path, home) || path === home || path === '/') return null;
  const isDelicate = delicatePaths.some((one) => path === `${home}/${one}` || path.startsWith(`${home}/${one}/`));
  const wanted = kind === 'directory' || isDelicate ? path : folderOf(path, home);
  return { kind: 'read', target: path, why: '', allow: isSandboxPath(wanted) ? wanted : null };
}

/** What is made anew for every start, or is the kernel's. */
function isPassing(path: string, home: string): boolean {
  return /^\/(?:tmp|dev|proc|sys|run)(?:\/|$)/.test(path) && !path.startsWith(`${home}/`);
}

/** The folder of a file, where that is not a whole home or outside of it. */
function folderOf(path: string, home: string): string {
  const folder = dirname(path);
  return folder === home || folder === '/' || !folder.startsWith(`${home}/`) ? path : folder;
}
