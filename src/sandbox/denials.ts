import { dirname } from 'node:path';
import { isSandboxPath, type PinnedSandbox } from '../model/sandbox-profile.ts';

/** Something that a contained server tried and could not do. Attacker-controlled: show it through `printable()`. */
export interface Denial {
  readonly kind: 'net' | 'write';
  /** `host:port`, or the absolute path that did not reach the disk. */
  readonly target: string;
  /** Why, in the library's words. */
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
  if (/^\/(?:tmp|dev|proc|sys|run)(?:\/|$)/.test(path) && !path.startsWith(`${home}/`)) return null;
  const folder = dirname(path);
  const wanted = folder === home || folder === '/' || !folder.startsWith(`${home}/`) ? path : folder;
  return { kind: 'write', target: path, why: call, allow: isSandboxPath(wanted) ? wanted : null };
}
