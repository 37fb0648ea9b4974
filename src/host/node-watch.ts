import { statfsSync, watch } from 'node:fs';

/** File systems (`statfs(2)`, Linux) whose changes made on other machines or below other mounts never become events. */
const silent: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x517b, // SMB
  0x65735546, // FUSE: sshfs and its like
  0x01021997, // 9P: a Windows folder inside WSL
  0x00c36400, // Ceph
  0x5346414f, // AFS
]);

/** One folder through `fs.watch`. @see Files.watch */
export function watchFolder(folder: string, listener: (name: string | null) => void): (() => void) | null {
  try {
    if (process.platform === 'linux' && silent.has(statfsSync(folder).type)) return null;
    const watcher = watch(folder, { persistent: true, recursive: false }, (_, name) => listener(name));
    // The folder went, or the system ran out of watches: whoever listens looks, and watches what is there then.
    watcher.on('error', () => {
      watcher.close();
      listener(null);
    });
    return () => watcher.close();
  } catch {
    return null;
  }
}
