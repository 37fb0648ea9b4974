import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { utf8 } from '../store/read-optional.ts';

const maxBytes = 1024 * 1024;

/** Names that spell nothing but a name: an order needs spaces, and those are not in it. */
const plain = /^\/[\w.@+/-]{1,200}$/;

/**
 * Where something is mounted on this machine, as this program sees it; empty = not known. Who may mount may choose these
 * names, so one that is not plain is left out.
 */
export async function mountPoints(host: Host): Promise<readonly string[]> {
  if (host.machine.platform === 'darwin') {
    const volumes = await host.files.list('/Volumes').catch(() => []);
    return volumes.map((name) => join('/Volumes', name)).filter((path) => plain.test(path));
  }
  if (host.machine.platform !== 'linux') return [];
  const text = utf8(await host.files.readBytes('/proc/self/mounts', maxBytes).catch(() => new Uint8Array())) ?? '';
  const points = text.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  return [...new Set(points)].filter((path) => plain.test(path));
}
